/** What a compilation may be told, and what it tells while it works. */
import type { EmbeddingModel, LanguageModel, TokenScorer } from "@daydream/engine/model"
import type { CertifiedMetric, SplitFractions } from "@daydream/engine/evaluation"
import type { Budget, Nano, PriceList } from "@daydream/engine/money"
import type { KeyedRow } from "@daydream/engine/function"
import type { DeltaLedger } from "../certificate/index.ts"
import type { Measurement } from "./ladder.ts"

/** A model by its reference, opened only when a rung needs it. */
export interface ModelSource<M> {
  /** What a plan's manifest records, e.g. "local/all-minilm-l6-v2". */
  readonly reference: string
  open(): Promise<M>
}

export interface CompileOptions {
  readonly name: string
  /** Wanted quality in (0, 1), e.g. 0.97. */
  readonly target: number
  readonly metric: CertifiedMetric
  /** Probability at most of certifying a plan below target, in (0, 1); default 0.05. */
  readonly delta: number
  /** Measures every rung instead of climbing only as far as needed. */
  readonly all: boolean
  /** Names of the rungs to consider; default: all. */
  readonly rungs?: readonly string[]
  /** Allows a plan that leaves unsure rows to people. */
  readonly abstain: boolean
  /** Marks rows unlike anything seen as `other`. */
  readonly other: boolean
  /** Column whose order splits the examples: the latest certify. Random where absent. */
  readonly timeColumn?: string
  /** Times by row key in milliseconds since 1970, where the column is not among the inputs as an ISO date. */
  readonly times?: ReadonlyMap<string, number>
  /** Shares of the examples, summing to 1. */
  readonly fractions: SplitFractions
  /** Keys of examples whose label was asked for by the advisor: they teach and never judge. */
  readonly fitOnly?: ReadonlySet<string>
  /**
   * Labels that people corrected, by key. Corrections teach and do not judge: where the row falls to choose or certify
   * its first label stands, since only rows on which a model disagreed were looked at.
   */
  readonly corrections?: ReadonlyMap<string, string>
  /** Rows on which a language-model rung is measured at most. */
  readonly modelRows: number
  /** Seconds after which no further rung is begun; Infinity for no limit. */
  readonly seconds: number
  readonly seed: number
  readonly embedder?: ModelSource<EmbeddingModel>
  readonly languageModel?: ModelSource<LanguageModel & Partial<TokenScorer>>
  readonly prices: PriceList
  readonly budget: Budget
  /** Remembers what was spent of δ on which certify rows, across compilations. */
  readonly ledger: DeltaLedger
  /**
   * Rows without a label: the advisor draws those worth labelling from them, and with an embedder that sends no bill they
   * teach, as far as that helps on labelled rows.
   */
  readonly unlabelled?: readonly KeyedRow[]
  /** Whether to look for rows worth labelling and for wrong labels: it takes several fits more. */
  readonly suggest: "always" | "when-refused" | "never"
  readonly abortSignal?: AbortSignal
  readonly onEvent?: (event: CompileEvent) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Why a rung was not measured. */
export type SkipReason =
  | { readonly kind: "no-embedder" }
  | { readonly kind: "no-language-model" }
  | { readonly kind: "model-failed"; readonly message: string }
  | { readonly kind: "too-few-examples"; readonly needed: number; readonly have: number }
  | { readonly kind: "not-needed" }
  | { readonly kind: "time" }
  | { readonly kind: "money"; readonly needed?: Nano }
  | { readonly kind: "not-asked" }

export type CompileEvent =
  | { readonly type: "split-done"; readonly fit: number; readonly choose: number; readonly certify: number; readonly setAside: number }
  | { readonly type: "rung-started"; readonly rung: string }
  | { readonly type: "rung-progress"; readonly rung: string; readonly stage: "fit" | "measure"; readonly done: number; readonly total: number }
  | { readonly type: "rung-measured"; readonly measurement: Measurement }
  | { readonly type: "rung-skipped"; readonly rung: string; readonly reason: SkipReason }
  | { readonly type: "other-started" }
  | { readonly type: "other-without-embedder"; readonly message: string }
  | { readonly type: "certify-started"; readonly candidates: number; readonly rows: number }
  | { readonly type: "certify-progress"; readonly rung: string; readonly done: number; readonly total: number }
  | { readonly type: "certify-done"; readonly isCertified: boolean }
  | { readonly type: "suggest-progress"; readonly done: number; readonly total: number }
