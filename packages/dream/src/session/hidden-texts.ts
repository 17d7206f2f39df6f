/** A turn's record with holes where words of a person or of a model stood, so that they can be sealed apart from it. */
import type { Language } from "@daydream/engine/language"
import { canonicalJson } from "../world/index.ts"
import type { WorldDefinition } from "../world/index.ts"
import type { Turn, TurnOutput } from "../turn/index.ts"
import { forgottenWords, standInFor } from "./stand-in.ts"

/** A turn as it is written: `texts` are to be sealed; `standIns` are read in their place once they are forgotten. */
export interface HiddenTurn {
  readonly record: string
  readonly texts: readonly string[]
  readonly standIns: readonly string[]
}

const hole = "$hidden"

export const isByModel = (origin: string | undefined): boolean => origin === "generated" || origin === "reworded"
const isAnybodys = (origin: string | undefined) => origin === "player" || isByModel(origin)

/** Texts that a person or a model wrote in this turn, of the origins asked for. What models may repeat of a person's words is among them. */
export function wordsOf(turn: Turn, isFree: (origin: string | undefined) => boolean = isAnybodys): Set<string> {
  const words = new Set<string>()
  if (turn.input.kind === "say" && isFree("player")) words.add(turn.input.text)
  for (const call of turn.calls) if (call.port === "say" && isFree("generated")) for (const sentence of call.sentences) words.add(sentence)
  for (const { proposal, events } of turn.entries) {
    if (isFree(proposal?.speech?.origin)) words.add(proposal?.speech?.text ?? "")
    for (const event of events) {
      if (event.kind === "said" && isFree(event.origin)) words.add(event.text)
      if (event.kind === "narrated" && isFree(event.origin)) for (const text of Object.values(event.text)) words.add(text)
    }
  }
  for (const output of turn.outputs) if ((output.type === "say" || output.type === "narrate") && isFree(output.origin)) words.add(output.text)
  for (const step of turn.trace) {
    if (!isFree("generated")) break
    if (step.step === "say") for (const sentence of step.sentences) words.add(sentence)
    if (step.step === "refused") for (const { text } of [step.refused, ...step.refused.findings]) words.add(text)
  }
  words.delete("")
  return words
}

/** Fields that hold texts for people; ids, keys and numbers stand in the others. */
const textFields = new Set(["text", "note", "hears", "sentences", "en", "zh"])
/** Shorter words are found within others by chance. */
const telling = 4

/** Replaces each text that is one of `words`, or tells one, by a hole. Gives the texts, each once. */
function cut(value: unknown, words: ReadonlySet<string>): { readonly value: unknown; readonly texts: readonly string[] } {
  const texts = new Map<string, number>()
  const long = [...words].filter((word) => word.length >= telling)
  const tells = (text: string) => words.has(text) || long.some((word) => text.includes(word))
  const walk = (node: unknown, field: string): unknown => {
    if (typeof node === "string") {
      if (!textFields.has(field) || !tells(node)) return node
      const index = texts.get(node) ?? texts.size
      texts.set(node, index)
      return { [hole]: index }
    }
    if (Array.isArray(node)) return node.map((item) => walk(item, field))
    if (typeof node !== "object" || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, name === "story" ? item : walk(item, name)]))
  }
  return { value: walk(value, ""), texts: [...texts.keys()] }
}

export function hideTexts(definition: WorldDefinition, turn: Turn, language: Language): HiddenTurn {
  const { memories: _, ...record } = turn
  const words = wordsOf(turn)
  if (words.size === 0) return { record: canonicalJson(record), texts: [], standIns: [] }
  const { value, texts } = cut(record, words)
  return { record: canonicalJson(value), texts, standIns: texts.map((text) => standInFor(definition, text, language)) }
}

/** Fills the holes of `record`: with the texts, or, where those are null, with what stands in for them. */
export function fillTexts(record: string, texts: readonly string[] | null, standIns: readonly string[]): unknown {
  return JSON.parse(record, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, hole)) return value
    const index = (value as Record<typeof hole, number>)[hole]
    return (texts ?? standIns)[index] ?? forgottenWords.en
  })
}

/** One output with holes of its own: for a report. */
export const hideOutput = (record: string, index: number): string =>
  canonicalJson((JSON.parse(record) as { readonly outputs: readonly TurnOutput[] }).outputs[index] ?? null)
