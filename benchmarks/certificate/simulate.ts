/** Draws data sets from a world, lets Daydream certify, and counts promises that are not true. */
import type { Example } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { proposeThresholds, scoreCandidate } from "@daydream/industry/cascade"
import type { Candidate, MeasuredRows } from "@daydream/industry/cascade"
import { attemptShare, certify } from "@daydream/industry/certificate"
import type { World } from "./worlds.ts"

export interface SimulationOptions {
  readonly sets: number
  readonly chooseRows: number
  readonly certifyRows: number
  readonly delta: number
  readonly allowReview: boolean
  readonly thresholds?: number
}

export interface SimulationResult {
  readonly world: string
  readonly sets: number
  readonly certified: number
  /** Certificates whose true quality is below the target. */
  readonly broken: number
  readonly fullCoverage: number
  /** Mean true coverage of the certified plans. */
  readonly coverage: number
}

/** Most broken promises that an honest method shows in 999 of 1,000 runs: the 99.9 % quantile of the binomial. */
export function mostBroken(sets: number, delta: number): number {
  let term = Math.exp(sets * Math.log1p(-delta))
  let sum = term
  let count = 0
  while (sum < 0.999) {
    term *= ((sets - count) / (count + 1)) * (delta / (1 - delta))
    count += 1
    sum += term
  }
  return count
}

export const drawRows = (world: World, count: number, random: Random): number[] =>
  Array.from({ length: count }, () => random.integer(world.population.labels.length))

/** The population's rows at these positions. */
export function pickRows(population: MeasuredRows, rows: readonly number[]): MeasuredRows {
  return {
    labels: rows.map((row) => population.labels[row] as string),
    classes: population.classes,
    outcomes: Object.fromEntries(
      Object.entries(population.outcomes).map(([rung, outcomes]) => [rung, rows.map((row) => outcomes[row])]),
    ),
  }
}

/** True quality and coverage of a candidate. */
export function truthOf(world: World, candidate: Candidate): { readonly quality: number; readonly coverage: number } {
  const score = scoreCandidate(candidate, world.population, world.metric)
  return { quality: score.trials === 0 ? 1 : score.successes / score.trials, coverage: score.answered / score.rows }
}

const signature = {
  inputs: [{ name: "text", type: "text" as const }],
  output: { name: "label", type: "enum" as const, classes: [] },
}

export const examplesOf = (measured: MeasuredRows): Example[] =>
  measured.labels.map((label, i) => ({ key: String(i + 1), input: { text: `row ${i + 1}` }, label }))

/** Runs `sets` data sets through propose and certify. */
export async function simulate(world: World, options: SimulationOptions): Promise<SimulationResult> {
  const { sets, chooseRows, certifyRows, delta, allowReview, thresholds = 6 } = options
  const deltaSpent = delta * attemptShare(1)
  let [certified, broken, fullCoverage, coverage] = [0, 0, 0, 0]
  for (let set = 0; set < sets; set++) {
    const random = createRandom("set", world.name, set)
    const choose = pickRows(world.population, drawRows(world, chooseRows, random))
    const measured = pickRows(world.population, drawRows(world, certifyRows, random))
    const goal = { metric: world.metric, target: world.target }
    const verdict = await certify({
      ...goal,
      proposals: proposeThresholds({
        ...goal, delta: deltaSpent, certifyRows, measured: choose, rungs: world.rungs, allowReview, thresholds,
      }),
      delta,
      deltaSpent,
      attempt: 1,
      deltaNext: delta * attemptShare(2),
      examples: examplesOf(measured),
      signature,
      measure: () => measured,
      seed: set,
      createdAt: "2026-01-01T00:00:00Z",
      madeBy: "simulation",
    })
    if (verdict.kind === "refusal") continue
    const truth = truthOf(world, verdict.candidate)
    certified += 1
    coverage += truth.coverage
    fullCoverage += Number(verdict.candidate.reviewBelow === undefined)
    broken += Number(truth.quality < world.target)
  }
  return { world: world.name, sets, certified, broken, fullCoverage, coverage: certified === 0 ? 0 : coverage / certified }
}
