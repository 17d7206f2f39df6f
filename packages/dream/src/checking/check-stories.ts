/** The stories of a dream by themselves: where they fail, stop or cannot be left, and whether two languages tell the same one. */
import { problemOfFinding } from "../bundle/index.ts"
import type { Dream, DreamProblem } from "../bundle/index.ts"
import { explorationFindings, exploreStory, stageWorld } from "../story/index.ts"
import type { Story } from "../story/index.ts"
import { createWorld } from "../world/index.ts"
import { finding } from "./finding.ts"

export interface StoryCheckOptions {
  readonly walks?: number
  readonly states?: number
  readonly seed?: string
}

/** Found by playing the dream as a whole, not the story alone. */
const foundInPlay = /_unreached$/u

const differing = [
  ["endings", "结局", (story: Story) => story.endings],
  ["entries", "入口", (story: Story) => story.entries],
  ["checkpoints", "检查点", (story: Story) => story.checkpoints.map(({ name }) => name)],
] as const

function compare(stories: readonly (readonly [string, Story])[]): DreamProblem[] {
  const [first, ...others] = stories
  if (first === undefined) return []
  return others.flatMap(([language, story]) => differing.flatMap(([what, whatZh, read]) => {
    const [a, b] = [new Set(read(first[1])), new Set(read(story))]
    const names = [...a.symmetricDifference(b)]
    return names.length === 0 ? [] : [finding("stories_differ", { file: `story.${language}.ink`, line: 0, column: 0 }, { what, whatZh, names: names.join(", ") })]
  }))
}

/** What can be seen of the stories alone. */
export function checkStories(dream: Dream, options: StoryCheckOptions = {}): DreamProblem[] {
  const { walks = 60, states = 1_500, seed = "check" } = options
  const stories = Object.entries(dream.stories)
  if (stories.length === 0) return [finding("no_story", { file: "dream.yaml", line: 0, column: 0 })]
  const dials = Object.fromEntries([...dream.dials.values()].map(({ id, starts }) => [id, starts]))
  const world = stageWorld(createWorld(dream.world), { dials })
  return [...compare(stories), ...stories.flatMap(([language, story]) => {
    const main = stories.length > 1 ? `story.${language}.ink` : "story.ink"
    const found = exploreStory(story, world, { walks, states, seed })
    return explorationFindings(story, found).filter(({ code }) => !foundInPlay.test(code)).map((one) => problemOfFinding(one, main))
  })]
}
