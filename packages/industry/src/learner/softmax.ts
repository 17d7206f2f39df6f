/**
 * Multinomial softmax regression with L2 penalty, by exact block coordinate ascent on its dual
 * (Yu, Huang and Lin 2011, Dual coordinate descent methods for logistic regression and maximum entropy models).
 *
 * Minimises ½‖W‖² + C·Σᵢ (ln Σₖ exp(wₖ·xᵢ) − w_{yᵢ}·xᵢ). Each row has a distribution αᵢ over classes, and
 * W = C·Σᵢ xᵢ(e_{yᵢ} − αᵢ)ᵀ. A visit of row i solves its block exactly: α = softmax(s − q(α − αᵢ)) with s = W·xᵢ and
 * q = C‖xᵢ‖², a one-dimensional search (see `block-step.ts`). At the optimum αᵢ is the prediction of row i, so the mean
 * distance between both bounds the gradient and is the stopping rule. Weights are 32-bit floats. Where rows count
 * differently, C is Cᵢ = C·(weight of row i), and the mean of distances is weighted likewise.
 */
import { createKernel } from "./kernel.ts"
import type { Kernel } from "./kernel.ts"
import { columnsOf, squaredNorms } from "./matrix.ts"
import type { Design } from "./matrix.ts"
import { BlockStep } from "./block-step.ts"
import type { Steps } from "./steps.ts"

/** Uniform numbers in [0, 1). */
export interface RandomSource {
  next(): number
}

export interface SoftmaxOptions {
  readonly classes: number
  /** C above: the weight of the data against the penalty. Larger is less regularised. */
  readonly cost: number
  /** What each row counts for, beside 1: its cost is `cost` times this. A row of weight 2 counts as two, one of 0 not. */
  readonly weights?: Float32Array
  /** Stops when predictions and dual variables differ by less than this, in total variation, on average. */
  readonly tolerance?: number
  readonly maximumEpochs?: number
  readonly random: RandomSource
}

/** Work between two pauses: multiply-adds, an entry of few classes counting as one of 32. */
const pauseOperations = 30_000_000

/** Value of the constant feature; its weight is the class's intercept and is penalised like the others. */
export const interceptValue = 1

/** A fitted linear model: logits of rows. */
export class SoftmaxModel {
  readonly classes: number
  /** Columns of the design; the intercept follows them. */
  readonly columns: number
  private readonly padded: number
  private readonly kernel: Kernel
  private readonly scratch: Scratch

  constructor(columns: number, classes: number) {
    this.classes = classes
    this.columns = columns
    this.padded = Math.ceil(classes / 4) * 4
    const features = columns + 1
    // Weights, then one row's indices and values, then one vector over the classes.
    this.kernel = createKernel(4 * (features * this.padded + 2 * features + this.padded))
    this.scratch = createScratch(this.kernel, features, this.padded)
  }

  /** Copies row `row` into the kernel's memory; gives the number of its entries. */
  stage(design: Design, row: number): number {
    const { indices, values } = this.scratch
    let count = 0
    const { sparse, dense } = design
    if (sparse !== undefined) {
      const start = sparse.starts[row] as number
      const end = sparse.starts[row + 1] as number
      indices.set(sparse.indices.subarray(start, end))
      values.set(sparse.values.subarray(start, end))
      count = end - start
    }
    if (dense !== undefined) {
      const first = this.columns - dense.columns
      values.set(dense.values.subarray(row * dense.columns, (row + 1) * dense.columns), count)
      for (let i = 0; i < dense.columns; i++) indices[count + i] = first + i
      count += dense.columns
    }
    indices[count] = this.columns
    values[count] = interceptValue
    return count + 1
  }

  /** Logits of the staged row; a view that the next call overwrites. */
  score(count: number): Float32Array {
    const { at, vector } = this.scratch
    this.kernel.score(at.indices, at.values, count, at.weights, at.vector, this.padded / 4)
    return vector
  }

  /** Adds value times what stands in the vector to the weights of each entry of the staged row. */
  update(count: number): void {
    const { at } = this.scratch
    this.kernel.update(at.indices, at.values, count, at.weights, at.vector, this.padded / 4)
  }

  /** Logits of a row, and the multiply-adds that they took. */
  logits(design: Design, row: number, out: Float64Array): number {
    const count = this.stage(design, row)
    out.set(this.score(count).subarray(0, this.classes))
    return count * this.padded
  }

  /** Weight of a feature for a class; feature `columns` is the intercept. */
  weight(feature: number, label: number): number {
    return this.scratch.weights[feature * this.padded + label] as number
  }

  /** The weights, feature by feature, without padding. */
  weights(): Float32Array {
    const out = new Float32Array((this.columns + 1) * this.classes)
    for (let feature = 0; feature <= this.columns; feature++) {
      const start = feature * this.padded
      out.set(this.scratch.weights.subarray(start, start + this.classes), feature * this.classes)
    }
    return out
  }

  /** A model with these weights. */
  static from(columns: number, classes: number, weights: Float32Array): SoftmaxModel {
    const model = new SoftmaxModel(columns, classes)
    for (let feature = 0; feature <= columns; feature++) {
      const row = weights.subarray(feature * classes, (feature + 1) * classes)
      model.scratch.weights.set(row, feature * model.padded)
    }
    return model
  }
}

interface Scratch {
  readonly at: { readonly weights: number; readonly indices: number; readonly values: number; readonly vector: number }
  readonly weights: Float32Array
  readonly indices: Int32Array
  readonly values: Float32Array
  readonly vector: Float32Array
}

function createScratch({ buffer }: Kernel, features: number, padded: number): Scratch {
  const indices = 4 * features * padded
  const values = indices + 4 * features
  const vector = values + 4 * features
  return {
    at: { weights: 0, indices, values, vector },
    weights: new Float32Array(buffer, 0, features * padded),
    indices: new Int32Array(buffer, indices, features),
    values: new Float32Array(buffer, values, features),
    vector: new Float32Array(buffer, vector, padded),
  }
}

/** A fitted model and how the fit went. */
export interface SoftmaxFit {
  readonly model: SoftmaxModel
  readonly epochs: number
  /** Mean total variation between dual variables and predictions in the last epoch. */
  readonly residual: number
  /** Multiply-adds of the whole fit. */
  readonly operations: number
}

/** Fits the model; `labels` holds a class number a row. */
export function* fitSoftmax(design: Design, labels: Int32Array, options: SoftmaxOptions): Steps<SoftmaxFit> {
  const { classes, cost, weights, tolerance = 0.01, maximumEpochs = 40, random } = options
  const model = new SoftmaxModel(columnsOf(design), classes)
  const norms = squaredNorms(design)
  const step = new BlockStep(classes)
  // α starts at the label itself, which makes W zero; stored without the label's own share, which follows.
  const alphas = new Float32Array(design.rows * classes)
  labels.forEach((label, row) => (alphas[row * classes + label] = 1))
  const order = Int32Array.from({ length: design.rows }, (_, row) => row).filter((row) => weights?.[row] !== 0)
  const total = weights === undefined ? order.length : weights.reduce((sum, weight) => sum + weight, 0)
  let operations = 0
  let pending = 0
  let residual = Infinity
  let epoch = 0
  while (epoch < maximumEpochs && residual > tolerance) {
    shuffleInPlace(order, random)
    let distance = 0
    for (let visit = 0; visit < order.length; visit++) {
      const row = order[visit] as number
      const count = model.stage(design, row)
      const scores = model.score(count)
      const alpha = alphas.subarray(row * classes, (row + 1) * classes)
      const weight = weights === undefined ? 1 : (weights[row] as number)
      const rowCost = cost * weight
      const curvature = rowCost * ((norms[row] as number) + interceptValue ** 2)
      const moved = step.solve(scores, alpha, curvature, rowCost)
      distance += step.distance * weight
      if (moved) model.update(count)
      operations += count * classes * 2
      pending += count * Math.max(classes, 32) * 2
      if (pending < pauseOperations) continue
      pending = 0
      yield { done: epoch * order.length + visit, total: maximumEpochs * order.length }
    }
    residual = order.length === 0 ? 0 : distance / total
    epoch++
  }
  return { model, epochs: epoch, residual, operations }
}

function shuffleInPlace(order: Int32Array, random: RandomSource): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
}

/** Softmax of `logits` in place. */
export function softmaxInPlace(logits: Float64Array): void {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let sum = 0
  for (let k = 0; k < logits.length; k++) sum += logits[k] = Math.exp((logits[k] as number) - largest)
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) / sum
}
