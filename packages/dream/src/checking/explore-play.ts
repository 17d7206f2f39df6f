/**
 * Plays a dream by itself, as a player would: in breadth first, so that what is near is found by the shortest way; then from
 * places met before, the least visited first (Ecoffet et al. 2021, "First return, then explore"), taking what was taken least.
 */
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import type { Dream } from "../bundle/index.ts"
import { canContinue, createWordChooser, startPlay } from "../turn/index.ts"
import type { Option, TakeTurnOptions } from "../turn/index.ts"
import { cellOf, regionOf } from "./cell.ts"
import { openAt, pathTo, stepsAt, takeStep } from "./step.ts"
import { straighten } from "./straighten.ts"
import type { Player, Point, Step } from "./step.ts"
import { createTally, noteOptions, noteTurn } from "./tally.ts"
import type { Tally } from "./tally.ts"
import { variantsOf } from "./variant.ts"

export interface PlayExploreOptions {
  /** Turns that are played in all (8,000). */
  readonly turns?: number
  readonly seed?: string
  /** A clock in milliseconds and the time at which to stop; without it only `turns` counts, and the result is the same everywhere. */
  readonly until?: { readonly now: () => number; readonly time: number }
  /** What characters do by themselves while time passes. */
  readonly pass?: TakeTurnOptions["pass"]
  readonly onProgress?: (turns: number) => void
  readonly abortSignal?: AbortSignal
}

/** Share of the walks that are as the author starts the dream; the others differ in language, dials or withheld contents. */
const plainShare = 0.6
/** Share of the turns that is searched in breadth. */
const breadth = 0.08
/** Turns of one walk from a place met before, and of one from the beginning. */
const legLength = 40
const wholeLength = 150
/** Of the walks, those that begin at the beginning. */
const wholeShare = 0.5

/** A place met before. */
interface Cell {
  readonly point: Point
  /** How much was new where it was met. */
  readonly promise: number
  chosen: number
}

interface Search {
  readonly player: Player
  readonly tally: Tally
  readonly limit: number
  readonly options: PlayExploreOptions
  readonly random: Random
  readonly cells: Map<string, Cell>
  readonly roots: readonly Point[]
  /** Places met, also those forgotten since. */
  met: number
}

const isSpent = ({ tally, limit, options: { until } }: Search): boolean =>
  tally.turns >= limit || (until !== undefined && until.now() >= until.time)

async function go(search: Search, from: Point, step: Step): Promise<{ readonly point: Point } | null> {
  const { player, tally, cells, options } = search
  options.abortSignal?.throwIfAborted()
  tally.taken.set(step.key, (tally.taken.get(step.key) ?? 0) + 1)
  const { turn, next } = await takeStep(player, from, step)
  const promise = noteTurn(tally, player.dream, player.player, from, turn, next)
  if (tally.turns % 50 === 0) options.onProgress?.(tally.turns)
  if (next === null) return null
  const region = regionOf(next.state, player.player, next.variant)
  const known = cells.get(region)
  if (known === undefined) search.met++
  // Where something new was met just now, it is worth going on from here rather than from where the place was met first.
  if (known === undefined || promise > 0) cells.set(region, { point: next, promise: promise + (known?.promise ?? 0) / 2, chosen: 0 })
  return { point: next }
}

/** What is open, noted. A point where nothing is, and nothing comes of waiting, is told. */
async function look(search: Search, point: Point): Promise<Option[]> {
  const { player, tally } = search
  const options = openAt(player, point)
  noteOptions(tally, options)
  if (options.length > 0 || point.state.ended !== null || canContinue(point.state)) return options
  let at = point
  for (let hours = 0; hours < 3; hours++) {
    const [, long] = stepsAt(at, [])
    if (long === undefined) return options
    const { next } = await takeStep(player, at, long)
    if (next === null || next.state.ended !== null || canContinue(next.state) || openAt(player, next).length > 0) return options
    at = next
  }
  const key = JSON.stringify([point.state.story?.ending, point.state.world.state.positions[player.player]])
  if (!tally.stuck.has(key)) tally.stuck.set(key, pathTo(point))
  return options
}

async function searchBreadth(search: Search): Promise<void> {
  const waiting = search.roots.slice(0, 1)
  const seen = new Set<string>()
  const end = search.limit * breadth
  for (let index = 0; index < waiting.length && search.tally.turns < end && !isSpent(search); index++) {
    const point = waiting[index] as Point
    const options = await look(search, point)
    for (const step of stepsAt(point, options)) {
      if (search.tally.turns >= end || isSpent(search)) return
      const found = await go(search, point, step)
      if (found === null || found.point.state.ended !== null) continue
      const cell = cellOf(found.point.state, found.point.variant)
      if (!seen.has(cell)) waiting.push(found.point)
      seen.add(cell)
    }
  }
}

/** Mostly what was taken least. Waiting, and moves that are not suggested, are tried now and then. */
function pick({ tally, random }: Search, steps: readonly Step[], options: readonly Option[]): Step {
  const suggested = new Set(options.filter(({ isSuggested, kind }) => isSuggested || kind === "topic").map(({ key }) => key))
  const likely = steps.filter(({ key }) => suggested.has(key) || key === "continue")
  const from = likely.length > 0 && random.next() < 0.9 ? likely : steps
  if (random.next() < 0.3) return from[random.integer(from.length)] as Step
  const least = Math.min(...from.map(({ key }) => tally.taken.get(key) ?? 0))
  const rare = from.filter(({ key }) => (tally.taken.get(key) ?? 0) === least)
  return rare[random.integer(rare.length)] as Step
}

async function walk(search: Search, from: Point, length: number): Promise<void> {
  let point = from
  for (let count = 0; count < length && point.state.ended === null && !isSpent(search); count++) {
    const options = await look(search, point)
    const steps = stepsAt(point, options)
    if (steps.length === 0) return
    point = (await go(search, point, pick(search, steps, options)))?.point ?? point
  }
}

/** A place met before: the least chosen ones most likely, those where something was new, deep ones rather than near ones. */
function choosePlace({ cells, random }: Search, variant: number): Point | undefined {
  let best: Cell | undefined
  let most = -1
  for (const cell of cells.values()) {
    if (cell.point.state.ended !== null || cell.point.variant !== variant) continue
    const weight = random.next() ** ((1 + cell.chosen) / (1 + Math.min(3, cell.promise))) * Math.sqrt(1 + cell.point.depth)
    if (weight > most) {
      most = weight
      best = cell
    }
  }
  if (best !== undefined) best.chosen++
  return best?.point
}

/** Places that are kept to begin from. */
const mostPlaces = 3_000

function forgetPlaces({ cells }: Search): void {
  if (cells.size <= mostPlaces) return
  const worst = [...cells].toSorted(([, a], [, b]) => b.chosen - a.chosen).slice(0, cells.size - mostPlaces)
  for (const [key] of worst) cells.delete(key)
}

async function begin(player: Player, tally: Tally, variant: number, seed: string): Promise<Point | null> {
  const { language = "en", dials = {} } = player.variants[variant] ?? {}
  const state = startPlay(player.dream, { session: "check", seed, language, dials })
  const start: Point = { state, variant, before: null, step: null, depth: 0 }
  const { turn, next } = await takeStep(player, start, { input: { kind: "begin" }, key: "begin", name: "" })
  noteTurn(tally, player.dream, player.player, start, turn, next)
  return next
}

/** What a search through a dream has met. */
export interface PlayExploration {
  readonly tally: Tally
  /** For each ending found, a way without detours. */
  readonly endings: readonly { readonly name: string; readonly path: readonly string[] }[]
  /** Situations that were told apart. */
  readonly places: number
  readonly isCutByTime: boolean
}

/** Plays `dream` in every language, with every dial and with contents withheld. Deterministic where no time limit is given. */
export async function explorePlay(dream: Dream, options: PlayExploreOptions = {}): Promise<PlayExploration> {
  const { turns: limit = 8_000, seed = "check", pass, abortSignal } = options
  const [player = ""] = dream.players
  const variants = variantsOf(dream)
  const agent: Player = {
    dream, player, variants, ports: { choose: createWordChooser() },
    options: { ...(pass === undefined ? {} : { pass }), ...(abortSignal === undefined ? {} : { abortSignal }) },
  }
  const tally = createTally()
  const roots: Point[] = []
  for (const variant of variants.keys()) {
    const root = await begin(agent, tally, variant, `${seed}/${variant}`)
    if (root !== null) roots.push(root)
  }
  const search: Search = { player: agent, tally, limit, options, random: createRandom("explore-play", seed), cells: new Map(), roots, met: 0 }
  await searchBreadth(search)
  for (let count = 0; roots.length > 0 && !isSpent(search); count++) {
    const before = tally.turns
    const isWhole = search.random.next() < wholeShare
    const isPlain = search.random.next() < plainShare
    const variant = roots[isPlain ? 0 : search.random.integer(roots.length)]?.variant ?? 0
    const place = isWhole ? undefined : choosePlace(search, variant)
    if (place !== undefined) await walk(search, place, legLength)
    else {
      const root = await begin(agent, tally, variant, `${seed}/walk/${count}`)
      if (root !== null) await walk(search, root, wholeLength)
    }
    forgetPlaces(search)
    if (tally.turns === before) break
  }
  const isCutByTime = tally.turns < limit && isSpent(search)
  const endings: { name: string; path: readonly string[] }[] = []
  for (const [name, point] of tally.endings) endings.push({ name, path: pathTo(await straighten(agent, point, name)) })
  return { tally, endings, places: search.met, isCutByTime }
}
