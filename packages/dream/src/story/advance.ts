/** One step of a story: a pure function of the state, the world and the input. */
import { createRandom } from "@daydream/engine/random"
import { bindWorld, proposeMove, WorldFailed } from "./functions.ts"
import type { Stage, StoryMove } from "./functions.ts"
import { BoundReached, Machine, withMachine } from "./machine.ts"
import type { StoryWorld } from "./port.ts"
import { choicesOf, readLine } from "./reading.ts"
import type { StoryLine } from "./reading.ts"
import { refuseStory } from "./refusal.ts"
import type { StoryRefusal } from "./refusal.ts"
import { readState } from "./state.ts"
import type { CheckpointMark, StoryChoice, StoryState } from "./state.ts"
import { engineOf } from "./story.ts"
import type { Story, StoryEngine } from "./story.ts"
import { readTag, tagValues } from "./tag.ts"

/** `enter`: the host begins a knot that the author tagged `# entry`, whatever the story was doing. */
export type StoryInput =
  | { readonly kind: "continue" }
  | { readonly kind: "choose"; readonly choice: number | string }
  | { readonly kind: "enter"; readonly knot: string }

/** How a story ended: by a named ending; at rest (`# rest`) until the host enters a knot; or it just stopped (both unset). */
export interface StoryEnd {
  readonly ending: string | null
  readonly isRest: boolean
}

export interface StoryStep {
  readonly state: StoryState
  /** The world after the moves that it accepted. */
  readonly world: StoryWorld
  readonly lines: readonly StoryLine[]
  readonly choices: readonly StoryChoice[]
  readonly moves: readonly StoryMove[]
  /** Knots and stitches entered, in order. */
  readonly entered: readonly string[]
  /** Set where the story has ended. */
  readonly ended: StoryEnd | null
  /** There is more without a choice: a pause, or the limit of lines. */
  readonly hasMore: boolean
  /** Set where nothing happened. */
  readonly refusal: StoryRefusal | null
}

export interface AdvanceOptions {
  /** ink's steps for one input; past them it counts as an endless loop (50,000). */
  readonly budget?: number
  /** Lines for one input; the next `continue` goes on (200). */
  readonly lines?: number
}

/** The state at the beginning. Equal seeds give equal plays. */
export function startStory(story: Story, options: { readonly seed: string | number }): StoryState {
  const engine = engineOf(story)
  if (engine === undefined) throw new TypeError("startStory takes a story that compileStory made")
  const seed = String(options.seed)
  const ink = withMachine(engine, (machine) => {
    machine.begin(1_000_000)
    machine.ResetState()
    machine.state.storySeed = seedOf(seed)
    return machine.write()
  })
  return { format: 1, story: story.identity, seed, step: 0, status: "ready", ending: null, isRest: false, choices: [], checkpoints: [], ink }
}

/** ink's seed for `seed`. */
export const seedOf = (seed: string): number => createRandom("story", seed).integer(2_147_483_646) + 1

const nothing = (state: StoryState, world: StoryWorld, refusal: StoryRefusal): StoryStep => ({
  state, world, lines: [], choices: state.choices ?? [], moves: [], entered: [],
  ended: endOf(state), hasMore: state.status === "ready", refusal,
})

const endOf = ({ status, ending, isRest }: StoryState): StoryEnd | null => (status === "ended" ? { ending, isRest } : null)

const stages = new WeakMap<Machine, Stage>()

interface Run {
  readonly lines: StoryLine[]
  readonly ending: string | null
  readonly isRest: boolean
  readonly isPaused: boolean
}

/** ink says this where the flow runs out; for a player it is an end without a name. */
const ranOut = /ran out of content|unexpectedly reached end of content/

function run(machine: Machine, engine: StoryEngine, stage: Stage, limit: number): Run {
  const lines: StoryLine[] = []
  let ending: string | null = null
  let isRest = false
  while (machine.canContinue) {
    const raw = machine.Continue() ?? ""
    const faults = machine.errors.filter((message) => !ranOut.test(message))
    if (faults.length > 0) throw new Error(faults[0])
    const tags = (machine.currentTags ?? []).map((tag) => tag.trim())
    ending = tagValues(tags, "ending").find((name) => name !== "") ?? ending
    isRest ||= tags.some((tag) => readTag(tag).name === "rest")
    if (raw.trim() !== "") lines.push(readLine(machine, engine, raw, tags))
    for (const tag of tags.map(readTag)) if (tag.name === "move") proposeMove(stage, machine, tag.value)
    if (tags.some((tag) => readTag(tag).name === "pause") || lines.length >= limit) return { lines, ending, isRest, isPaused: machine.canContinue }
  }
  return { lines, ending, isRest, isPaused: false }
}

/** A save goes back over at most so many checkpoints. */
const mostMarks = 32

function mergeMarks(old: readonly CheckpointMark[], marks: readonly CheckpointMark[]): CheckpointMark[] {
  const byName = new Map(old.map((mark) => [mark.name, mark]))
  for (const mark of marks) {
    byName.delete(mark.name)
    byName.set(mark.name, mark)
  }
  return [...byName.values()].slice(-mostMarks)
}

/** Where in `state` the input cannot be taken. */
function refusalOf(engine: StoryEngine, state: StoryState, input: StoryInput): StoryRefusal | null {
  if (input.kind === "enter") return engine.enterable.has(input.knot) ? null : refuseStory("knot_closed", typeof input.knot === "string" ? input.knot : "?")
  if (input.kind !== "continue" && input.kind !== "choose") return refuseStory("input_unknown")
  if (state.status === "ended") return refuseStory("ended")
  if (input.kind === "continue") return state.status === "choosing" ? refuseStory("choice_awaited") : null
  return findChoice(state, input.choice) === undefined ? refuseStory("choice_unknown", String(state.choices.length)) : null
}

const findChoice = ({ choices, status }: StoryState, choice: number | string): StoryChoice | undefined =>
  status !== "choosing" ? undefined : choices.find((one) => (typeof choice === "number" ? one.index === choice : one.id === choice))

function step(machine: Machine, engine: StoryEngine, state: StoryState, stage: Stage, input: StoryInput, options: AdvanceOptions): StoryStep {
  const places: (number | string)[] = []
  machine.begin(options.budget ?? 50_000)
  machine.onMark = () => { places[machine.marks.length - 1] = stage.world.mark() }
  machine.load(state.ink)
  if (input.kind === "choose") machine.ChooseChoiceIndex(findChoice(state, input.choice)?.index ?? -1)
  if (input.kind === "enter") machine.ChoosePathString(input.knot)
  const { lines, ending, isRest, isPaused } = run(machine, engine, stage, Math.max(1, options.lines ?? 200))
  const choices = isPaused ? [] : choicesOf(machine, engine)
  const status = isPaused ? "ready" : choices.length > 0 ? "choosing" : "ended"
  const marks = machine.marks.map((mark, index) => ({ ...mark, step: state.step, world: places[index] ?? 0 }))
  // A name said some inputs ago still names the end where the last lines follow a pause.
  const isSame = input.kind === "continue"
  const named = ending ?? (isSame ? state.ending : null)
  const next: StoryState = {
    ...state, step: state.step + 1, status, ending: status === "choosing" ? null : named,
    isRest: status !== "choosing" && (isRest || (isSame && state.isRest)), choices,
    checkpoints: mergeMarks(state.checkpoints, marks), ink: machine.write(),
  }
  return {
    state: next, world: stage.world, lines, choices, moves: stage.moves, entered: machine.entered,
    ended: endOf(next), hasMore: isPaused, refusal: null,
  }
}

function refusalFor(error: unknown, flow: string): StoryRefusal {
  if (error instanceof BoundReached) return { ...refuseStory(error.bound, flow === "" ? "top" : flow), flow }
  const detail = error instanceof Error ? error.message : String(error)
  return { ...refuseStory(error instanceof WorldFailed ? "world_failed" : "ink_failed", detail.slice(0, 500)), flow }
}

/** A machine whose functions ask the stage that is set for it. */
function bound(machine: Machine): Machine {
  if (!stages.has(machine)) {
    stages.set(machine, { world: undefined as unknown as StoryWorld, moves: [] })
    bindWorld(machine, () => stages.get(machine) as Stage)
  }
  return machine
}

/**
 * Takes one input. Never throws: an input that cannot be taken, a state that cannot be read and a story that fails give
 * a refusal, and state and world stay as they were.
 */
export function advanceStory(story: Story, state: StoryState, world: StoryWorld, input: StoryInput, options: AdvanceOptions = {}): StoryStep {
  const engine = engineOf(story)
  const read = readState(state)
  if (engine === undefined || read === undefined) return nothing(state ?? {} as StoryState, world, refuseStory("state_unreadable"))
  if (read.story !== story.identity) return nothing(read, world, refuseStory("other_story"))
  const refusal = typeof input !== "object" || input === null ? refuseStory("input_unknown") : refusalOf(engine, read, input)
  if (refusal !== null) return nothing(read, world, refusal)
  let flow = ""
  try {
    return withMachine(engine, (machine) => {
      const stage: Stage = { world, moves: [] }
      stages.set(bound(machine), stage)
      try {
        return step(machine, engine, read, stage, input, options)
      } catch (error) {
        flow = error instanceof BoundReached ? error.flow : machine.entered.at(-1) ?? ""
        throw error
      }
    })
  } catch (error) {
    return nothing(read, world, refusalFor(error, flow))
  }
}
