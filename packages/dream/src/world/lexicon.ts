/** What the words of a world stand for: names of entities, claims of facts, words that give a secret away. */
import { factMentions } from "./fact-mentions.ts"
import type { Value, WorldDefinition } from "./definition.ts"
import { indexPhrases } from "./phrases.ts"
import type { Hit, Phrase, PhraseIndex } from "./phrases.ts"

/** What a phrase of a world stands for. */
export type Meaning =
  | { readonly kind: "entity"; readonly id: string }
  | { readonly kind: "claim"; readonly fact: string; readonly value: Value }
  | { readonly kind: "word"; readonly fact: string; readonly value: Value }
  | { readonly kind: "vocabulary" }

const flat = (lists: Readonly<Record<string, string | readonly string[] | undefined>>): string[] =>
  Object.values(lists).flatMap((item) => item ?? [])

/** Texts of facts of this length are found within longer words too: nobody tells a secret by leaving out a space. */
const looseFrom = 8

function phrasesOf(definition: WorldDefinition): Phrase<Meaning>[] {
  const entities = [...definition.entities.values()].flatMap(({ id, names, aliases }) =>
    [...flat(names), ...flat(aliases)].map((text) => ({ text, meaning: { kind: "entity" as const, id } })),
  )
  const facts = [...definition.facts.values()].flatMap((fact) =>
    factMentions(fact).map(({ text, kind, value }) => ({
      text,
      meaning: { kind, fact: fact.id, value },
      isLoose: text.length >= looseFrom,
    })),
  )
  const vocabulary = [...flat(definition.names), ...flat(definition.vocabulary)].map((text) => ({
    text,
    meaning: { kind: "vocabulary" as const },
  }))
  return [...entities, ...facts, ...vocabulary]
}

const kept = new WeakMap<WorldDefinition, PhraseIndex<Meaning>>()

/** All that `text` names, in any language of the world. */
export function readMeanings(definition: WorldDefinition, text: string): Hit<Meaning>[] {
  let index = kept.get(definition)
  if (index === undefined) kept.set(definition, (index = indexPhrases(phrasesOf(definition))))
  return index.find(text)
}

/** A value that a text states. */
export interface Claim {
  readonly fact: string
  readonly value: Value
}

/** A claim, and whether it was only asked. */
export interface HeardClaim extends Claim {
  readonly isQuestion: boolean
}

/** The facts that what was read states, each once; a statement goes before a question. */
export function claimsIn(hits: readonly Hit<Meaning>[]): HeardClaim[] {
  const found: HeardClaim[] = []
  for (const { meaning, isQuestion } of hits) {
    if (meaning.kind !== "claim") continue
    const at = found.findIndex(({ fact, value }) => fact === meaning.fact && value === meaning.value)
    const claim = { fact: meaning.fact, value: meaning.value, isQuestion }
    if (at < 0) found.push(claim)
    else if (found[at]?.isQuestion === true) found[at] = claim
  }
  return found
}

/** The facts that `text` states in the author's phrasings. */
export const detectClaims = (definition: WorldDefinition, text: string): HeardClaim[] =>
  claimsIn(readMeanings(definition, text))

/** The entities that what was read names. */
export const entitiesIn = (hits: readonly Hit<Meaning>[]): string[] =>
  hits.flatMap(({ meaning }) => (meaning.kind === "entity" ? [meaning.id] : []))
