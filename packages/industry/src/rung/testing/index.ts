export { hashEmbedder } from "./hash-embedder.ts"
export { contractExamples, contractRows, contractTask, outcomesOf, rungContract } from "./rung-contract.ts"
