/** One way of running a function, and what it gives for a row. */
import type { Nano, Usage } from "../money/index.ts"
import type { KeyedRow } from "./row.ts"
import type { Localized } from "../language/index.ts"

/** Why one row got no output: a stable code, and a text for people. Never an exception: the run goes on. */
export interface RowFault {
  readonly code: string
  readonly texts: Localized
  /** True where the same call may work later (a network fault); such an outcome is never cached. */
  readonly isRetryable: boolean
}

/** What a variant says of one row. */
export interface Outcome {
  readonly key: string
  /** `answered`: output is set. `review`: too unsure, left to people. `other`: unlike anything seen. `failed`: see fault. */
  readonly status: "answered" | "review" | "other" | "failed"
  /** The class; for `review` and `other` the best guess; for `failed` null. */
  readonly output: string | null
  /** Probabilities in the order of the signature's classes, summing to 1; empty where failed. */
  readonly scores: Float64Array
  /** Calibrated probability in [0, 1] that `output` is right; 0 where failed. */
  readonly confidence: number
  /** Name of the rung that answered. */
  readonly by: string
  readonly usage: Usage
  readonly cost: Nano
  readonly fault?: RowFault
}

export interface RunOptions {
  readonly abortSignal?: AbortSignal
}

/** One reason for an answer: a feature with its weight, or a known example with its similarity. */
export interface Reason {
  readonly kind: "feature" | "example" | "note"
  readonly text: string
  /** Feature: contribution to the class's logit. Example: cosine similarity in [-1, 1]. */
  readonly weight?: number
  /** Example: its label. */
  readonly label?: string
}

/** Why a row got its label. */
export interface Explanation {
  readonly output: string
  readonly by: string
  readonly reasons: readonly Reason[]
}

/** A variant as plain files by relative path: JSON and little-endian binary. `variant.json` holds kind and format version. */
export type VariantFiles = Readonly<Record<string, Uint8Array>>

/** One way of running a function. */
export interface Variant {
  /** Names the loader, e.g. "tfidf-softmax". */
  readonly kind: string
  /** True where the files hold training text (nearest neighbours, examples in a prompt). */
  readonly holdsTrainingText: boolean
  /**
   * One outcome for each row, in order, batch by batch. Rows that cannot be answered come out as `failed`; what is
   * thrown concerns the whole run (budget exceeded, model not to be had, aborted).
   */
  run(batches: AsyncIterable<readonly KeyedRow[]>, options?: RunOptions): AsyncIterable<Outcome[]>
  save(): VariantFiles
  explain?(row: KeyedRow): Promise<Explanation>
}
