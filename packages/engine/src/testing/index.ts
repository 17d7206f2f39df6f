/** Contract suites and mock models. For tests only: imports vitest. */
export { embeddingModelContract } from "./embedding-model-contract.ts"
export type { EmbeddingModelContractOptions } from "./embedding-model-contract.ts"
export { keyedCacheContract } from "./keyed-cache-contract.ts"
export type { KeyedCacheContractOptions } from "./keyed-cache-contract.ts"
export { languageModelContract, readAll, textOf } from "./language-model-contract.ts"
export type { LanguageModelContractOptions } from "./language-model-contract.ts"
export { createMockEmbeddingModel, createMockLanguageModel, hashEmbedding, lastText, promptText } from "./mock-models.ts"
export type {
  MockEmbeddingModel, MockEmbeddingModelOptions, MockLanguageModel, MockLanguageModelOptions,
} from "./mock-models.ts"
export { startMockServer } from "./mock-server.ts"
export type { ChatRequest, MockFault, MockReply, MockScript, MockServer, MockToken, RecordedRequest } from "./mock-server.ts"
export { storeContract } from "./store-contract.ts"
export type { StoreUnderTest } from "./store-contract.ts"
