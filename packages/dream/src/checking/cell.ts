/** What tells two states of play apart for the search: what can matter for what comes next, times left aside. */
import { createHash } from "node:crypto"
import type { PlayState } from "../turn/index.ts"

/** Beyond this many times, once more makes no difference. */
const highest = 4

const capped = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([id, count]) => [id, Math.min(count, highest)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Sections of the day that conditions on the clock can tell apart, roughly. */
const part = 3600

const shortName = (parts: unknown) => createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)

/** Where the story stands. */
const standing = ({ story, scenes }: PlayState) =>
  (story === null ? null : [story.status, story.ending, story.choices.map(({ id }) => id), Object.keys(scenes).toSorted()])

/**
 * A coarse name of the state, as the player's character meets it: the story, what is so, where it is, what it has and knows,
 * and how others stand to it. What was talked about is left out.
 */
export function regionOf(state: PlayState, player: string, variant: number): string {
  const { positions, facts, knowledge, relations } = state.world.state
  return shortName([
    variant, standing(state), Object.entries(facts).map(([id, { value }]) => [id, value]), positions[player],
    Object.keys(positions).filter((thing) => positions[thing] === player),
    Object.entries(knowledge[player] ?? {}).map(([fact, list]) => [fact, list.filter(({ until }) => until === undefined).map(({ value }) => value)]),
    Object.entries(relations).map(([kind, from]) => [kind, Object.entries(from).map(([who, to]) => [who, to[player]])]),
  ])
}

/** A short name of the state; equal for states that differ only in when things happened and in what was said. */
export function cellOf(state: PlayState, variant: number): string {
  const { world, story, taken } = state
  const { positions, hidden, facts, knowledge, relations, feelings, done, time } = world.state
  const known = Object.entries(knowledge).map(([holder, items]) =>
    [holder, Object.entries(items).map(([fact, list]) => [fact, list.filter(({ until }) => until === undefined).map(({ value }) => value)])])
  const place = story === null ? null : [standing(state), story.checkpoints.map(({ name }) => name)]
  const parts = [
    variant, place, positions, hidden, Object.entries(facts).map(([id, { value }]) => [id, value]), known, relations, feelings,
    capped(done), Object.keys(taken).toSorted(), Math.floor(time / part),
  ]
  return shortName(parts)
}
