/** How much the closeness to known rows counts beside a linear model: measured on rows held out of both. */
import type { Random } from "@daydream/engine/random"
import {
  Neighbours, addClassCloseness, bestLosses, fitSoftmax, mean, normaliseRows, rowsOf, sampleRows, softmaxInPlace,
} from "../learner/index.ts"
import type { DenseMatrix, Design, SoftmaxModel, Steps } from "../learner/index.ts"
import type { ClosenessPart, ClosenessRule } from "./linear-parts.ts"

/** Known rows kept at most; more are sampled. */
const mostKnown = 50_000

/** Rows used for measuring at most; a quarter of them is held out, each quarter in turn where rows are few. */
const mostRows = 6000
const quarters = 4
const fewRows = 2000

/** Fewest rows with which measuring means something, and the rule where there are fewer. */
const fewestRows = 100
const defaultRule: ClosenessRule = { sharpness: 10, weight: 0.25 }

/** Closeness does not count. */
export const noCloseness: ClosenessRule = { sharpness: 10, weight: 0 }

const rules: readonly ClosenessRule[] = [
  noCloseness,
  ...[10, 20, 30].flatMap((sharpness) => [0.25, 0.5, 1].map((weight) => ({ sharpness, weight }))),
]

/** The rules that this many examples suffice to choose from. */
export const closenessRules = (examples: number): readonly ClosenessRule[] =>
  examples < fewestRows ? [defaultRule] : rules

/** What a model and known rows say of a row that was held out of both. */
export interface HeldRow {
  readonly logits: Float64Array
  readonly similarities: Float32Array
  readonly label: number
}

/** Directions of the dense part of some rows. */
export const directionsOf = (design: Design): DenseMatrix =>
  normaliseRows(design.dense ?? { rows: design.rows, columns: 0, values: new Float32Array(0) })

/** Logarithmic losses of each rule on the held-out rows, each at its best temperature. */
export function lossesByRule(
  candidates: readonly ClosenessRule[],
  held: readonly HeldRow[],
  knownLabels: Int32Array,
): Float64Array[] {
  const labels = held.map(({ label }) => label)
  return candidates.map((rule) => {
    const logits = held.map((row) => {
      const sum = Float64Array.from(row.logits)
      addClassCloseness(row.similarities, knownLabels, rule, sum)
      return sum
    })
    return bestLosses(logits, labels)
  })
}

/** Scores rows that neither the model nor the index knows. Without an index there are no similarities. */
export function* scoreHeld(
  model: SoftmaxModel,
  tested: Design,
  labels: readonly number[],
  index: Neighbours | undefined,
): Steps<HeldRow[]> {
  const { columns, values } = directionsOf(tested)
  const rows: HeldRow[] = []
  for (const [i, label] of labels.entries()) {
    const logits = new Float64Array(model.classes)
    model.logits(tested, i, logits)
    softmaxInPlace(logits)
    const vector = values.slice(i * columns, (i + 1) * columns)
    const similarities = index?.similaritiesTo(vector).slice() ?? new Float32Array(0)
    rows.push({ logits: logits.map((p) => Math.log(p + 1e-30)), similarities, label })
    if (i % 32 === 31) yield { done: i, total: labels.length }
  }
  return rows
}

function* measureQuarter(
  design: Design,
  labels: Int32Array,
  known: readonly number[],
  held: readonly number[],
  options: { readonly classes: number; readonly cost: number; readonly random: Random },
): Steps<Float64Array[]> {
  const training = rowsOf(design, known)
  const knownLabels = Int32Array.from(known, (row) => labels[row] as number)
  const { model } = yield* fitSoftmax(training, knownLabels, { ...options, tolerance: 0.02, maximumEpochs: 15 })
  const index = new Neighbours(directionsOf(training))
  const heldLabels = held.map((row) => labels[row] as number)
  const rows = yield* scoreHeld(model, rowsOf(design, held), heldLabels, index)
  return lossesByRule(rules, rows, knownLabels)
}

/** The rule with the lowest loss; `extra` rows (texts of labels) are known in every quarter and never held out. */
function* chooseCloseness(
  design: Design,
  labels: Int32Array,
  examples: number,
  options: { readonly classes: number; readonly cost: number; readonly random: Random },
): Steps<ClosenessRule> {
  if (examples < fewestRows) return defaultRule
  const order = sampleRows(examples, Math.min(examples, mostRows), options.random)
  const extra = Array.from({ length: design.rows - examples }, (_, i) => examples + i)
  const sums = rules.map(() => 0)
  for (let quarter = 0; quarter < (examples < fewRows ? quarters : 1); quarter++) {
    const held = order.filter((_, i) => i % quarters === quarter)
    const known = [...order.filter((_, i) => i % quarters !== quarter), ...extra]
    const losses = yield* measureQuarter(design, labels, known, held, options)
    losses.forEach((loss, rule) => (sums[rule] = (sums[rule] as number) + mean(loss)))
  }
  return rules[sums.indexOf(Math.min(...sums))] as ClosenessRule
}

/** Learns the closeness part of a design whose first rows are `examples`. */
export function* fitCloseness(
  design: Design,
  labels: Int32Array,
  examples: number,
  classes: number,
  cost: number,
  random: Random,
): Steps<ClosenessPart> {
  return closenessOf(design, labels, yield* chooseCloseness(design, labels, examples, { classes, cost, random }), random)
}

/** The closeness part with a rule that was chosen already. */
export function closenessOf(design: Design, labels: Int32Array, rule: ClosenessRule, random: Random): ClosenessPart {
  const directions = directionsOf(design)
  const isKnown = (row: number) => {
    const vector = directions.values.subarray(row * directions.columns, (row + 1) * directions.columns)
    return vector.some((value) => value !== 0)
  }
  const count = Math.min(design.rows, mostKnown)
  const chosen = count < design.rows ? sampleRows(design.rows, count, random) : [...labels.keys()]
  const known = chosen.filter(isKnown)
  const vectors = rowsOf({ rows: design.rows, dense: directions }, known).dense as DenseMatrix
  const knownLabels = Int32Array.from(known, (row) => labels[row] as number)
  return { rule, vectors, labels: knownLabels, index: new Neighbours(vectors) }
}
