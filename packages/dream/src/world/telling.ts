/** Who may say what: the policy of guarded facts. */
import { holds } from "./condition.ts"
import type { FactDefinition, TellingRule, WorldDefinition } from "./definition.ts"
import { believes } from "./knowledge.ts"
import type { Claim } from "./lexicon.ts"
import type { WorldState } from "./state.ts"

const allows =
  (definition: WorldDefinition, state: WorldState, speaker: string, claim: Claim) =>
  (rule: TellingRule): boolean =>
    (rule.who === "everyone" || rule.who.includes(speaker)) &&
    (rule.value === null || rule.value === claim.value) &&
    (rule.when === null ||
      holds(definition, state, rule.when, { actor: speaker, here: state.positions[speaker] ?? "" }))

/** Why a character may not say a claim. */
export type TellingObstacle = "unknown_to_speaker" | "guarded"

/**
 * Why `speaker` may not say `claim`, or null. A player may say anything. A character says what it holds for true, at
 * least from hearsay, or a lie that the author allows; of a guarded fact also only what the guard allows.
 */
export function tellingObstacle(
  definition: WorldDefinition,
  state: WorldState,
  speaker: string,
  claim: Claim,
): TellingObstacle | null {
  const entity = definition.entities.get(speaker)
  const fact = definition.facts.get(claim.fact)
  if (fact === undefined || entity?.kind !== "character") return "unknown_to_speaker"
  if (entity.isPlayer) return null
  const isAllowed = allows(definition, state, speaker, claim)
  const isLie = !believes(definition, state, speaker, claim.fact, claim.value)
  if (isLie) return fact.lies.some(isAllowed) ? null : "unknown_to_speaker"
  return fact.guard === null || fact.guard.some(isAllowed) ? null : "guarded"
}

/** True where the fact's words are no secret to `speaker` now: it may tell one of the values it holds for true. */
export const maySpeakOf = (
  definition: WorldDefinition,
  state: WorldState,
  speaker: string,
  fact: FactDefinition,
  value: Claim["value"],
): boolean => fact.guard === null || tellingObstacle(definition, state, speaker, { fact: fact.id, value }) === null
