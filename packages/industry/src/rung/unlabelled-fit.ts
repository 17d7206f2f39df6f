/**
 * Rows without a label teach: a model of the labelled rows says what each is likely to be, their likeness to each other
 * corrects it, and the model is fitted anew on all. How far they are trusted is measured on labelled rows held out of
 * everything; where they do not clearly help they are not used.
 */
import type { Random } from "@daydream/engine/random"
import {
  Neighbours, fitRowGraph, fitSoftmax, joinRows, mean, partOf, rowsOf, sampleRows, softmaxInPlace, spreadShares,
} from "../learner/index.ts"
import type { Design, RowGraph, SoftmaxModel, Steps } from "../learner/index.ts"
import { closenessRules, directionsOf, lossesByRule, noCloseness, scoreHeld } from "./closeness-fit.ts"
import type { ClosenessRule } from "./linear-parts.ts"

/** Share of a row's neighbours in what it is taken to be; the rest is what the model of the labelled rows says. */
const smoothing = 0.65

/**
 * What an unlabelled row may count for beside a labelled one, times the share of its likeliest class. These and the
 * numbers below were chosen on held-out training rows of Banking77 and CLINC150 (see benchmarks/learner).
 */
const trusts: readonly number[] = [0.1, 0.3]

/** Rows that each row is tied to, and rounds in which opinions spread: what is left after ten is a hundredth. */
const ties = 5
const rounds = 10

/** Fewest examples with which trust can be measured; with more than the most, unlabelled rows add little. */
const fewestExamples = 20
const mostExamples = 5000

/** Held-out rows wanted: quarters of the examples are held out in turn until there are so many. */
const wantedHeld = 500
const quarters = 4

/** Standard errors by which the loss must fall, as where the regularisation is chosen. */
const clearly = 1

/** Labelled rows, rows without a label, and what is known already. */
export interface Teaching {
  /** The examples, then the texts of the labels. */
  readonly design: Design
  readonly labels: Int32Array
  readonly examples: number
  /** The same columns. */
  readonly unlabelled: Design
  readonly classes: number
  readonly cost: number
  /** Fitted on `design`. */
  readonly model: SoftmaxModel
  /** Whether closeness to known rows is a factor beside the model. */
  readonly withCloseness: boolean
}

/** A model that unlabelled rows taught as well. */
export interface Taught {
  readonly model: SoftmaxModel
  /** What an unlabelled row counted for, times the share of its likeliest class. */
  readonly trust: number
  /** The rule that suits this model best. */
  readonly rule: ClosenessRule
}

interface Pool extends Teaching {
  /** All rows: those of `design`, then the unlabelled. */
  readonly all: Design
  readonly graph: RowGraph
}

/** True where there may be something to learn from unlabelled rows. */
export const isTeachable = (examples: number, unlabelled: number): boolean =>
  unlabelled > 0 && examples >= fewestExamples && examples <= mostExamples

/** The model taught with the trust that suits held-out rows best; undefined where none is clearly better than no trust. */
export function* fitUnlabelled(teaching: Teaching, random: Random): Steps<Taught | undefined> {
  const all = joinRows(teaching.design, teaching.unlabelled)
  const graph = yield* partOf(0, 0.4, fitRowGraph(directionsOf(all), ties))
  const pool: Pool = { ...teaching, all, graph }
  const chosen = yield* partOf(0.4, 0.9, chooseTrust(pool, random))
  if (chosen === undefined) return undefined
  const shares = yield* partOf(0.9, 0.95, sharesOf(pool, teaching.model, new Set()))
  const model = yield* partOf(0.95, 1, teach(pool, shares, chosen.trust, new Set(), { random }))
  return { ...chosen, model }
}

/** What a model and its neighbours take each row to be. The rows in `held` are not looked at. */
function* sharesOf(
  { all, classes, graph, labels }: Pool,
  model: SoftmaxModel,
  held: ReadonlySet<number>,
): Steps<Float32Array> {
  const shares = new Float32Array(all.rows * classes)
  labels.forEach((label, row) => (shares[row * classes + label] = held.has(row) ? 0 : 1))
  const logits = new Float64Array(classes)
  for (let row = labels.length; row < all.rows; row++) {
    model.logits(all, row, logits)
    softmaxInPlace(logits)
    shares.set(logits, row * classes)
    if (row % 256 === 255) yield { done: row, total: all.rows }
  }
  return yield* spreadShares(graph, shares, { classes, smoothing, rounds }, held)
}

type FitOptions = Pick<Parameters<typeof fitSoftmax>[2], "random" | "tolerance" | "maximumEpochs">

/** Fits anew on all rows but `held`, the unlabelled ones by their likeliest class. */
function* teach(
  { all, classes, cost, labels }: Pool,
  shares: Float32Array,
  trust: number,
  held: ReadonlySet<number>,
  options: FitOptions,
): Steps<SoftmaxModel> {
  const taken = new Int32Array(all.rows)
  taken.set(labels)
  const weights = weightsOf(all.rows, held)
  for (let row = labels.length; row < all.rows; row++) {
    const { label, share } = likeliest(shares.subarray(row * classes, (row + 1) * classes))
    taken[row] = label
    weights[row] = trust * share
  }
  const { model } = yield* fitSoftmax(all, taken, { classes, cost, weights, ...options })
  return model
}

const weightsOf = (rows: number, held: ReadonlySet<number>): Float32Array =>
  Float32Array.from({ length: rows }, (_, row) => (held.has(row) ? 0 : 1))

/** The largest share, of shares scaled to sum 1. */
function likeliest(shares: Float32Array): { readonly label: number; readonly share: number } {
  let label = 0
  let sum = 0
  for (let k = 0; k < shares.length; k++) {
    sum += shares[k] as number
    if ((shares[k] as number) > (shares[label] as number)) label = k
  }
  return { label, share: sum > 0 ? (shares[label] as number) / sum : 0 }
}

/** Losses of held-out rows by way of teaching (none first), and within it by rule. */
type Losses = readonly (readonly Float64Array[])[]

function* chooseTrust(pool: Pool, random: Random): Steps<Omit<Taught, "model"> | undefined> {
  const { examples, withCloseness } = pool
  const rules = withCloseness ? closenessRules(examples) : [noCloseness]
  const order = sampleRows(examples, examples, random)
  const needed = Math.min(quarters, Math.ceil(wantedHeld / (examples / quarters)))
  const measured: Losses[] = []
  for (let quarter = 0; quarter < needed; quarter++) {
    const held = order.filter((_, i) => i % quarters === quarter)
    measured.push(yield* partOf(quarter / needed, (quarter + 1) / needed, measureQuarter(pool, held, rules, random)))
  }
  const joined = (way: number, rule: number) =>
    Float64Array.from(measured.flatMap((losses) => [...(losses[way]?.[rule] ?? [])]))
  const best = (way: number) =>
    rules.map((rule, i) => ({ rule, losses: joined(way, i) })).toSorted((a, b) => mean(a.losses) - mean(b.losses))[0] as {
      readonly rule: ClosenessRule
      readonly losses: Float64Array
    }
  const untaught = best(0)
  const ways = trusts.map((trust, i) => ({ trust, ...best(i + 1) })).toSorted((a, b) => mean(a.losses) - mean(b.losses))
  const way = ways[0] as (typeof ways)[number]
  return isClearlyLess(way.losses, untaught.losses) ? { trust: way.trust, rule: way.rule } : undefined
}

function isClearlyLess(losses: Float64Array, reference: Float64Array): boolean {
  const gains = losses.map((loss, row) => (reference[row] as number) - loss)
  const gain = mean(gains)
  const deviation = Math.sqrt(mean(gains.map((value) => (value - gain) ** 2)))
  return gain > (clearly * deviation) / Math.sqrt(gains.length)
}

function* measureQuarter(
  pool: Pool,
  heldRows: readonly number[],
  rules: readonly ClosenessRule[],
  random: Random,
): Steps<Losses> {
  const { classes, cost, design, labels, withCloseness } = pool
  const held = new Set(heldRows)
  const quick: FitOptions = { random, tolerance: 0.02, maximumEpochs: 15 }
  const weights = weightsOf(design.rows, held)
  const { model } = yield* partOf(0, 0.1, fitSoftmax(design, labels, { classes, cost, weights, ...quick }))
  const known = [...labels.keys()].filter((row) => !held.has(row))
  const knownLabels = Int32Array.from(known, (row) => labels[row] as number)
  const index = withCloseness ? new Neighbours(directionsOf(rowsOf(design, known))) : undefined
  const tested = rowsOf(design, heldRows)
  const heldLabels = heldRows.map((row) => labels[row] as number)
  const losses = function* (candidate: SoftmaxModel) {
    return lossesByRule(rules, yield* scoreHeld(candidate, tested, heldLabels, index), knownLabels)
  }
  const found = [yield* partOf(0.1, 0.2, losses(model))]
  const shares = yield* partOf(0.2, 0.4, sharesOf(pool, model, held))
  for (const [i, trust] of trusts.entries()) {
    const [from, to] = [0.4 + (0.6 * i) / trusts.length, 0.4 + (0.6 * (i + 1)) / trusts.length]
    const taught = yield* partOf(from, to, teach(pool, shares, trust, held, quick))
    found.push(yield* partOf(to, to, losses(taught)))
  }
  return found
}
