/** What a variant with retrieved examples is made of, and how it is stored. */
import type { InputField, VariantFiles } from "@daydream/engine/function"
import type { Language } from "@daydream/engine/language"
import type { DenseMatrix } from "../../learner/index.ts"
import { floatsOf, headOf, integersOf, jsonBytes, jsonOf, wordBytes } from "../variant-files.ts"
import type { VariantHead } from "../variant-files.ts"
import { languageOf } from "./render.ts"
import type { KnownExample } from "./retrieve.ts"

const formatVersion = 1

/** A fitted variant with retrieved examples. */
export interface RetrievedParts {
  readonly kind: string
  readonly classes: readonly string[]
  readonly inputs: readonly InputField[]
  /** The language model. */
  readonly modelId: string
  /** Language of the prompt. */
  readonly language: Language
  readonly known: readonly KnownExample[]
  /** Vectors of the known examples, one of length 1 each, where there was an embedder. */
  readonly embedding?: { readonly modelId: string; readonly vectors: DenseMatrix }
  readonly priors: Float64Array
  /** Examples in a prompt. */
  readonly shownExamples: number
  /** Classes to choose among, where there are more. */
  readonly mostCandidates: number
  /** About how many tokens of a row the model reads. */
  readonly rowTokens: number
}

interface Head extends VariantHead {
  readonly inputs: readonly InputField[]
  readonly modelId: string
  readonly language: Language
  readonly priors: readonly number[]
  readonly shownExamples: number
  readonly mostCandidates: number
  readonly rowTokens: number
  readonly known: number
  readonly embedding?: { readonly modelId: string; readonly columns: number }
}

/** The files of a variant. */
export function retrievedFiles(parts: RetrievedParts): VariantFiles {
  const { kind, classes, inputs, modelId, language, known, embedding, priors, shownExamples, mostCandidates, rowTokens } = parts
  const vectors = embedding === undefined ? {} : { embedding: { modelId: embedding.modelId, columns: embedding.vectors.columns } }
  const head: Head = {
    kind, formatVersion, classes, inputs, modelId, language, priors: [...priors], shownExamples, mostCandidates, rowTokens,
    known: known.length, ...vectors,
  }
  return {
    "variant.json": jsonBytes(head),
    "texts.json": jsonBytes(known.map(({ text }) => text)),
    "labels.bin": wordBytes(Int32Array.from(known, ({ label }) => label)),
    ...(embedding === undefined ? {} : { "vectors.bin": wordBytes(embedding.vectors.values) }),
  }
}

/** Reads what {@link retrievedFiles} wrote. Throws `damaged_variant`. */
export function readRetrieved(kind: string, classes: readonly string[], files: VariantFiles): RetrievedParts {
  const head = headOf<Head>(files, { kind, formatVersion, classes })
  const { inputs, modelId, language, shownExamples, mostCandidates, rowTokens } = head
  const labels = integersOf(files, "labels.bin", head.known)
  const texts = jsonOf<readonly string[]>(files, "texts.json")
  const known = texts.map((text, i) => ({ text, label: labels[i] ?? 0, language: languageOf(text) }))
  const parts = {
    kind, classes, inputs, modelId, language, known, shownExamples, mostCandidates, rowTokens,
    priors: Float64Array.from(head.priors),
  }
  if (head.embedding === undefined) return parts
  const { columns } = head.embedding
  const values = floatsOf(files, "vectors.bin", head.known * columns)
  return { ...parts, embedding: { modelId: head.embedding.modelId, vectors: { rows: head.known, columns, values } } }
}
