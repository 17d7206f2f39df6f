/** Plays a story by itself, in breadth and at random, and says what a player may never see or never leave. */
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { advanceStory, startStory } from "./advance.ts"
import type { AdvanceOptions, StoryInput, StoryStep } from "./advance.ts"
import type { AuthoredLine } from "./authored.ts"
import type { StoryPath } from "./play.ts"
import type { StoryWorld } from "./port.ts"
import type { StoryRefusal } from "./refusal.ts"
import { stateKey } from "./state-key.ts"
import type { StoryState } from "./state.ts"
import { engineOf } from "./story.ts"
import type { Story } from "./story.ts"

export interface ExploreOptions {
  /** Random walks (200). */
  readonly walks?: number
  readonly seed?: string | number
  /** Choices in one walk at most (200). */
  readonly depth?: number
  /** States that the search in breadth may see (5,000). */
  readonly states?: number
  readonly advance?: AdvanceOptions
}

/** Somewhere that a play stops or cannot leave, and how to get there. */
export interface StoryPlace {
  /** The knot or stitch entered last. */
  readonly flow: string
  readonly path: StoryPath
}

export interface Exploration {
  /** Inputs taken in all. */
  readonly steps: number
  readonly states: number
  /** Every state that the choices can lead to was seen (chance left aside). */
  readonly isComplete: boolean
  /** For each ending found, the shortest path that was found. */
  readonly endings: readonly { readonly name: string; readonly path: StoryPath }[]
  readonly unreached: {
    readonly lines: readonly AuthoredLine[]
    readonly choices: readonly AuthoredLine[]
    readonly knots: readonly string[]
    readonly checkpoints: readonly string[]
    readonly endings: readonly string[]
  }
  /** The story stops there without a named ending. */
  readonly deadEnds: readonly StoryPlace[]
  /** From there no end can be reached any more; known only where the search was complete and nothing is left to chance. */
  readonly traps: readonly StoryPlace[]
  readonly failures: readonly (StoryPlace & { readonly refusal: StoryRefusal })[]
  /** Moves that the world refused, by the refusal's code and the command. */
  readonly refusedMoves: readonly { readonly command: string; readonly code: string; readonly count: number }[]
}

interface Tally {
  steps: number
  readonly lines: Set<string>
  readonly choices: Set<string>
  readonly flows: Set<string>
  readonly taken: Map<string, number>
  readonly endings: Map<string, StoryPath>
  readonly deadEnds: Map<string, StoryPlace>
  readonly failures: Map<string, Exploration["failures"][number]>
  readonly refused: Map<string, { command: string; code: string; count: number }>
}

const isShorter = (a: StoryPath, b: { readonly choices: readonly number[] } | undefined) => b === undefined || a.choices.length < b.choices.length

function note(tally: Tally, step: StoryStep, flow: string, path: () => StoryPath): void {
  for (const { sources } of step.lines) for (const id of sources) tally.lines.add(id)
  for (const { id } of step.choices) tally.choices.add(id)
  for (const entered of step.entered) {
    tally.flows.add(entered)
    tally.flows.add(entered.split(".")[0] ?? "")
  }
  for (const { command, refusal } of step.moves) {
    if (refusal === null) continue
    const key = `${refusal.code} ${command}`
    tally.refused.set(key, { command, code: refusal.code, count: (tally.refused.get(key)?.count ?? 0) + 1 })
  }
  if (step.refusal !== null) {
    const at = path()
    const key = `${step.refusal.code} ${step.refusal.message.en}`
    const failed = step.refusal.flow === undefined || step.refusal.flow === "" ? flow : step.refusal.flow
    for (const entered of [failed, failed.split(".")[0] ?? ""]) tally.flows.add(entered)
    if (isShorter(at, tally.failures.get(key)?.path)) tally.failures.set(key, { flow: failed, path: at, refusal: step.refusal })
  }
  if (step.ended === null || step.refusal !== null) return
  const at = path()
  if (step.ended.ending === null) {
    // A scene that a host enters may just end: the play goes on outside it.
    if (!step.ended.isRest && at.entry === undefined && isShorter(at, tally.deadEnds.get(flow)?.path)) tally.deadEnds.set(flow, { flow, path: at })
  } else if (isShorter(at, tally.endings.get(step.ended.ending))) tally.endings.set(step.ended.ending, at)
}

interface Explorer {
  readonly story: Story
  readonly worlds: readonly StoryWorld[]
  readonly tally: Tally
  readonly options: AdvanceOptions
}

interface Point {
  readonly state: StoryState
  readonly world: StoryWorld
  readonly flow: string
  /** The step failed, or the story has ended. */
  readonly isOver: boolean
}

/** Takes an input and passes pauses, up to the next choice or the end. */
function go({ story, tally, options }: Explorer, from: Omit<Point, "isOver">, input: StoryInput, path: () => StoryPath): Point {
  let { state, world, flow } = from
  let next = input
  for (let pauses = 0; ; pauses++) {
    const step = advanceStory(story, state, world, next, options)
    tally.steps++
    flow = step.entered.at(-1) ?? flow
    note(tally, step, flow, path)
    state = step.state
    world = step.world
    if (step.refusal !== null || step.ended !== null) return { state, world, flow, isOver: true }
    if (!step.hasMore || pauses > 1_000) return { state, world, flow, isOver: step.hasMore }
    next = { kind: "continue" }
  }
}

interface Node extends Point {
  readonly path: StoryPath
  readonly leads: number[]
  isExpanded: boolean
}

/** The beginning, and every knot that a host may enter, in each of the worlds. */
function rootsOf({ story, worlds }: Explorer, seed: string): StoryPath[] {
  const entries = [...engineOf(story)?.enterable ?? []]
  return worlds.flatMap((_, index) => {
    const root = { seed, choices: [], ...(worlds.length > 1 ? { variant: index } : {}) }
    return [root, ...entries.map((entry) => ({ ...root, entry }))]
  })
}

const begin = (explorer: Explorer, root: StoryPath): Point =>
  go(explorer, { state: startStory(explorer.story, root), world: explorer.worlds[root.variant ?? 0] as StoryWorld, flow: "" },
    root.entry === undefined ? { kind: "continue" } : { kind: "enter", knot: root.entry }, () => root)

/** Searches in breadth; equal states are seen once. */
function searchBreadth(explorer: Explorer, seed: string, limit: number): { readonly nodes: readonly Node[]; readonly isComplete: boolean } {
  const nodes: Node[] = []
  const byKey = new Map<string, number>()
  let isClipped = false
  const add = (point: Point, path: StoryPath): number => {
    const { key, isClipped: clipped } = stateKey(point.state, point.world)
    isClipped ||= clipped
    const known = byKey.get(key)
    if (known !== undefined) return known
    byKey.set(key, nodes.length)
    nodes.push({ ...point, path, leads: [], isExpanded: point.isOver })
    return nodes.length - 1
  }
  for (const root of rootsOf(explorer, seed)) add(begin(explorer, root), root)
  for (let index = 0; index < nodes.length && nodes.length < limit; index++) {
    const node = nodes[index] as Node
    if (node.isOver) continue
    for (const { index: choice, id } of node.state.choices) {
      const path = { ...node.path, choices: [...node.path.choices, choice] }
      explorer.tally.taken.set(id, (explorer.tally.taken.get(id) ?? 0) + 1)
      node.leads.push(add(go(explorer, node, { kind: "choose", choice }, () => path), path))
    }
    node.isExpanded = true
  }
  return { nodes, isComplete: !isClipped && nodes.every(({ isExpanded }) => isExpanded) }
}

/** Nodes from which neither an end nor anything unknown can be reached, the first of each flow. */
function findTraps(nodes: readonly Node[]): StoryPlace[] {
  const back = nodes.map((): number[] => [])
  for (const [index, node] of nodes.entries()) for (const to of node.leads) back[to]?.push(index)
  const good = new Set(nodes.flatMap(({ isOver, isExpanded }, index) => (isOver || !isExpanded ? [index] : [])))
  const waiting = [...good]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const before of back[at] ?? []) if (!good.has(before)) { good.add(before); waiting.push(before) }
  const first = new Map<string, StoryPlace>()
  for (const [index, { flow, path }] of nodes.entries())
    if (!good.has(index) && !first.has(flow)) first.set(flow, { flow, path })
  return [...first.values()]
}

/** Half the time any choice, half the time one that was taken least. */
function pick(state: StoryState, tally: Tally, random: Random): StoryState["choices"][number] {
  const { choices } = state
  const least = Math.min(...choices.map(({ id }) => tally.taken.get(id) ?? 0))
  const rare = random.next() < 0.5 ? choices : choices.filter(({ id }) => (tally.taken.get(id) ?? 0) === least)
  return rare[random.integer(rare.length)] as StoryState["choices"][number]
}

function walkOnce(explorer: Explorer, root: StoryPath, depth: number): void {
  const { tally } = explorer
  const random = createRandom("walk", root.seed)
  const choices: number[] = []
  const path = (): StoryPath => ({ ...root, choices: [...choices] })
  let point = begin(explorer, root)
  while (!point.isOver && choices.length < depth) {
    const { index, id } = pick(point.state, tally, random)
    tally.taken.set(id, (tally.taken.get(id) ?? 0) + 1)
    choices.push(index)
    point = go(explorer, point, { kind: "choose", choice: index }, path)
  }
}

/**
 * Explores a story, in one world or in several that differ in their dials, say. Deterministic: equal options give an
 * equal result.
 */
export function exploreStory(story: Story, world: StoryWorld | readonly StoryWorld[], options: ExploreOptions = {}): Exploration {
  const { walks = 200, seed = "explore", depth = 200, states = 5_000, advance = {} } = options
  const tally: Tally = {
    steps: 0, lines: new Set(), choices: new Set(), flows: new Set(), taken: new Map(), endings: new Map(), deadEnds: new Map(),
    failures: new Map(), refused: new Map(),
  }
  const explorer: Explorer = { story, worlds: Array.isArray(world) ? world as readonly StoryWorld[] : [world as StoryWorld], tally, options: advance }
  const { nodes, isComplete } = searchBreadth(explorer, String(seed), states)
  for (let walk = 0; walk < walks; walk++) {
    const roots = rootsOf(explorer, `${seed}/${walk}`)
    walkOnce(explorer, roots[walk % roots.length] as StoryPath, depth)
  }
  const isKnown = isComplete && !story.usesChance
  return {
    steps: tally.steps,
    states: nodes.length,
    isComplete: isKnown,
    endings: [...tally.endings].map(([name, path]) => ({ name, path })),
    unreached: {
      lines: story.lines.filter(({ kind, id }) => kind === "line" && !tally.lines.has(id)),
      choices: story.lines.filter(({ kind, id }) => kind === "choice" && !tally.choices.has(id)),
      knots: story.flows.filter(({ path, kind }) => kind !== "function" && !tally.flows.has(path)).map(({ path }) => path),
      checkpoints: story.checkpoints.filter(({ flow }) => !tally.flows.has(flow)).map(({ name }) => name),
      endings: story.endings.filter((name) => !tally.endings.has(name)),
    },
    deadEnds: [...tally.deadEnds.values()],
    traps: isKnown ? findTraps(nodes) : [],
    failures: [...tally.failures.values()],
    refusedMoves: [...tally.refused.values()],
  }
}
