/** What a softmax variant is made of, and how it is stored. */
import type { InputField, VariantFiles } from "@daydream/engine/function"
import { Neighbours, RowEncoder, SoftmaxModel } from "../learner/index.ts"
import type { DenseMatrix } from "../learner/index.ts"
import type { DenseScale } from "./dense-scale.ts"
import { encoderFiles, readEncoder } from "./encoder-files.ts"
import type { VariantHead } from "./variant-files.ts"
import { floatsOf, headOf, integersOf, jsonBytes, wordBytes } from "./variant-files.ts"

const formatVersion = 1

/** The embedder of a variant and what its vectors go through. */
export interface EmbeddingPart {
  readonly modelId: string
  readonly scale: DenseScale
}

/** How closeness to known rows is weighed. */
export interface ClosenessRule {
  readonly sharpness: number
  /** 0: not at all. */
  readonly weight: number
}

/** Known rows whose closeness is a factor beside the linear model. */
export interface ClosenessPart {
  readonly rule: ClosenessRule
  /** Centred embeddings of length 1. */
  readonly vectors: DenseMatrix
  readonly labels: Int32Array
  readonly index: Neighbours
}

/** A fitted softmax variant. */
export interface LinearParts {
  readonly kind: string
  readonly classes: readonly string[]
  readonly inputs: readonly InputField[]
  readonly encoder: RowEncoder
  readonly embedding?: EmbeddingPart
  readonly closeness?: ClosenessPart
  readonly model: SoftmaxModel
  /** Class frequencies: the scores of a row without usable input. */
  readonly priors: Float64Array
  /** The regularisation that was chosen. */
  readonly cost: number
}

interface LinearHead extends VariantHead {
  readonly inputs: readonly InputField[]
  readonly priors: readonly number[]
  readonly cost: number
  readonly columns: number
  readonly embedding?: { readonly modelId: string; readonly size: number; readonly factor: number }
  readonly closeness?: { readonly rule: ClosenessRule; readonly rows: number }
}

function closenessFiles({ labels, vectors }: ClosenessPart): VariantFiles {
  return { "known-vectors.bin": wordBytes(vectors.values), "known-labels.bin": wordBytes(labels) }
}

function readCloseness(files: VariantFiles, head: LinearHead): { readonly closeness?: ClosenessPart } {
  const { closeness, embedding } = head
  if (closeness === undefined || embedding === undefined) return {}
  const { rows, rule } = closeness
  const columns = embedding.size
  const vectors = { rows, columns, values: floatsOf(files, "known-vectors.bin", rows * columns) }
  const labels = integersOf(files, "known-labels.bin", rows)
  return { closeness: { rule, vectors, labels, index: new Neighbours(vectors) } }
}

/** The files of a variant. */
export function linearFiles(parts: LinearParts): VariantFiles {
  const { kind, classes, inputs, closeness, encoder, embedding, model, priors, cost } = parts
  const stored =
    embedding === undefined
      ? undefined
      : { modelId: embedding.modelId, size: embedding.scale.mean.length, factor: embedding.scale.factor }
  const head: LinearHead = {
    kind, formatVersion, classes, inputs, priors: [...priors], cost, columns: model.columns,
    ...(stored === undefined ? {} : { embedding: stored }),
    ...(closeness === undefined ? {} : { closeness: { rule: closeness.rule, rows: closeness.vectors.rows } }),
  }
  return {
    "variant.json": jsonBytes(head),
    "weights.bin": wordBytes(model.weights()),
    ...(embedding === undefined ? {} : { "embedding-mean.bin": wordBytes(embedding.scale.mean) }),
    ...(closeness === undefined ? {} : closenessFiles(closeness)),
    ...encoderFiles(encoder.state),
  }
}

/** Reads what {@link linearFiles} wrote. Throws `damaged_variant`. */
export function readLinear(kind: string, classes: readonly string[], files: VariantFiles): LinearParts {
  const head = headOf<LinearHead>(files, { kind, formatVersion, classes })
  const { columns, embedding } = head
  const weights = floatsOf(files, "weights.bin", (columns + 1) * classes.length)
  const parts: LinearParts = {
    kind, classes, inputs: head.inputs, cost: head.cost,
    encoder: RowEncoder.from(readEncoder(files)),
    model: SoftmaxModel.from(columns, classes.length, weights),
    priors: Float64Array.from(head.priors),
  }
  if (embedding === undefined) return parts
  const scale = { mean: floatsOf(files, "embedding-mean.bin", embedding.size), factor: embedding.factor }
  return { ...parts, embedding: { modelId: embedding.modelId, scale }, ...readCloseness(files, head) }
}
