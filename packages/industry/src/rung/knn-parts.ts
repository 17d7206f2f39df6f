/** What a nearest-neighbour variant is made of, and how it is stored. */
import type { InputField, VariantFiles } from "@daydream/engine/function"
import type { DenseMatrix, VoteRule } from "../learner/index.ts"
import type { VariantHead } from "./variant-files.ts"
import { floatsOf, headOf, integersOf, jsonBytes, jsonOf, wordBytes } from "./variant-files.ts"

const formatVersion = 1

/** A fitted nearest-neighbour variant. */
export interface KnnParts {
  readonly kind: string
  readonly classes: readonly string[]
  readonly inputs: readonly InputField[]
  readonly modelId: string
  /** One vector of length 1 a known example. */
  readonly vectors: DenseMatrix
  readonly labels: Int32Array
  /** The embedded text of each example, to show it. */
  readonly texts: readonly string[]
  readonly priors: Float64Array
  readonly rule: VoteRule
}

interface KnnHead extends VariantHead {
  readonly inputs: readonly InputField[]
  readonly modelId: string
  readonly rows: number
  readonly columns: number
  readonly priors: readonly number[]
  readonly rule: VoteRule
}

/** The files of a variant. */
export function knnFiles(parts: KnnParts): VariantFiles {
  const { kind, classes, inputs, modelId, vectors, labels, texts, priors, rule } = parts
  const { rows, columns } = vectors
  const head: KnnHead = { kind, formatVersion, classes, inputs, modelId, rows, columns, priors: [...priors], rule }
  return {
    "variant.json": jsonBytes(head),
    "texts.json": jsonBytes(texts),
    "labels.bin": wordBytes(labels),
    "vectors.bin": wordBytes(vectors.values),
  }
}

/** Reads what {@link knnFiles} wrote. Throws `damaged_variant`. */
export function readKnn(kind: string, classes: readonly string[], files: VariantFiles): KnnParts {
  const head = headOf<KnnHead>(files, { kind, formatVersion, classes })
  const { inputs, modelId, rows, columns, priors, rule } = head
  const vectors = { rows, columns, values: floatsOf(files, "vectors.bin", rows * columns) }
  const labels = integersOf(files, "labels.bin", rows)
  const texts = jsonOf<readonly string[]>(files, "texts.json")
  return { kind, classes, inputs, modelId, vectors, labels, texts, priors: Float64Array.from(priors), rule }
}
