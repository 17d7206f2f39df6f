/** What tests have met of a dream. */
import type { Dream } from "../bundle/index.ts"
import type { Turn } from "../turn/index.ts"
import type { TestCoverage, TestReport } from "./model.ts"

export interface Met {
  readonly said: Set<string>
  readonly taken: Set<string>
  readonly moves: Set<string>
  readonly scenes: Set<string>
  readonly endings: Set<string>
}

export const createMet = (): Met => ({ said: new Set(), taken: new Set(), moves: new Set(), scenes: new Set(), endings: new Set() })

/** Notes one turn. */
export function noteMet(met: Met, turn: Turn): void {
  for (const key of turn.said) met.said.add(key)
  for (const step of turn.trace) if (step.step === "line" && step.why === "story") met.said.add(step.line)
  for (const key of turn.taken) met.taken.add(key)
  for (const { proposal } of turn.entries) if (proposal !== null) met.moves.add(proposal.move)
  for (const id of turn.scenes) met.scenes.add(id)
  if (turn.ended?.ending != null) met.endings.add(turn.ended.ending)
}

const coverage = (keys: readonly string[], met: ReadonlySet<string>): TestCoverage => {
  const missing = keys.filter((key) => !met.has(key))
  return { met: keys.length - missing.length, of: keys.length, missing }
}

/** What was met of everything that the dream holds. */
export function coverageOf(dream: Dream, player: string, met: Met): TestReport["coverage"] {
  const cast = [...dream.cast.values()]
  const stories = Object.values(dream.stories)
  const moves = [...dream.world.moves.values()].filter(({ who }) => who === "everyone" || who.includes(player))
  return {
    lines: coverage(cast.flatMap((member) => [
      ...[...member.topics, ...member.reactions].flatMap(({ lines }) => lines), ...member.unclear, ...member.offWorld, ...member.nature,
    ].map(({ id }) => `${member.character}/${id}`)), met.said),
    storyLines: coverage(stories.flatMap((story) => story.lines.filter(({ kind }) => kind === "line").map(({ id }) => id)), met.said),
    topics: coverage(cast.flatMap(({ character, topics }) => topics.map(({ id }) => `topic:${character}/${id}`)), met.taken),
    moves: coverage(moves.map(({ id }) => id), met.moves),
    scenes: coverage(dream.scenes.map(({ id }) => id), met.scenes),
    endings: coverage([...new Set(stories.flatMap(({ endings }) => endings))], met.endings),
  }
}
