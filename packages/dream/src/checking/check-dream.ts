/** The check of a whole dream. */
import type { Dream, DreamProblem } from "../bundle/index.ts"
import { checkCast } from "./check-cast.ts"
import { checkConfusion } from "./check-confusion.ts"
import { checkStories } from "./check-stories.ts"
import { checkTexts } from "./check-style.ts"
import { explorePlay } from "./explore-play.ts"
import type { PlayExploreOptions } from "./explore-play.ts"
import { playFindings } from "./play-findings.ts"
import { togetherness } from "./tally.ts"

/** What was met of what there is. */
export interface Coverage {
  readonly met: number
  readonly of: number
}

/** How a dream was played by the check. */
export interface PlayReport {
  readonly turns: number
  readonly places: number
  /** It was stopped by the clock before all turns were played. */
  readonly isCutByTime: boolean
  /** For each ending found, the shortest way found, as a player reads it. */
  readonly endings: readonly { readonly name: string; readonly path: readonly string[] }[]
  readonly lines: Coverage
  readonly storyLines: Coverage
  readonly topics: Coverage
  readonly scenes: Coverage
}

export interface DreamCheck {
  /** Errors first, then by file and line. Those of reading the files (see `parseDream`) are not among them. */
  readonly findings: readonly DreamProblem[]
  readonly play: PlayReport
}

const isError = ({ severity }: DreamProblem) => severity === "error"

/** Errors before warnings, then by place. */
export const orderFindings = (findings: readonly DreamProblem[]): DreamProblem[] => findings.toSorted((a, b) =>
  Number(isError(b)) - Number(isError(a)) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column))

const coverage = (keys: readonly string[], met: ReadonlySet<string>): Coverage => ({ met: keys.filter((key) => met.has(key)).length, of: keys.length })

/** The keys of all authored lines that topics and reactions hold. */
export const linesOf = (dream: Dream): string[] => [...dream.cast.values()].flatMap((member) =>
  [...member.topics, ...member.reactions].flatMap(({ lines }) => lines.map(({ id }) => `${member.character}/${id}`)))

/**
 * Checks a dream: its texts and sheets as they stand, its stories by themselves, and the dream as it is played, taking every
 * suggestion. What was not reached counts only as far as the search went; `play` says how far.
 */
export async function checkDream(dream: Dream, options: PlayExploreOptions = {}): Promise<DreamCheck> {
  const explored = await explorePlay(dream, options)
  const { tally } = explored
  const isTogether = togetherness(tally)
  const still = [...checkTexts(dream), ...checkCast(dream, isTogether), ...(await checkConfusion(dream, isTogether)), ...checkStories(dream)]
  const stories = Object.values(dream.stories)
  return {
    findings: orderFindings([...still, ...playFindings(dream, explored)]),
    play: {
      turns: tally.turns,
      places: explored.places,
      isCutByTime: explored.isCutByTime,
      endings: explored.endings,
      lines: coverage(linesOf(dream), tally.said),
      storyLines: coverage(stories.flatMap((story) => story.lines.filter(({ kind }) => kind === "line").map(({ id }) => id)), tally.said),
      topics: coverage([...dream.cast.values()].flatMap(({ character, topics }) => topics.map(({ id }) => `topic:${character}/${id}`)), tally.open),
      scenes: coverage(dream.scenes.map(({ id }) => id), tally.scenes),
    },
  }
}
