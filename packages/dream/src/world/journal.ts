/** The append-only journal: entries, replay, rewind, and its form on disk. */
import { cleanEvent, cleanInput, cleanProposal } from "./clean.ts"
import { applyEvent } from "./reduce.ts"
import type { WorldDefinition } from "./definition.ts"
import { isTime } from "./event.ts"
import type { WorldEvent } from "./event.ts"
import { readInput, readProposal } from "./input.ts"
import type { Input, Proposal } from "./input.ts"
import { initialState } from "./state.ts"
import type { WorldState } from "./state.ts"
import { canonicalJson, hashOf } from "./canonical.ts"

/** One accepted input with what came of it. */
export interface Entry {
  readonly index: number
  readonly input: Input
  readonly proposal: Proposal | null
  readonly events: readonly WorldEvent[]
}

/** An entry in memory: who noticed each event (derived, never written). */
export interface RecordedEntry extends Entry {
  readonly witnesses: readonly (readonly string[])[]
}

/** A running world. Values: appending gives another world and leaves this one as it is. */
export interface World {
  readonly definition: WorldDefinition
  readonly state: WorldState
  readonly journal: Journal
}

/**
 * A prefix of a growing list. Worlds that descend from each other share the list; appending to a prefix that is not its
 * end (a branch) copies.
 */
export interface Journal {
  readonly length: number
  readonly shared: readonly RecordedEntry[]
}

/** The entries, oldest first, from `since` on. */
export const entriesOf = (world: Pick<World, "journal">, since = 0): readonly RecordedEntry[] =>
  world.journal.shared.slice(Math.max(0, since), world.journal.length)

const appended = ({ length, shared }: Journal, entry: RecordedEntry): Journal => {
  const list = shared.length === length ? (shared as RecordedEntry[]) : shared.slice(0, length)
  list.push(entry)
  return { length: length + 1, shared: list }
}

/** A world at its beginning. */
export const createWorld = (definition: WorldDefinition): World => ({
  definition,
  state: initialState(definition),
  journal: { length: 0, shared: [] },
})

/**
 * The world after `entry`. Total: events that cannot happen are left out of the journal; `refused` counts them (0 for
 * every entry that {@link advance} made for this very world).
 */
export function append(world: World, entry: Entry): { readonly world: World; readonly refused: number } {
  const { definition, journal } = world
  let { state } = world
  const events: WorldEvent[] = []
  const witnesses: (readonly string[])[] = []
  for (const event of entry.events) {
    const step = applyEvent(definition, state, event)
    if (step === undefined) continue
    state = step.state
    events.push(cleanEvent(event))
    witnesses.push(step.witnesses)
  }
  const recorded: RecordedEntry = {
    index: journal.length,
    input: entry.input,
    proposal: entry.proposal,
    events,
    witnesses,
  }
  const next = { definition, state: { ...state, index: state.index + 1 }, journal: appended(journal, recorded) }
  return { world: next, refused: entry.events.length - events.length }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The entry in `value`, or undefined where it has not the shape of one. Its events are judged when it is appended. */
export function readEntry(value: unknown): Entry | undefined {
  if (!isRecord(value) || !Array.isArray(value.events) || value.events.length > 10_000 || !isRecord(value.input))
    return undefined
  const { input, proposal } = value
  const readIn = readInput(input)
  const proposed = proposal === null ? null : readProposal(proposal)
  if (readIn === undefined || proposed === undefined || !isTime(value.index)) return undefined
  return {
    index: value.index,
    input: cleanInput(readIn),
    proposal: proposed === null ? null : cleanProposal(proposed),
    events: value.events,
  }
}

/** The world that `entries` lead to; `refused` counts entries and events that cannot be. */
export function replay(
  definition: WorldDefinition,
  entries: Iterable<unknown>,
): { readonly world: World; readonly refused: number } {
  let world = createWorld(definition)
  let refused = 0
  for (const value of entries) {
    const entry = readEntry(value)
    if (entry === undefined || entry.index !== world.journal.length) {
      refused++
      continue
    }
    const next = append(world, entry)
    world = next.world
    refused += next.refused
  }
  return { world, refused }
}

/** The world as it was after its first `length` entries. Appending to it begins a branch; `world` stays as it is. */
export function rewind(world: World, length: number): World {
  const kept = Number.isSafeInteger(length) ? Math.min(world.journal.length, Math.max(0, length)) : world.journal.length
  if (kept === world.journal.length) return world
  let state = initialState(world.definition)
  for (const entry of world.journal.shared.slice(0, kept)) {
    for (const event of entry.events) state = applyEvent(world.definition, state, event)?.state ?? state
    state = { ...state, index: state.index + 1 }
  }
  return { definition: world.definition, state, journal: { length: kept, shared: world.journal.shared } }
}

/** One entry as a line of canonical JSON. */
export const writeEntry = ({ index, input, proposal, events }: Entry): string =>
  canonicalJson({ index, input, proposal, events })

/** The whole journal, one entry a line. */
export const writeJournal = (world: Pick<World, "journal">): string =>
  entriesOf(world)
    .map((entry) => `${writeEntry(entry)}\n`)
    .join("")

/** The entries of a written journal; a line that is no JSON gives undefined, which {@link replay} counts as refused. */
export function* readJournal(text: string): Generator {
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      value = undefined
    }
    yield value
  }
}

/** SHA-256 of the definition's hash and the canonical state: equal for equal worlds on any machine. */
export const stateHash = (world: Pick<World, "definition" | "state">): string =>
  hashOf(world.definition.hash, world.state)
