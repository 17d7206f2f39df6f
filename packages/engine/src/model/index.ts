export type {
  CallOptions, EmbedOptions, EmbedResult, EmbeddingModel, GenerateResult, LanguageModel, MaybeScoringModel, ModelProvider,
  Prompt, ScoreOptions, StreamPart, StreamResult, TokenScorer, TokenScores,
} from "./model.ts"
export { withCompleteAnswers } from "./complete-streams.ts"
export { withEmbeddingCache } from "./embedding-cache.ts"
export { modelErrors } from "./errors.ts"
export { withRecording, withReplay } from "./recording.ts"
export type { RecordingModel } from "./recording.ts"
export { countTokens, inputTokenBound } from "./usage.ts"
export type { CountedTokens } from "./usage.ts"
export { isUsageEstimated, withBudget, withEmbeddingBudget } from "./with-budget.ts"
export type { BudgetOptions } from "./with-budget.ts"
export { isCached, withCache } from "./with-cache.ts"
export { isRetryable, parseRetryAfter, withEmbeddingRetry, withRetry } from "./with-retry.ts"
export type { RetryOptions, Sleep } from "./with-retry.ts"
export { wrapLanguageModel } from "./wrap.ts"
