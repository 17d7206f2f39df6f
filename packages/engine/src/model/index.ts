export type { EmbeddingModel, LanguageModel, ModelProvider, TokenScorer, TokenScores } from "./model.ts"
