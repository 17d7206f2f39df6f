/** Saves that pin the story they belong to, and go on after the author has edited it. */
import type { Localized } from "@daydream/engine/language"
import { withMachine } from "./machine.ts"
import type { Machine } from "./machine.ts"
import { refuseStory } from "./refusal.ts"
import type { StoryRefusal } from "./refusal.ts"
import { startStory } from "./advance.ts"
import { readState } from "./state.ts"
import type { CheckpointMark, StoryState } from "./state.ts"
import { engineOf } from "./story.ts"
import type { Story } from "./story.ts"
import { mendState, placesOf, variableFaults } from "./mend.ts"

/** A play of a story put away: plain JSON. */
export interface StorySave {
  readonly format: 1
  /** The identity of the story at the time. */
  readonly story: string
  /** Hashes of its knots, so that one can tell later which of them were edited. */
  readonly knots: Readonly<Record<string, string>>
  readonly state: StoryState
}

/** Something that did not survive the edits. */
export interface Lost {
  readonly code: "checkpoint_gone" | "checkpoint_unfit" | "went_back" | "began_again" | "variable_gone"
  readonly message: Localized
}

/** How a save went on: as it was, in a scene that was not edited, at a checkpoint, or from the beginning. */
export type ResumePlace =
  | { readonly kind: "exact" }
  | { readonly kind: "scene" }
  /** `world` says where the world stood then (`StoryWorld.mark`): the host rewinds to it. */
  | { readonly kind: "checkpoint"; readonly name: string; readonly world: number | string }
  | { readonly kind: "start" }

export type Resumed =
  | { readonly state: StoryState; readonly place: ResumePlace; readonly lost: readonly Lost[]; readonly refusal?: never }
  | { readonly refusal: StoryRefusal; readonly state?: never; readonly place?: never; readonly lost?: never }

/** Puts a play away. */
export const saveStory = (story: Story, state: StoryState): StorySave => ({ format: 1, story: story.identity, knots: story.knots, state })

const lost = {
  gone: (name: string): Lost => ({ code: "checkpoint_gone", message: { en: `The checkpoint "${name}" is no longer in the story.`, zh: `检查点“${name}”已不在故事中。` } }),
  unfit: (name: string, variables: readonly string[]): Lost => ({
    code: "checkpoint_unfit",
    message: { en: `The checkpoint "${name}" no longer fits: ${variables.join(", ")} changed its kind.`, zh: `检查点“${name}”已不适用：变量 ${variables.join("、")} 的类型变了。` },
  }),
  back: (name: string, steps: number): Lost => ({
    code: "went_back",
    message: { en: `The story was edited; it goes on at "${name}", ${steps} ${steps === 1 ? "turn" : "turns"} back.`, zh: `故事已被修改，将从“${name}”继续，回退 ${steps} 步。` },
  }),
  again: (): Lost => ({ code: "began_again", message: { en: "The story was edited; no checkpoint fits, so it begins again.", zh: "故事已被修改，没有可用的检查点，只能从头开始。" } }),
  variable: (name: string): Lost => ({ code: "variable_gone", message: { en: `The story no longer has the variable "${name}"; its value is dropped.`, zh: `故事已没有变量“${name}”，其值已丢弃。` } }),
}

type Fields = Readonly<Record<string, unknown>>

function readSave(value: unknown): StorySave | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const { format, story, knots, state } = value as Fields
  const isHashes = typeof knots === "object" && knots !== null && Object.values(knots).every((hash) => typeof hash === "string")
  return format === 1 && typeof story === "string" && isHashes && readState(state) !== undefined ? value as StorySave : undefined
}

/** Keeps the counts of what was not edited, and of every knot and stitch that still stands. */
function keptVisits(story: Story, save: StorySave, visits: Readonly<Record<string, number>>, exists: (path: string) => boolean): Record<string, number> {
  const flows = new Set(story.flows.map(({ path }) => path))
  const isSame = (path: string) => {
    const knot = /^\d/.test(path) ? "" : path.split(".")[0] ?? ""
    return Object.hasOwn(save.knots, knot) && save.knots[knot] === story.knots[knot]
  }
  return Object.fromEntries(Object.entries(visits).filter(([path]) => flows.has(path) || (isSame(path) && exists(path))))
}

function atCheckpoint(story: Story, save: StorySave, machine: Machine, mark: CheckpointMark): StoryState | undefined {
  const flow = story.checkpoints.find(({ name }) => name === mark.name)?.flow
  if (flow === undefined) return undefined
  const { state } = save
  const begun = startStory(story, { seed: state.seed })
  const exists = placesOf(machine)
  const ink = mendState(machine, begun.ink, {
    variables: mark.variables, visits: keptVisits(story, save, mark.visits, exists), turn: mark.turn, random: mark.random, flow,
  })
  const earlier = state.checkpoints.slice(0, state.checkpoints.findIndex(({ name }) => name === mark.name) + 1)
  return { ...begun, step: mark.step, checkpoints: earlier.filter(({ name }) => story.checkpoints.some((one) => one.name === name)), ink }
}

/** Knots in which the play stands or to which it will return, as far as ink's state names them. */
function touchedKnots(ink: string): string[] {
  const { flows, evalStack: _, ...rest } = JSON.parse(ink) as { flows: unknown; evalStack: unknown; currentDivertTarget?: string; variablesState: unknown }
  const knots = new Set<string>()
  const note = (path: string) => knots.add(/^\d/.test(path) ? "" : path.split(".")[0] ?? "")
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return
    for (const [key, field] of Object.entries(value))
      if (typeof field !== "string") visit(field)
      else if (["cPath", "previousContentObject", "originalChoicePath", "targetPath", "^->"].includes(key)) note(field)
  }
  visit(flows)
  visit(rest.variablesState)
  if (typeof rest.currentDivertTarget === "string") note(rest.currentDivertTarget)
  return [...knots]
}

function inScene(story: Story, save: StorySave, machine: Machine): StoryState | undefined {
  const { state } = save
  if (touchedKnots(state.ink).some((knot) => save.knots[knot] === undefined || save.knots[knot] !== story.knots[knot])) return undefined
  machine.load(startStory(story, { seed: state.seed }).ink)
  const parsed = JSON.parse(state.ink) as { variablesState: Record<string, unknown>; visitCounts: Record<string, number>; turnIndices: Record<string, number> }
  if (variableFaults(machine, parsed.variablesState).length > 0) return undefined
  const exists = placesOf(machine)
  const visitCounts = keptVisits(story, save, parsed.visitCounts, exists)
  const turnIndices = keptVisits(story, save, parsed.turnIndices, exists)
  const variables = Object.fromEntries(Object.entries(parsed.variablesState).filter(([name]) => machine.state.variablesState.GlobalVariableExistsWithName(name)))
  machine.load(JSON.stringify({ ...parsed, variablesState: variables, visitCounts, turnIndices }))
  const checkpoints = state.checkpoints.filter(({ name }) => story.checkpoints.some((one) => one.name === name))
  return { ...state, story: story.identity, checkpoints, ink: machine.write() }
}

function droppedVariables(machine: Machine, variables: Readonly<Record<string, unknown>>): Lost[] {
  return Object.keys(variables).filter((name) => !machine.state.variablesState.GlobalVariableExistsWithName(name)).map(lost.variable)
}

/** A part of the search that may meet a state that ink cannot read; then it has not succeeded. */
function attempt<T>(story: Story, act: (machine: Machine) => T): T | undefined {
  const engine = engineOf(story)
  if (engine === undefined) return undefined
  try {
    return withMachine(engine, (machine) => {
      machine.begin(1_000_000)
      return act(machine)
    })
  } catch {
    return undefined
  }
}

interface Found {
  readonly state: StoryState
  readonly dropped: readonly Lost[]
}

function tryCheckpoint(story: Story, save: StorySave, mark: CheckpointMark): Found | { readonly why: Lost } {
  if (story.checkpoints.every(({ name }) => name !== mark.name)) return { why: lost.gone(mark.name) }
  const faults = attempt(story, (machine) => {
    machine.ResetState()
    return variableFaults(machine, mark.variables)
  })
  if (faults === undefined || faults.length > 0) return { why: lost.unfit(mark.name, faults ?? []) }
  const found = attempt(story, (machine) => {
    const state = atCheckpoint(story, save, machine, mark)
    return state === undefined ? undefined : { state, dropped: droppedVariables(machine, mark.variables) }
  })
  return found ?? { why: lost.unfit(mark.name, []) }
}

/**
 * Goes on with a save. On the very story that it pins: exactly where it was. After edits: in place, where the knots that
 * the play stands in are unchanged and its variables still fit; else at the newest checkpoint that the story still has
 * and whose variables fit; else from the beginning. `lost` says what did not survive. Never throws.
 */
export function resumeStory(story: Story, value: unknown): Resumed {
  const save = readSave(value)
  if (save === undefined || engineOf(story) === undefined) return { refusal: refuseStory("state_unreadable") }
  const { state } = save
  if (save.story === story.identity && state.story === story.identity) return { state, place: { kind: "exact" }, lost: [] }
  const scene = attempt(story, (machine) => {
    const found = inScene(story, save, machine)
    const saved = (JSON.parse(state.ink) as { variablesState: Record<string, unknown> }).variablesState
    return found === undefined ? undefined : { state: found, dropped: droppedVariables(machine, saved) }
  })
  if (scene !== undefined) return { state: scene.state, place: { kind: "scene" }, lost: scene.dropped }
  const misses: Lost[] = []
  for (const mark of state.checkpoints.toReversed()) {
    const found = tryCheckpoint(story, save, mark)
    if ("why" in found) misses.push(found.why)
    else {
      return {
        state: found.state, place: { kind: "checkpoint", name: mark.name, world: mark.world },
        lost: [lost.back(mark.name, state.step - mark.step), ...misses, ...found.dropped],
      }
    }
  }
  return { state: startStory(story, { seed: state.seed }), place: { kind: "start" }, lost: [lost.again(), ...misses] }
}
