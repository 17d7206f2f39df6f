/** Checks of a sentence before it is said. */
import type { Language, Localized } from "@daydream/engine/language"
import type { Value } from "./definition.ts"
import { believes, isAcquainted, knowledgeOf } from "./knowledge.ts"
import { readMeanings } from "./lexicon.ts"
import type { Meaning } from "./lexicon.ts"
import { guessNames } from "./names.ts"
import { detectNumbers } from "./number-claims.ts"
import type { World } from "./journal.ts"
import type { Hit } from "./phrases.ts"
import { findSelfClaims } from "./self-claims.ts"
import { maySpeakOf, tellingObstacle } from "./telling.ts"

/** What can be wrong with a sentence. */
export type FindingKind =
  | "secret_unknown"
  | "secret_guarded"
  | "secret_word"
  | "contradicts"
  | "claims_unknown"
  | "name_not_known"
  | "name_invented"
  | "claims_nature"

const reasons: Readonly<Record<FindingKind, Localized>> = {
  secret_unknown: {
    en: "states a guarded fact that the speaker does not know",
    zh: "说出了说话者并不知道的受保护事实",
  },
  secret_guarded: {
    en: "tells a guarded fact that the speaker may not tell now",
    zh: "说出了说话者此刻不能透露的受保护事实",
  },
  secret_word: { en: "uses a word that gives a guarded fact away", zh: "用了会泄露受保护事实的词" },
  contradicts: { en: "contradicts what the speaker holds for true", zh: "与说话者所知相矛盾" },
  claims_unknown: { en: "states a fact that the speaker does not know", zh: "说出了说话者并不知道的事实" },
  name_not_known: {
    en: "names somebody or something that the speaker does not know of",
    zh: "提到了说话者并不知道的人或物",
  },
  name_invented: {
    en: "seems to name somebody or something that is not in the world",
    zh: "似乎提到了世界里不存在的人或地方",
  },
  claims_nature: { en: "claims to be an AI or a human", zh: "自称是人工智能或真人" },
}

/** One thing that is wrong, and where. */
export interface Finding {
  readonly kind: FindingKind
  /** Offsets in the text, `end` exclusive. */
  readonly start: number
  readonly end: number
  readonly text: string
  readonly fact?: string
  readonly value?: Value
  readonly entity?: string
  /** `exact`: a text that the author or a fixed list names. `guess`: see {@link guessNames}. */
  readonly certainty: "exact" | "guess"
  /** Never acceptable, whoever wrote the sentence. */
  readonly isSecret: boolean
  readonly reason: Localized
}

type Scene = Pick<World, "definition" | "state">
type Details = {
  readonly fact?: string
  readonly value?: Value
  readonly entity?: string
  readonly certainty?: "guess"
}

function finding(
  kind: FindingKind,
  text: string,
  span: { readonly start: number; readonly end: number },
  details: Details = {},
): Finding {
  const { start, end } = span
  return {
    certainty: "exact",
    ...details,
    kind,
    start,
    end,
    text: text.slice(start, end),
    isSecret: kind.startsWith("secret"),
    reason: reasons[kind],
  }
}

function judgeClaim(
  { definition, state }: Scene,
  speaker: string,
  text: string,
  hit: Hit<Meaning & { kind: "claim" }>,
): Finding[] {
  const { fact: id, value } = hit.meaning
  const fact = definition.facts.get(id)
  if (fact === undefined) return []
  const obstacle = tellingObstacle(definition, state, speaker, { fact: id, value })
  if (obstacle === null) return []
  if (fact.guard !== null)
    return [finding(obstacle === "guarded" ? "secret_guarded" : "secret_unknown", text, hit, { fact: id, value })]
  if (hit.isQuestion || believes(definition, state, speaker, id, value, 1)) return []
  const knowsBetter = knowledgeOf(definition, state, speaker, id).some(({ until }) => until === undefined)
  return [finding(knowsBetter ? "contradicts" : "claims_unknown", text, hit, { fact: id, value })]
}

/** A number of which the speaker holds another for true, or none. */
function judgeNumbers({ definition, state }: Scene, speaker: string, text: string): Finding[] {
  return detectNumbers(definition, text).flatMap((claim) => {
    const open = knowledgeOf(definition, state, speaker, claim.fact).filter(({ until }) => until === undefined)
    if (open.some(({ value }) => value === claim.value) || tellingObstacle(definition, state, speaker, claim) === null)
      return []
    return [
      finding(open.length > 0 ? "contradicts" : "claims_unknown", text, claim, {
        fact: claim.fact,
        value: claim.value,
      }),
    ]
  })
}

const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }) =>
  a.start < b.end && b.start < a.end

function judgeNames(
  scene: Scene,
  speaker: string,
  text: string,
  hits: readonly Hit<Meaning>[],
  language: Language,
): Finding[] {
  const { definition, state } = scene
  const names = hits.filter(({ meaning }) => meaning.kind === "entity" || meaning.kind === "vocabulary")
  const isWithinLonger = (hit: Hit<Meaning>) =>
    names.some(
      (other) => other.start <= hit.start && other.end >= hit.end && other.end - other.start > hit.end - hit.start,
    )
  const isKnown = ({ meaning }: Hit<Meaning>) =>
    meaning.kind !== "entity" || isAcquainted(definition, state, speaker, meaning.id)
  const strangers = names.filter(
    (hit) =>
      !isKnown(hit) &&
      !isWithinLonger(hit) &&
      !names.some((other) => other.start === hit.start && other.end === hit.end && isKnown(other)),
  )
  const invented = guessNames(text, language).filter((span) => !hits.some((hit) => overlaps(hit, span)))
  return [
    ...strangers.map((hit) =>
      finding("name_not_known", text, hit, { entity: hit.meaning.kind === "entity" ? hit.meaning.id : "" }),
    ),
    ...invented
      .filter((span, at) => !invented.some((other, before) => before < at && overlaps(other, span)))
      .map((span) => finding("name_invented", text, span, { certainty: "guess" })),
  ]
}

/**
 * What is wrong with `text` in the mouth of `speaker`, in the order of the text; empty: nothing found.
 *
 * Promised: every occurrence of a sentence, phrasing or word that the author gave for a guarded fact is found (whatever
 * its case, width, accents, invisible characters and decoration; Chinese also with spaces between the characters), and
 * so is every name of an entity that the speaker does not know of, and a number in the very sentence or phrasing that the
 * author gave for it. Not promised: a secret told in words that the author
 * did not list, other spellings (traditional for simplified characters, letters that look alike), invented names (a
 * guess), and negation: "he did not drown" is found like "he did drown".
 */
export function checkSpeech(scene: Scene, speaker: string, text: string, language: Language): Finding[] {
  const { definition, state } = scene
  const entity = definition.entities.get(speaker)
  const hits = readMeanings(definition, text)
  const facts = hits.flatMap((hit) => {
    const { meaning } = hit
    if (meaning.kind === "claim") return judgeClaim(scene, speaker, text, { ...hit, meaning })
    const fact = meaning.kind === "word" ? definition.facts.get(meaning.fact) : undefined
    if (fact === undefined || meaning.kind !== "word" || maySpeakOf(definition, state, speaker, fact, meaning.value))
      return []
    return [finding("secret_word", text, hit, { fact: fact.id, value: meaning.value })]
  })
  const nature =
    entity?.kind === "character" && entity.mayClaimNature
      ? []
      : findSelfClaims(text).map((span) => finding("claims_nature", text, span))
  return [
    ...facts,
    ...judgeNumbers(scene, speaker, text),
    ...judgeNames(scene, speaker, text, hits, language),
    ...nature,
  ].toSorted((a, b) => a.start - b.start || a.end - b.end || (a.kind < b.kind ? -1 : 1))
}
