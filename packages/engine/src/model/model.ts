/** The narrow interface to every model: the AI SDK's provider specification, version 4, and one capability more. */
import type {
  EmbeddingModelV4, EmbeddingModelV4CallOptions, EmbeddingModelV4Result, LanguageModelV4, LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult, LanguageModelV4Prompt, LanguageModelV4StreamPart, LanguageModelV4StreamResult, ProviderV4,
} from "@ai-sdk/provider"

/** A model that generates text: `doGenerate` and `doStream`. Any AI SDK provider's model is one. */
export type LanguageModel = LanguageModelV4

/** What a language model is asked. */
export type CallOptions = LanguageModelV4CallOptions
export type Prompt = LanguageModelV4Prompt
/** What it answers: at once, or as a stream of parts. */
export type GenerateResult = LanguageModelV4GenerateResult
export type StreamResult = LanguageModelV4StreamResult
export type StreamPart = LanguageModelV4StreamPart
/** What an embedding model is asked and answers. */
export type EmbedOptions = EmbeddingModelV4CallOptions
export type EmbedResult = EmbeddingModelV4Result

/** A model that turns texts into vectors: `doEmbed`. */
export type EmbeddingModel = EmbeddingModelV4

/** A supplier of models by id. Any AI SDK provider of specification version 4 is one. */
export type ModelProvider = Pick<ProviderV4, "languageModel" | "embeddingModel">

/** Log probabilities of given continuations after a prompt. */
export interface TokenScores {
  /** One natural log probability a continuation, in the order asked; not normalised over the continuations. */
  readonly logProbabilities: readonly number[]
  readonly inputTokens: number
  /** Tokens that had to be generated to find out; 0 where left out. */
  readonly outputTokens?: number
}

/** What {@link TokenScorer.scoreContinuations} is asked. */
export interface ScoreOptions {
  readonly prompt: LanguageModelV4Prompt
  readonly continuations: readonly string[]
  readonly abortSignal?: AbortSignal
  /** As in a call: what only some providers understand. */
  readonly providerOptions?: NonNullable<LanguageModelV4CallOptions["providerOptions"]>
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
  scoreContinuations(options: ScoreOptions): Promise<TokenScores>
}

/** A language model that may be able to score too. */
export type MaybeScoringModel = LanguageModel & Partial<TokenScorer>

/**
 * A language model that also gives vectors of what texts mean, from its own inner state: for comparing meanings where no
 * embedder of the language is at hand. A separate capability, as scoring is.
 */
export interface MeaningReader {
  readonly meanings: EmbeddingModel
}
