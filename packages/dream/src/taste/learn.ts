/** Learning a taste, and what it makes of a dream's dials. Pure. */
import type { Dial, Dream } from "../bundle/index.ts"
import { mostWeight } from "./model.ts"
import type { DialTaste, Taste, TasteEvidence } from "./model.ts"

const within = (value: number) => Math.min(1, Math.max(0, value))

/** A weighted mean with a bounded memory: old evidence fades once its weight is full. */
function moved({ position, weight }: DialTaste, towards: number, by: number): DialTaste {
  const kept = Math.min(weight, Math.max(0, mostWeight - by))
  return { position: within((position * kept + towards * by) / (kept + by)), weight: kept + by }
}

const none: DialTaste = { position: 0.5, weight: 0 }
const tasteOf = (taste: Taste, dial: string): DialTaste => (Object.hasOwn(taste.dials, dial) ? taste.dials[dial] ?? none : none)

/** By hand counts for much; one play for little, and what was disliked pulls half as much towards the other end. */
const weights = { set: 8, played: 1, disliked: 0.5 } as const

/** The taste after one piece of evidence. Evidence that is no number changes nothing. */
export function learnTaste(taste: Taste, evidence: TasteEvidence): Taste {
  const step = (dials: Taste["dials"], dial: string, towards: number, by: number): Taste["dials"] =>
    Number.isFinite(towards) && Number.isFinite(by) && by > 0
      ? { ...dials, [dial]: moved(tasteOf({ ...taste, dials }, dial), within(towards), by) }
      : dials
  if (evidence.kind === "set") return { ...taste, dials: step(taste.dials, evidence.dial, evidence.position, weights.set) }
  const liked = Math.min(1, Math.max(-1, evidence.liked))
  const dials = Object.entries(evidence.positions).reduce(
    (all, [dial, position]) =>
      liked >= 0
        ? step(all, dial, position, liked * weights.played)
        : step(all, dial, position < 0.5 ? 1 : 0, -liked * weights.disliked),
    taste.dials,
  )
  return { ...taste, dials }
}

/** Where a setting stands between the dial's ends; undefined where the dial has no such setting. */
export function positionOf({ values }: Pick<Dial, "values">, value: string): number | undefined {
  const index = values.findIndex((one) => one.value === value)
  return index < 0 ? undefined : values.length < 2 ? 0.5 : index / (values.length - 1)
}

/** The positions of a dream's settings, as evidence wants them. */
export function positionsOf(dream: Pick<Dream, "dials">, settings: Readonly<Record<string, string>>): Record<string, number> {
  const all = [...dream.dials.values()].map((dial) => [dial.id, positionOf(dial, settings[dial.id] ?? dial.starts)] as const)
  return Object.fromEntries(all.filter((one): one is readonly [string, number] => one[1] !== undefined))
}

/**
 * The settings that a taste gives a dream. The author's start counts as one piece of evidence: a little taste does not
 * turn a dial. What no dial of the dream sets stays the author's. Limits go before: see `dialsFor`.
 */
export function settingsFor(dream: Pick<Dream, "dials">, taste: Taste): Record<string, string> {
  return Object.fromEntries([...dream.dials.values()].map((dial) => {
    const start = positionOf(dial, dial.starts) ?? 0
    const { position } = moved({ position: start, weight: 1 }, tasteOf(taste, dial.id).position, Math.max(1e-9, tasteOf(taste, dial.id).weight))
    const index = Math.round(position * (dial.values.length - 1))
    return [dial.id, dial.values[index]?.value ?? dial.starts]
  }))
}
