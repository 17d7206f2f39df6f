/** Sentences that state a number: `There is oil for {value} hours.` with digits or number words. */
import type { FactDefinition, WorldDefinition } from "./definition.ts"
import { normalise } from "./normalise.ts"

/** A number that a text states of a fact; offsets in the original, `end` exclusive. */
export interface NumberClaim {
  readonly fact: string
  readonly value: number
  readonly start: number
  readonly end: number
}

const english: ReadonlyMap<string, number> = new Map(
  (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
    "sixteen seventeen eighteen nineteen twenty"
  )
    .split(" ")
    .map((word, value) => [word, value]),
)
const digits: ReadonlyMap<string, number> = new Map(
  Array.from("零一二三四五六七八九").map((character, value) => [character, value]),
)
const number = `(\\d{1,9}|[零〇一二两三四五六七八九十百]{1,7}|${[...english.keys()].join("|")})`

/** The value of digits, of an English number word up to twenty or of Chinese numerals below a thousand; null: none. */
export function readNumber(text: string): number | null {
  if (/^\d+$/u.test(text)) return Number(text)
  const word = english.get(text)
  if (word !== undefined) return word
  const found =
    /^(?:([一二两三四五六七八九])百)?零?(?:([一二两三四五六七八九])?(十))?([零〇一二两三四五六七八九])?$/u.exec(text)
  if (found === null || text === "") return null
  const digit = (character: string | undefined) =>
    digits.get((character ?? "零").replace("两", "二").replace("〇", "零")) ?? 0
  const [, hundreds, tens, ten, ones] = found
  return digit(hundreds) * 100 + (ten === undefined ? 0 : (tens === undefined ? 1 : digit(tens)) * 10) + digit(ones)
}

interface Pattern {
  readonly fact: string
  readonly expression: RegExp
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`)
const folded = (text: string) => normalise(text).text.replaceAll(/^[.,!? ]+|[.,!? ]+$/gu, "")

function patternsOf(fact: FactDefinition): Pattern[] {
  const texts = fact.values.get("number")
  const templates = [...Object.values(texts?.says ?? {}), ...Object.values(texts?.phrasings ?? {}).flat()]
  return templates.flatMap((template) => {
    const [before = "", after = "", ...more] = template.split("{value}").map(folded)
    if (more.length > 0 || `${before}${after}`.length < 2) return []
    const edge = (text: string, at: number) => (/[a-z0-9]/u.test(text.at(at) ?? "") ? "\\b" : "")
    const left = before === "" ? "" : `${edge(before, 0)}${escape(before)} ?`
    const right = after === "" ? "" : ` ?${escape(after)}${edge(after, -1)}`
    return [{ fact: fact.id, expression: new RegExp(`${left}${number}${right}`, "gu") }]
  })
}

const kept = new WeakMap<WorldDefinition, readonly Pattern[]>()

/** Every number that `text` states in a sentence or phrasing of a number fact. */
export function detectNumbers(definition: WorldDefinition, text: string): NumberClaim[] {
  let patterns = kept.get(definition)
  if (patterns === undefined)
    kept.set(
      definition,
      (patterns = [...definition.facts.values()].filter(({ type }) => type === "number").flatMap(patternsOf)),
    )
  if (patterns.length === 0) return []
  const { text: own, starts } = normalise(text)
  return patterns.flatMap(({ fact, expression }) =>
    [...own.matchAll(expression)].flatMap(({ index, 0: found, 1: figure = "" }) => {
      const value = readNumber(figure)
      return value === null
        ? []
        : [{ fact, value, start: starts[index] ?? 0, end: (starts[index + found.length - 1] ?? text.length - 1) + 1 }]
    }),
  )
}
