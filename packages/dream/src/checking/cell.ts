/** What tells two states of play apart for the search: what can matter for what comes next, times left aside. */
import { createHash } from "node:crypto"
import type { PlayState } from "../turn/index.ts"

/** Beyond this many times, once more makes no difference. */
const highest = 4

const capped = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([id, count]) => [id, Math.min(count, highest)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Sections of the day that conditions on the clock can tell apart, roughly. */
const part = 3600

/** A short name of the state; equal for states that differ only in when things happened and in what was said. */
export function cellOf(state: PlayState, variant: number): string {
  const { world, story, taken, scenes } = state
  const { positions, hidden, facts, knowledge, relations, feelings, done, time } = world.state
  const known = Object.entries(knowledge).map(([holder, items]) =>
    [holder, Object.entries(items).map(([fact, list]) => [fact, list.filter(({ until }) => until === undefined).map(({ value }) => value)])])
  const place = story === null ? null : [story.status, story.ending, story.choices.map(({ id }) => id), story.checkpoints.map(({ name }) => name)]
  const parts = [
    variant, place, positions, hidden, Object.entries(facts).map(([id, { value }]) => [id, value]), known, relations, feelings,
    capped(done), Object.keys(taken).toSorted(), Object.keys(scenes).toSorted(), Math.floor(time / part),
  ]
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)
}
