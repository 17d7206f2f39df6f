/** What a conversation remembers of its lore: plain data for the journal. Time is counted in messages. */
import { createHash } from "node:crypto"
import type { LoreEntry } from "./model.ts"

export interface LoreEffect {
  /** Messages that there were when the entry was found. */
  readonly since: number
  /** In force while the number of messages is between these, both included. */
  readonly from: number
  readonly until: number
}

export interface LoreEntryState {
  /** Of the entry as it was; an edited entry loses its effects. */
  readonly fingerprint: string
  /** Number of messages at the first match. */
  readonly firstMatch?: number
  readonly sticky?: LoreEffect
  readonly cooldown?: LoreEffect
}

export interface LoreState {
  /** By `book/entry`. */
  readonly entries: Readonly<Record<string, LoreEntryState>>
}

export const emptyLoreState: LoreState = { entries: {} }

export const fingerprintOf = (entry: LoreEntry): string =>
  createHash("sha256").update(JSON.stringify(entry)).digest("hex").slice(0, 16)

/**
 * What still holds of `state` at `now` messages. Effects of a turn that is being done again (the conversation did not
 * advance) and of entries that were edited are gone.
 */
export function stateAt(state: LoreEntryState | undefined, entry: LoreEntry, now: number): LoreEntryState | undefined {
  if (state === undefined || state.fingerprint !== fingerprintOf(entry)) return undefined
  const holds = (effect: LoreEffect | undefined): boolean =>
    effect !== undefined && effect.since < now && now <= effect.until
  return {
    fingerprint: state.fingerprint,
    ...(state.firstMatch !== undefined && state.firstMatch < now ? { firstMatch: state.firstMatch } : {}),
    ...(holds(state.sticky) ? { sticky: state.sticky as LoreEffect } : {}),
    ...(holds(state.cooldown) ? { cooldown: state.cooldown as LoreEffect } : {}),
  }
}

/** The state of `entry` after it stood in the prompt at `now` messages; undefined where nothing need be kept. */
export function stateAfter(
  before: LoreEntryState | undefined,
  entry: LoreEntry,
  now: number,
): LoreEntryState | undefined {
  const { sticky, cooldown, decorators } = entry
  const remembers = decorators.keepActivateAfterMatch === true || decorators.dontActivateAfterMatch === true
  if (sticky === 0 && cooldown === 0 && !remembers) return undefined
  // What is found again while it sticks does not stick longer.
  if (before?.sticky !== undefined) return before
  return {
    fingerprint: fingerprintOf(entry),
    firstMatch: before?.firstMatch ?? now,
    ...(sticky > 0 ? { sticky: { since: now, from: now, until: now + sticky } } : {}),
    ...(cooldown > 0 ? { cooldown: { since: now, from: now + sticky + 1, until: now + sticky + cooldown } } : {}),
  }
}

export const inForce = (effect: LoreEffect | undefined, now: number): boolean =>
  effect !== undefined && effect.from <= now && now <= effect.until
