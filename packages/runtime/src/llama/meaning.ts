/**
 * The meaning of a text, from the inner state of a language model that has just read: this text in one word. The state
 * before that word is a good vector of the whole (Jiang, Huang, Luan, Wang and Zhuang 2023, "Scaling Sentence Embeddings
 * with Large Language Models"), in every language that the model reads.
 */
import type { EmbeddingModel } from "@daydream/engine/model"
import type { LlamaEmbeddingContext } from "node-llama-cpp"

/** Characters of a text that are read; what follows is cut. A token is at least a quarter of one, and the context holds 1,024. */
const readCharacters = 600

const han = /\p{Script=Han}/u

/** What the model reads. */
export function meaningPrompt(text: string): string {
  const read = text.replaceAll(/\s+/gu, " ").slice(0, readCharacters).toWellFormed()
  return han.test(read) ? `这句话：“${read}”用一个词概括意思：“` : `This sentence: "${read}" means in one word: "`
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector)
  return length === 0 ? [...vector] : vector.map((value) => value / length)
}

/** An embedding model over `open`, which gives the context where it is first needed. Vectors have length 1. */
export function createMeanings(modelId: string, open: () => Promise<LlamaEmbeddingContext>): EmbeddingModel {
  return {
    specificationVersion: "v4",
    provider: "daydream.llama",
    modelId: `${modelId}/meaning`,
    maxEmbeddingsPerCall: 2048,
    supportsParallelCalls: true,
    doEmbed: async ({ values, abortSignal }) => {
      abortSignal?.throwIfAborted()
      const context = await open()
      const embeddings: number[][] = []
      let tokens = 0
      for (const value of values) {
        abortSignal?.throwIfAborted()
        const prompt = meaningPrompt(value)
        tokens += context.calculateInputLength(prompt)
        embeddings.push(unit((await context.getEmbeddingFor(prompt)).vector))
      }
      return { embeddings, usage: { tokens }, warnings: [] }
    },
  }
}
