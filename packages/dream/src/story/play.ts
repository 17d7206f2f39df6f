/** A play as one value: convenience over `startStory` and `advanceStory`. */
import { advanceStory, startStory } from "./advance.ts"
import type { AdvanceOptions, StoryInput, StoryStep } from "./advance.ts"
import type { StoryWorld } from "./port.ts"
import type { Story } from "./story.ts"

/** Where a play stands, with the step that led there. `next` gives another play and leaves this one as it is. */
export interface StoryPlay extends StoryStep {
  next(input: StoryInput): StoryPlay
}

const from = (story: Story, step: StoryStep, options: AdvanceOptions): StoryPlay =>
  ({ ...step, next: (input) => from(story, advanceStory(story, step.state, step.world, input, options), options) })

/** Begins a play and goes on to the first choice, pause or end. */
export function playStory(story: Story, world: StoryWorld, options: AdvanceOptions & { readonly seed: string | number }): StoryPlay {
  return from(story, advanceStory(story, startStory(story, options), world, { kind: "continue" }, options), options)
}

/** A seed and the indices of the choices taken, in order; pauses are passed by themselves. */
export interface StoryPath {
  readonly seed: string
  /** The knot that the host entered at once, where the play did not begin at the beginning. */
  readonly entry?: string
  /** Which of several worlds it was explored in. */
  readonly variant?: number
  readonly choices: readonly number[]
}

/** Plays a path from the beginning; pauses are passed. */
export function playPath(story: Story, world: StoryWorld, path: StoryPath, options: AdvanceOptions = {}): StoryPlay {
  const passPauses = (play: StoryPlay): StoryPlay => {
    let now = play
    for (let count = 0; now.hasMore && now.refusal === null && count < 10_000; count++) now = now.next({ kind: "continue" })
    return now
  }
  const begin: StoryInput = path.entry === undefined ? { kind: "continue" } : { kind: "enter", knot: path.entry }
  const first = advanceStory(story, startStory(story, path), world, begin, options)
  return path.choices.reduce((play, choice) => passPauses(play.next({ kind: "choose", choice })), passPauses(from(story, first, options)))
}
