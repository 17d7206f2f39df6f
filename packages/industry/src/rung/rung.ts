/** A rung of the ladder: one way of learning a variant from examples. */
import type { EmbeddingModel, LanguageModel, TokenScorer } from "@daydream/engine/model"
import type { Example, Row, Signature, Variant, VariantFiles } from "@daydream/engine/function"
import type { Budget, PriceList } from "@daydream/engine/money"

/** What rungs may use. Models are loaded by the call, only when a rung needs one; a second call gives the same model. */
export interface Resources {
  readonly embedder?: () => Promise<EmbeddingModel>
  readonly languageModel?: () => Promise<LanguageModel & Partial<TokenScorer>>
  readonly prices: PriceList
  /** Every paid call reserves here first; nothing is spent past it. */
  readonly budget: Budget
  /**
   * Rows of the same table without a label, a sample of them where they are many: rungs may learn from these too, as far
   * as that helps on labelled rows. None of them, nor a copy, may be a row that judges. Embedding them is paid for.
   */
  readonly unlabelled?: readonly Row[]
  /** Seed of all randomness. */
  readonly seed: number
  readonly abortSignal?: AbortSignal
  /** Called with done and total units of long work (epochs, embedded rows, model calls). */
  readonly onProgress?: (done: number, total: number) => void
}

/** What is to be learned. */
export interface Task {
  readonly signature: Signature
  readonly instruction?: string
}

/** One way of learning a variant. */
export interface Rung {
  /** Stable name, also `Outcome.by`: "majority", "tfidf-softmax", "embedding-knn", "embedding-softmax", "joint-softmax", "joint-knn", "llm-zero-shot", "llm-retrieved". */
  readonly name: string
  readonly needs: readonly ("embedder" | "language-model")[]
  /** What it uses where there is one, beside what it needs. */
  readonly mayUse?: readonly "embedder"[]
  /** Fewest examples with which fitting makes sense (0: works without labels). */
  readonly minimumExamples: number
  /** True where {@link Resources.unlabelled} teach too, if that helps. */
  readonly usesUnlabelled?: boolean
  fit(task: Task, examples: readonly Example[], resources: Resources): Promise<Variant>
  /** Rebuilds a variant from its files. */
  load(task: Task, files: VariantFiles, resources: Resources): Promise<Variant>
}
