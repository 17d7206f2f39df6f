/** The texts by which a fact is recognised. */
import type { FactDefinition, Value } from "./definition.ts"

interface FactMention {
  readonly text: string
  readonly kind: "claim" | "word"
  readonly value: Value
}

/** Of each value of a fact its sentence and phrasings (claims) and its words. Numbers are told by typed claims only. */
export function factMentions(fact: FactDefinition): FactMention[] {
  if (fact.type === "number") return []
  return [...fact.values.values()].flatMap(({ value, says, phrasings, words }) => [
    ...[...Object.values(says), ...Object.values(phrasings).flat()].map((text) => ({
      text,
      kind: "claim" as const,
      value,
    })),
    ...Object.values(words)
      .flat()
      .map((text) => ({ text, kind: "word" as const, value })),
  ])
}
