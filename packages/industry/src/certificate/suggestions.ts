/** Which labels would help: rows worth labelling, random samples for honest checks, labels that look wrong. */
import { groupHash, normaliseText } from "@daydream/engine/evaluation"
import type { Example, KeyedRow, Outcome, Signature } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"

interface Pool<R extends KeyedRow> {
  readonly rows: readonly R[]
  readonly signature: Pick<Signature, "inputs">
  readonly count: number
  /** Group hashes never to suggest, e.g. rows that have a label. */
  readonly exclude?: ReadonlySet<string>
}

/** One row a group, without the excluded ones, in the order given. */
function distinct<R extends KeyedRow>({ rows, signature, exclude }: Pool<R>): R[] {
  const seen = new Set(exclude)
  return rows.filter((row) => {
    const hash = groupHash(row.input, signature)
    if (seen.has(hash)) return false
    seen.add(hash)
    return true
  })
}

/** A row whose label would help, with how torn the plan is: 0 sure, 1 between two classes. */
export interface WorthLabelling<R extends KeyedRow> {
  readonly row: R
  readonly uncertainty: number
}

/** 1 − the lead of the best class over the second. */
function uncertaintyOf(outcome: Outcome): number {
  if (outcome.scores.length < 2) return 1
  const [first = 0, second = 0] = outcome.scores.toSorted().slice(-2).toReversed()
  return 1 - (first - second)
}

/** A row's runs of three characters, hashed into a short vector of length one: enough to keep look-alikes apart. */
function sketch(row: KeyedRow, signature: Pick<Signature, "inputs">): Float32Array {
  const vector = new Float32Array(256)
  for (const field of signature.inputs) {
    const text = normaliseText(String(row.input[field.name] ?? ""))
    for (let i = 0; i < text.length; i++) {
      let hash = 0x811c9dc5
      for (const character of text.slice(i, i + 3)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
      const bucket = (hash ^ (hash >>> 13)) & 255
      vector[bucket] = (vector[bucket] as number) + 1
    }
  }
  return unit(vector)
}

function unit(vector: ArrayLike<number>): Float32Array {
  let squares = 0
  for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2
  const length = Math.sqrt(squares) || 1
  return Float32Array.from(vector, (x) => x / length)
}

/**
 * Rows whose label would teach the most: torn between classes, and unlike each other. Greedy: each next row has the
 * highest product of uncertainty and distance to the rows chosen before, among the ten times `count` most uncertain.
 * Labels asked for here are for fitting only, since they are no random draw.
 */
export function rowsWorthLabelling<R extends KeyedRow>(
  options: Pool<R> & {
    /** By position in `rows`. */
    readonly outcomes: readonly Outcome[]
    /** Embeddings by position in `rows`; without them rows are compared by their characters. */
    readonly vectors?: readonly ArrayLike<number>[]
  },
): WorthLabelling<R>[] {
  const position = new Map(options.rows.map((row, i) => [row, i]))
  const pool = distinct(options)
    .map((row) => {
      const i = position.get(row) as number
      return { row, i, uncertainty: uncertaintyOf(options.outcomes[i] as Outcome), distance: 1 }
    })
    .toSorted((a, b) => b.uncertainty - a.uncertainty)
    .slice(0, 10 * options.count)
  const vectors = pool.map(({ row, i }) => (options.vectors ? unit(options.vectors[i] as ArrayLike<number>) : sketch(row, options.signature)))
  const chosen: WorthLabelling<R>[] = []
  const left = new Set(pool.keys())
  while (chosen.length < options.count && left.size > 0) {
    let best = -1
    let value = -1
    for (const i of left) {
      const entry = pool[i] as (typeof pool)[number]
      const here = (entry.uncertainty + 1e-9) * (entry.distance + 1e-9)
      if (here > value) [best, value] = [i, here]
    }
    left.delete(best)
    const { row, uncertainty } = pool[best] as (typeof pool)[number]
    chosen.push({ row, uncertainty })
    for (const i of left) {
      const entry = pool[i] as (typeof pool)[number]
      entry.distance = Math.min(entry.distance, 1 - dot(vectors[i] as Float32Array, vectors[best] as Float32Array))
    }
  }
  return chosen
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** A uniform random draw of groups, for an honest check. The same seed gives the same rows. */
export const randomSample = <R extends KeyedRow>(options: Pool<R> & { readonly seed: number }): R[] =>
  shuffle(distinct(options), createRandom("sample", options.seed)).slice(0, options.count)

/** A label that looks wrong. */
export interface SuspiciousLabel {
  readonly example: Example
  readonly suggested: string
  /** Out-of-fold probability of the given and of the suggested label. */
  readonly selfConfidence: number
  readonly suggestedConfidence: number
}

/**
 * Labels that look wrong, most suspicious first (confident learning, Northcutt et al. 2021). A class is believed of a
 * row where its probability is at least the mean it has among the rows that bear that label; a label is suspicious
 * where another class is believed and more probable than the given one.
 */
export function suspiciousLabels(options: {
  readonly examples: readonly Example[]
  /** Class probabilities by position, of variants that were not fitted with the row (out of fold). */
  readonly probabilities: readonly ArrayLike<number>[]
  readonly classes: readonly string[]
  readonly count?: number
}): SuspiciousLabel[] {
  const { examples, probabilities, classes, count = Infinity } = options
  const index = new Map(classes.map((label, i) => [label, i]))
  const sums = classes.map(() => 0)
  const counts = classes.map(() => 0)
  for (const [i, example] of examples.entries()) {
    const given = index.get(example.label)
    const probability = given === undefined ? undefined : probabilities[i]?.[given]
    if (given === undefined || probability === undefined) continue
    sums[given] = (sums[given] as number) + probability
    counts[given] = (counts[given] as number) + 1
  }
  const believed = sums.map((sum, j) => (counts[j] === 0 ? Infinity : sum / (counts[j] as number)))
  const found = examples.flatMap((example, i): SuspiciousLabel[] => {
    const row = probabilities[i]
    const given = index.get(example.label)
    if (row === undefined || row.length === 0 || given === undefined) return []
    const selfConfidence = row[given] as number
    let other = -1
    for (let j = 0; j < classes.length; j++) {
      const probability = row[j] as number
      if (j !== given && probability >= (believed[j] as number) && probability > (row[other] ?? selfConfidence)) other = j
    }
    if (other < 0) return []
    return [{ example, suggested: classes[other] as string, selfConfidence, suggestedConfidence: row[other] as number }]
  })
  const margin = (entry: SuspiciousLabel) => entry.suggestedConfidence - entry.selfConfidence
  return found.toSorted((a, b) => margin(b) - margin(a)).slice(0, count)
}
