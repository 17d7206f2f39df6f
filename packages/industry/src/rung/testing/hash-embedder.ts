/** An embedder for tests, without weights: words hashed to signed directions. Deterministic, counts its calls. */
import type { EmbeddingModel } from "@daydream/engine/model"
import { createRandom } from "@daydream/engine/random"

const size = 64

function vectorOf(text: string): number[] {
  const sum = Array.from<number>({ length: size }).fill(0)
  for (const word of text.toLowerCase().split(/\s+/)) {
    const random = createRandom("hash-embedder", word)
    for (let i = 0; i < size; i++) sum[i] = (sum[i] as number) + random.next() - 0.5
  }
  return sum
}

/** The model, and every call's texts. */
export function hashEmbedder(modelId = "hash-embedder"): { readonly model: EmbeddingModel; readonly calls: string[][] } {
  const calls: string[][] = []
  const model: EmbeddingModel = {
    specificationVersion: "v4",
    provider: "testing",
    modelId,
    maxEmbeddingsPerCall: 64,
    supportsParallelCalls: false,
    async doEmbed({ abortSignal, values }) {
      abortSignal?.throwIfAborted()
      calls.push([...values])
      const tokens = values.reduce((sum, text) => sum + text.split(/\s+/).length, 0)
      return { embeddings: values.map(vectorOf), usage: { tokens }, warnings: [] }
    },
  }
  return { model, calls }
}
