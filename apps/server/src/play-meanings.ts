/** Vectors of what authors wrote, read once for all accounts; what players say is kept nowhere. */
import type { EmbeddingModel } from "@daydream/engine/model"

export interface MeaningShelf {
  /** From now on, the vectors of these texts are kept. */
  keep(texts: readonly string[]): void
  /** The model, asked only for what is not kept. */
  over(model: EmbeddingModel): EmbeddingModel
}

const mostTexts = 8_000

export function createMeaningShelf(): MeaningShelf {
  const vectors = new Map<string, number[] | null>()
  return {
    keep: (texts) => {
      for (const text of texts) if (!vectors.has(text)) vectors.set(text, null)
      for (const oldest of vectors.keys()) {
        if (vectors.size <= mostTexts) break
        vectors.delete(oldest)
      }
    },
    over: (model) => ({
      specificationVersion: "v4",
      provider: model.provider,
      modelId: model.modelId,
      maxEmbeddingsPerCall: model.maxEmbeddingsPerCall,
      supportsParallelCalls: model.supportsParallelCalls,
      doEmbed: async (options) => {
        const found = new Map<string, number[]>()
        for (const text of options.values) {
          const vector = vectors.get(text)
          if (vector !== undefined && vector !== null) found.set(text, vector)
        }
        const missing = [...new Set(options.values)].filter((text) => !found.has(text))
        const fresh = missing.length === 0 ? null : await model.doEmbed({ ...options, values: missing })
        for (const [at, text] of missing.entries()) {
          const vector = fresh?.embeddings[at] ?? []
          found.set(text, vector)
          if (vectors.has(text)) vectors.set(text, vector)
        }
        return {
          embeddings: options.values.map((text) => found.get(text) ?? []),
          usage: fresh?.usage ?? { tokens: 0 },
          warnings: fresh?.warnings ?? [],
        }
      },
    }),
  }
}
