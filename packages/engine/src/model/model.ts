/** The narrow interface to every model: the AI SDK's provider specification, version 4, and one capability more. */
import type { EmbeddingModelV4, LanguageModelV4, LanguageModelV4Prompt, ProviderV4 } from "@ai-sdk/provider"

/** A model that generates text: `doGenerate` and `doStream`. Any AI SDK provider's model is one. */
export type LanguageModel = LanguageModelV4

/** A model that turns texts into vectors: `doEmbed`. */
export type EmbeddingModel = EmbeddingModelV4

/** A supplier of models by id. Any AI SDK provider of specification version 4 is one. */
export type ModelProvider = Pick<ProviderV4, "languageModel" | "embeddingModel">

/** Log probabilities of given continuations after a prompt. */
export interface TokenScores {
  /** One natural log probability a continuation, in the order asked; not normalised over the continuations. */
  readonly logProbabilities: readonly number[]
  readonly inputTokens: number
}

/**
 * The distribution of a language model over given continuations: what a choice among classes needs.
 * A separate capability, since few hosted models offer it. A model that has it is `LanguageModel & TokenScorer`.
 */
export interface TokenScorer {
  /**
   * Scores each of `continuations` as the whole answer to `prompt`. Tolerant: the probability of a continuation
   * sums the spellings with a leading space and in other case.
   */
  scoreContinuations(options: {
    readonly prompt: LanguageModelV4Prompt
    readonly continuations: readonly string[]
    readonly abortSignal?: AbortSignal
  }): Promise<TokenScores>
}
