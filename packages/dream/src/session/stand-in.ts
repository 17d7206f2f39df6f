/** What stands in the journal for words that were forgotten: nothing of them but what the world made of them. */
import type { Language, Localized } from "@daydream/engine/language"
import { detectClaims, readMeanings, sentencesOf } from "../world/index.ts"
import type { WorldDefinition } from "../world/index.ts"

/** Shown for words that were forgotten. */
export const forgottenWords: Localized = { en: "(forgotten)", zh: "（已遗忘）" }

interface Heard {
  readonly entities: readonly string[]
  readonly claims: readonly string[]
}

const heardIn = (definition: WorldDefinition, text: string): Heard => ({
  entities: [...new Set(readMeanings(definition, text).flatMap(({ meaning }) => (meaning.kind === "entity" ? [meaning.id] : [])))].toSorted(),
  claims: detectClaims(definition, text).map((claim) => JSON.stringify(claim)),
})

const isEqual = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one, index) => one === b[index])

const plain = (phrase: string) => phrase.replaceAll(/\.{3,}|…+|\*$/gu, " ").replaceAll(/[.!?。！？]+\s*$/gu, "").trim()

/** The first of the author's own phrases that means this and nothing that was not heard. */
function phraseFor(definition: WorldDefinition, candidates: readonly string[], ending: string, fits: (heard: Heard) => boolean): string[] {
  const sentence = candidates.map((candidate) => `${plain(candidate)}${ending}`).find((text) => fits(heardIn(definition, text)))
  return sentence === undefined ? [] : [sentence]
}

/**
 * Words from which the world learns exactly what it learned from `text`: the names that were named and the facts that
 * were stated or asked, each in the author's words. So a journal replays to the same state after the words are gone.
 */
export function standInFor(definition: WorldDefinition, text: string, language: Language): string {
  const heard = heardIn(definition, text)
  const [stop, question] = language === "zh" ? ["。", "？"] : [". ", "? "]
  const claims = detectClaims(definition, text).flatMap((claim) => {
    const fact = definition.facts.get(claim.fact)
    if (fact === undefined) return []
    const phrasings = Object.values(fact.values.get(fact.type === "number" ? "number" : claim.value)?.phrasings ?? {}).flat()
    const filled = phrasings.map((phrase) => phrase.replaceAll("{value}", String(claim.value)))
    return phraseFor(definition, [...Object.values(sentencesOf(fact, claim.value)), ...filled], claim.isQuestion ? question : stop, (found) =>
      isEqual(found.claims, [JSON.stringify(claim)]) && found.entities.every((id) => heard.entities.includes(id)))
  })
  const names = heard.entities.flatMap((id) => {
    const entity = definition.entities.get(id)
    const candidates = entity === undefined ? [] : [...Object.values(entity.names), ...Object.values(entity.aliases).flat()]
    return phraseFor(definition, candidates, stop, (found) => isEqual(found.entities, [id]) && found.claims.length === 0)
  })
  return `${forgottenWords[language]}${language === "zh" ? "" : " "}${[...claims, ...names].join("")}`.trim()
}

/** True where the world makes the same of both. */
export const isHeardAlike = (definition: WorldDefinition, a: string, b: string): boolean => {
  const [left, right] = [heardIn(definition, a), heardIn(definition, b)]
  return isEqual(left.entities, right.entities) && isEqual(left.claims, right.claims)
}
