/** How unlike everything seen a row is: the scores behind the "other" class. Higher is stranger. */
import type { KeyedRow, Outcome, RunOptions, VariantFiles } from "@daydream/engine/function"
import { normaliseText } from "@daydream/engine/evaluation"
import { operationUsage } from "@daydream/engine/money"
import type { Usage } from "@daydream/engine/money"
import { formatVersion, jsonFile, readJsonFile } from "./files.ts"
import { errors } from "./errors.ts"

/** How strange rows are, and what it took to tell; one entry a row in both. */
export interface Novelty {
  /** Higher is stranger. */
  readonly scores: Float64Array
  readonly usage: readonly Usage[]
}

/** One way of telling strange rows. */
export interface NoveltyScorer {
  readonly kind: string
  readonly holdsTrainingText: boolean
  /** Scores `rows`. `outcomes` are the inner variant's, in the same order. */
  score(rows: readonly KeyedRow[], outcomes: readonly Outcome[], options?: RunOptions): Promise<Novelty>
  save(): VariantFiles
}

/** Strange where the classes are hard to tell: 1 − the highest class probability (Hendrycks and Gimpel 2017). Nothing to fit. */
export function createProbabilityNovelty(): NoveltyScorer {
  return {
    kind: "probability",
    holdsTrainingText: false,
    score: (_rows, outcomes) =>
      Promise.resolve({
        scores: Float64Array.from(outcomes, (o) => 1 - o.scores.reduce((a, b) => Math.max(a, b), 0)),
        usage: outcomes.map((o) => operationUsage(o.scores.length)),
      }),
    save: () => ({ "novelty.json": jsonFile({ kind: "probability", formatVersion }) }),
  }
}

const buckets = 1 << 20

// A step of the hash and a look into the table.
const operationsPerFragment = 2

function* fragments(row: KeyedRow, columns: readonly string[]): Iterable<number> {
  for (const column of columns) {
    const cell = row.input[column]
    if (cell === null || cell === undefined) continue
    const characters = Array.from(` ${normaliseText(String(cell))} `)
    for (let i = 0; i < characters.length; i++) {
      // FNV-1a over two and over three characters
      let hash = 0x811c9dc5
      for (let length = 0; length < 3 && i + length < characters.length; length++) {
        hash = Math.imul(hash ^ (characters[i + length]?.codePointAt(0) ?? 0), 0x01000193)
        if (length > 0) yield (hash ^ (hash >>> 15)) & (buckets - 1)
      }
    }
  }
}

const vocabularyScorer = (seen: Uint8Array, columns: readonly string[]): NoveltyScorer => ({
  kind: "vocabulary",
  holdsTrainingText: false,
  score: (rows) => {
    const usage: Usage[] = []
    const scores = Float64Array.from(rows, (row) => {
      let all = 0
      let unseen = 0
      for (const bucket of fragments(row, columns)) {
        all += 1
        unseen += 1 - (((seen[bucket >> 3] as number) >> (bucket & 7)) & 1)
      }
      usage.push(operationUsage(all * operationsPerFragment))
      return all === 0 ? 1 : unseen / all
    })
    return Promise.resolve({ scores, usage })
  },
  save: () => ({
    "novelty.json": jsonFile({ kind: "vocabulary", formatVersion, columns }),
    "seen.bin": seen,
  }),
})

/**
 * Strange where the text is made of fragments never seen: the share of its runs of two and three characters that no
 * fitting row had. Needs no model; kept as a bit set of hashes (128 KiB), not as text.
 */
export function fitVocabularyNovelty(rows: readonly KeyedRow[], columns: readonly string[]): NoveltyScorer {
  const seen = new Uint8Array(buckets >> 3)
  for (const row of rows) {
    for (const bucket of fragments(row, columns)) seen[bucket >> 3] = (seen[bucket >> 3] as number) | (1 << (bucket & 7))
  }
  return vocabularyScorer(seen, columns)
}

/** Vectors of rows, all of one length, and what each took. */
export interface EmbeddedRows {
  readonly vectors: readonly ArrayLike<number>[]
  readonly usage: readonly Usage[]
}

/** Gives one vector a row; passed in by who owns the embedder. */
export type EmbedRows = (rows: readonly KeyedRow[], options?: RunOptions) => Promise<EmbeddedRows>

const similarityScorer = (vectors: Float32Array, dimensions: number, embed: EmbedRows): NoveltyScorer => ({
  kind: "similarity",
  holdsTrainingText: false,
  async score(rows, _outcomes, options) {
    const embedded = await embed(rows, options)
    return {
      scores: Float64Array.from(embedded.vectors, (vector) => 1 - highestCosine(unit(vector), vectors, dimensions)),
      usage: embedded.usage.map((used) => ({ ...used, operations: used.operations + vectors.length })),
    }
  },
  save: () => ({
    "novelty.json": jsonFile({ kind: "similarity", formatVersion, dimensions }),
    "vectors.bin": new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength),
  }),
})

/** Strange where no fitting row is near: 1 − the highest cosine similarity of embeddings. */
export async function fitSimilarityNovelty(rows: readonly KeyedRow[], embed: EmbedRows, options?: RunOptions): Promise<NoveltyScorer> {
  const { vectors: embedded } = await embed(rows, options)
  const dimensions = embedded[0]?.length ?? 0
  const vectors = new Float32Array(rows.length * dimensions)
  for (const [i, vector] of embedded.entries()) vectors.set(unit(vector), i * dimensions)
  return similarityScorer(vectors, dimensions, embed)
}

function unit(vector: ArrayLike<number>): Float32Array {
  let squares = 0
  for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2
  const length = Math.sqrt(squares) || 1
  return Float32Array.from(vector, (x) => x / length)
}

function highestCosine(vector: Float32Array, vectors: Float32Array, dimensions: number): number {
  let best = -1
  const count = dimensions === 0 ? 0 : Math.floor(vectors.length / dimensions)
  for (let k = 0; k < count; k++) {
    const start = k * dimensions
    let dot = 0
    for (let i = 0; i < dimensions; i++) dot += (vector[i] as number) * (vectors[start + i] as number)
    if (dot > best) best = dot
  }
  return best
}

/** Rebuilds a scorer from its files. `embed` is needed for kind "similarity". */
export function loadNovelty(files: VariantFiles, options: { readonly embed?: EmbedRows } = {}): NoveltyScorer {
  const facts = readJsonFile(files, "novelty.json", "other")
  const binary = (file: string): Uint8Array => {
    const bytes = files[file]
    if (!bytes) throw errors.variant_file_damaged({ file, kind: "other" })
    return bytes
  }
  if (facts["kind"] === "probability") return createProbabilityNovelty()
  if (facts["kind"] === "vocabulary") {
    const seen = binary("seen.bin")
    if (seen.length !== buckets >> 3) throw errors.variant_file_damaged({ file: "seen.bin", kind: "other" })
    return vocabularyScorer(seen, facts["columns"] as readonly string[])
  }
  if (facts["kind"] === "similarity" && options.embed) {
    const vectors = new Float32Array(binary("vectors.bin").slice().buffer)
    return similarityScorer(vectors, facts["dimensions"] as number, options.embed)
  }
  throw errors.unknown_variant_kind({ kind: String(facts["kind"]), known: ["probability", "vocabulary", "similarity"] })
}

/**
 * Threshold above which a row is called "other". Without examples of others: the conformal quantile of known rows'
 * scores, so that at most `falseAlarm` of future known rows are called other (on average over the draw of the rows). With examples of
 * others: the threshold that tells them best (largest share caught minus share of false alarms), never below that
 * quantile. Infinity where there are too few known rows for so small a share.
 */
export function chooseNoveltyThreshold(options: {
  readonly known: ArrayLike<number>
  readonly others?: ArrayLike<number>
  readonly falseAlarm: number
}): number {
  const known = Float64Array.from(options.known).toSorted()
  const rank = Math.ceil((known.length + 1) * (1 - options.falseAlarm))
  const quantile = rank > known.length ? Number.POSITIVE_INFINITY : (known[rank - 1] as number)
  if (!options.others || options.others.length === 0) return quantile
  const others = Float64Array.from(options.others).toSorted()
  const above = (sorted: Float64Array, threshold: number) => sorted.reduce((sum, x) => sum + Number(x > threshold), 0) / sorted.length
  let best = quantile
  let gain = above(others, quantile) - above(known, quantile)
  for (const threshold of known) {
    if (threshold <= quantile) continue
    const here = above(others, threshold) - above(known, threshold)
    if (here > gain) {
      gain = here
      best = threshold
    }
  }
  return best
}
