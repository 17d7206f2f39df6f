/** Worlds with known truth: finite populations of rows from which data sets are drawn with replacement. */
import type { CertifiedMetric } from "@daydream/engine/evaluation"
import type { Outcome } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import type { MeasuredRows } from "@daydream/industry/cascade"

/** A population on which every candidate's true quality can be counted. */
export interface World {
  readonly name: string
  readonly population: MeasuredRows
  /** Cheapest first. */
  readonly rungs: readonly string[]
  readonly metric: CertifiedMetric
  readonly target: number
}

interface RungShape {
  readonly name: string
  /** Exact share of the population that it gets right. */
  readonly accuracy: number
  /** 0: confidence says nothing; 1: confidence orders rows perfectly by how likely an error is. */
  readonly informed: number
  readonly cost: bigint
}

const usage = { operations: 1, tokens: [] }

const outcome = (values: Pick<Outcome, "output" | "scores" | "confidence" | "by" | "cost">): Outcome => ({
  key: "",
  status: "answered",
  usage,
  ...values,
})

/** Ranks scaled to (0, 1). */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).toSorted((a, b) => a.value - b.value)
  const result = values.map(() => 0)
  for (const [rank, { i }] of order.entries()) result[i] = (rank + 0.5) / values.length
  return result
}

function rungOutcomes(shape: RungShape, labels: readonly string[], classes: readonly string[], hardness: readonly number[], random: Random): Outcome[] {
  const risk = ranks(hardness.map((h) => 0.6 * h + 0.4 * random.next()))
  // Errors: the riskiest rows, blurred, so that easy rows are got wrong too now and then.
  const wrongness = ranks(risk.map((r) => r ** 4 + 0.6 * random.next()))
  const doubt = ranks(wrongness.map((w) => shape.informed * w + (1 - shape.informed) * random.next()))
  const errors = labels.length - Math.floor(shape.accuracy * labels.length)
  return labels.map((label, i) => {
    const isWrong = (wrongness[i] as number) > 1 - errors / labels.length
    const truth = classes.indexOf(label)
    const index = isWrong ? (truth + 1 + random.integer(classes.length - 1)) % classes.length : truth
    const confidence = 1 - (doubt[i] as number)
    const scores = new Float64Array(classes.length).fill((1 - confidence) / Math.max(1, classes.length - 1))
    scores[index] = confidence
    return outcome({ output: classes[index] as string, scores, confidence, by: shape.name, cost: shape.cost })
  })
}

/** Many classes; rungs of exactly the given accuracies over one population. */
export function classesWorld(options: {
  readonly name: string
  readonly target: number
  readonly rungs: readonly RungShape[]
  readonly classes?: number
  readonly rows?: number
  /** 0: classes equally frequent; 1: Zipf. */
  readonly skew?: number
}): World {
  const { name, target, rows = 4000, skew = 0 } = options
  const random = createRandom("world", name)
  const classes = Array.from({ length: options.classes ?? 20 }, (_, i) => `class ${i + 1}`)
  const weights = classes.map((_, i) => (i + 1) ** -skew)
  const total = weights.reduce((a, b) => a + b, 0)
  const labels = Array.from({ length: rows }, () => {
    let at = random.next() * total
    const index = weights.findIndex((weight) => (at -= weight) < 0)
    return classes[Math.max(0, index)] as string
  })
  const hardness = labels.map(() => random.next())
  const outcomes = Object.fromEntries(
    options.rungs.map((shape) => [shape.name, rungOutcomes(shape, labels, classes, hardness, random)]),
  )
  return { name, target, rungs: options.rungs.map((shape) => shape.name), metric: { name: "accuracy" }, population: { labels, outcomes, classes } }
}

/** Two classes, the positive one rare; one rung with a score that separates them as well as `separation` says. */
export function binaryWorld(options: {
  readonly name: string
  readonly metric: "precision" | "recall"
  readonly target: number
  readonly positives: number
  readonly separation: number
  readonly rows?: number
}): World {
  const { name, target, positives, separation, rows = 8000 } = options
  const random = createRandom("world", name)
  const classes = ["no", "yes"]
  const labels = Array.from({ length: rows }, () => (random.next() < positives ? "yes" : "no"))
  const rung = (by: string, distance: number, cost: bigint) =>
    labels.map((label) => {
      const noise = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
      const probability = 1 / (1 + Math.exp(-(noise + (label === "yes" ? distance : -distance)) * distance))
      const output = probability >= 0.5 ? "yes" : "no"
      const scores = Float64Array.of(1 - probability, probability)
      return outcome({ output, scores, confidence: Math.max(probability, 1 - probability), by, cost })
    })
  const outcomes = { cheap: rung("cheap", separation, 1n), dear: rung("dear", separation * 1.25, 1000n) }
  return { name, target, rungs: ["cheap", "dear"], metric: { name: options.metric, positive: "yes" }, population: { labels, outcomes, classes } }
}
