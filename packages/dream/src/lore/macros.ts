/** Macros ("curly braced syntaxes") of V3, and the few of SillyTavern that need no clock and no program state. */
import type { Random } from "@daydream/engine/random"

export interface MacroContext {
  /** The character's nickname, or its name. */
  readonly char: string
  readonly user: string
  /** What `random` and `roll` draw from; without it they stay as written. */
  readonly random?: Random
  /** What `pick` draws from, by the number of the `pick` in the text; the same for the same text, turn after turn. */
  readonly pick?: (index: number) => Random
  /** What an empty `{{original}}` stands for, in system prompts. */
  readonly original?: string
  readonly outlets?: Readonly<Record<string, string>>
  /** `match`: for finding keys: notes vanish; hidden keys are shown only with `showsHiddenKeys`. */
  readonly showsHiddenKeys?: boolean
}

const maximalOutput = 1_000_000
const maximalNesting = 20

interface Reading {
  readonly text: string
  readonly context: MacroContext
  at: number
  picks: number
  written: number
  /** Behind it, no macro ends. */
  readonly lastClose: number
}

/** `text` with its macros replaced. What a macro gives is not read again, so that names cannot smuggle macros in. Unknown ones stay. */
export function expandMacros(text: string, context: MacroContext): string {
  if (!/[{<]/u.test(text)) return text
  return readUntil({ text, context, at: 0, picks: 0, written: 0, lastClose: text.lastIndexOf("}}") }, 0)
}

function readUntil(reading: Reading, depth: number): string {
  let out = ""
  const put = (piece: string): void => {
    if (reading.written > maximalOutput) return
    reading.written += piece.length
    out += piece
  }
  while (reading.at < reading.text.length) {
    const { text, at } = reading
    if (depth > 0 && text.startsWith("}}", at)) return out
    if (text.startsWith("{{", at) && depth < maximalNesting && at < reading.lastClose) {
      reading.at += 2
      const inner = readUntil(reading, depth + 1)
      if (!reading.text.startsWith("}}", reading.at)) {
        put(`{{${inner}`)
        continue
      }
      reading.at += 2
      put(evaluate(inner, reading) ?? `{{${inner}}}`)
      continue
    }
    const tag = text[at] === "<" ? /^<(char|bot|user)>/iu.exec(text.slice(at, at + 6)) : null
    if (tag !== null) {
      put((tag[1] as string).toLowerCase() === "user" ? reading.context.user : reading.context.char)
      reading.at += tag[0].length
      continue
    }
    const next = /[{<}]/gu
    next.lastIndex = at + 1
    const end = next.exec(text)?.index ?? text.length
    put(text.slice(at, end))
    reading.at = end
  }
  return out
}

/** The choices of `random` and `pick`: parted by `::` where there is one, else by commas; `\,` is a comma. */
function choicesOf(argument: string): string[] {
  if (argument.includes("::")) return argument.split("::").map((one) => one.trim())
  return argument.split(/(?<!\\),/u).map((one) => one.replaceAll("\\,", ",").trim())
}

/** `6`, `d6`, `2d6`, `2d6+1`; undefined for what is no dice. */
function roll(argument: string, random: Random): string | undefined {
  const match = /^(\d{1,3})?d?(\d{1,9})([+-]\d{1,9})?$/iu.exec(argument.trim().replace(/^(\d+)$/u, "d$1"))
  if (match === null || Number(match[2]) < 1) return undefined
  let sum = Number(match[3] ?? 0)
  for (let i = 0; i < Number(match[1] ?? 1); i++) sum += 1 + random.integer(Number(match[2]))
  return String(sum)
}

function evaluate(inner: string, reading: Reading): string | undefined {
  const { context } = reading
  const body = inner.trim()
  if (body.startsWith("//")) return ""
  const split = /^([a-z_]+)(?:\s*::?([\s\S]*)|\s+([\s\S]*))?$/iu.exec(body)
  if (split === null) return undefined
  const name = (split[1] as string).toLowerCase()
  const argument = split[2] ?? split[3]
  if (argument === undefined) {
    if (name === "char" || name === "bot") return context.char
    if (name === "user") return context.user
    if (name === "original") return context.original
    if (name === "newline") return "\n"
    if (name === "noop" || name === "trim") return ""
    return undefined
  }
  if (name === "comment") return ""
  if (name === "hidden_key") return context.showsHiddenKeys === true ? argument : ""
  if (name === "reverse") return Array.from(argument.trim()).toReversed().join("")
  if (name === "random" || name === "pick") {
    const random = name === "random" ? context.random : context.pick?.(reading.picks++)
    const choices = choicesOf(argument)
    return random === undefined ? undefined : choices[random.integer(choices.length)]
  }
  if (name === "roll" && context.random !== undefined) return roll(argument, context.random)
  if (name === "outlet") return context.outlets?.[argument.trim()] ?? (context.outlets === undefined ? undefined : "")
  return undefined
}

/** Whether `text` may read differently each time. */
export const isUnsettled = (text: string): boolean => /\{\{\s*(?:random|roll)\b/iu.test(text)
