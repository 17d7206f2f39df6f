/** Vectors that were computed once are not computed again. */
import type { KeyedCache } from "../artifact/index.ts"
import { keyOf } from "./canonical.ts"
import { modelErrors } from "./errors.ts"
import type { EmbedOptions, EmbeddingModel, EmbedResult } from "./model.ts"
import { wrapEmbeddingModel } from "./wrap.ts"

const encodeVector = (vector: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true))
  return new Uint8Array(view.buffer)
}

const decodeVector = (bytes: Uint8Array): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength >>> 2 }, (_, index) => view.getFloat32(index * 4, true))
}

const tooFew = ({ provider, modelId }: EmbeddingModel, given: number, asked: number) =>
  modelErrors.model_bad_response({ modelId, host: provider, detail: `${given} vectors for ${asked} texts` })

/**
 * Keeps vectors as little-endian float32 by text, provider, model id and options; only unknown texts go to the model,
 * each once. All vectors, fresh ones too, are rounded to float32, so that a second run gives the same numbers.
 * `usage` counts fresh texts alone. `maxEmbeddingsPerCall` is the model's own.
 */
export function withEmbeddingCache(model: EmbeddingModel, cache: KeyedCache): EmbeddingModel {
  const embed = async (options: EmbedOptions): Promise<EmbedResult> => {
    const { dimensions, providerOptions, headers } = options
    const keys = options.values.map((value) =>
      keyOf("embed", model.provider, model.modelId, value, { dimensions, providerOptions, headers }))
    const vectors = new Map<string, number[]>()
    const missing = new Map<string, string>()
    for (const [index, key] of keys.entries()) {
      if (vectors.has(key) || missing.has(key)) continue
      const bytes = await cache.get(key)
      if (bytes === null) missing.set(key, options.values[index] ?? "")
      else vectors.set(key, decodeVector(bytes))
    }
    const asked = [...missing.keys()]
    const fresh = asked.length === 0 ? null : await model.doEmbed({ ...options, values: [...missing.values()] })
    if (fresh !== null && fresh.embeddings.length !== asked.length) throw tooFew(model, fresh.embeddings.length, asked.length)
    await Promise.all(asked.map(async (key, index) => {
      const bytes = encodeVector(fresh?.embeddings[index] ?? [])
      vectors.set(key, decodeVector(bytes))
      await cache.set(key, bytes)
    }))
    const usage = fresh === null ? { tokens: 0 } : fresh.usage
    return {
      embeddings: keys.map((key) => vectors.get(key) ?? []),
      ...(usage === undefined ? {} : { usage }),
      warnings: fresh?.warnings ?? [],
    }
  }
  return wrapEmbeddingModel(model, embed)
}
