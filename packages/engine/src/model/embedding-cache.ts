/** Vectors that were computed once are not computed again. */
import type { KeyedCache } from "../artifact/index.ts"
import { keyOf } from "./canonical.ts"
import { modelErrors } from "./errors.ts"
import type { EmbedOptions, EmbeddingModel, EmbedResult } from "./model.ts"
import { wrapEmbeddingModel } from "./wrap.ts"

/** A kept vector with the tokens that its text took, where the model said so. */
interface Kept {
  readonly vector: number[]
  readonly tokens: number | undefined
}

const unknownTokens = 0xffffffff

const encode = ({ vector, tokens }: Kept): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 + vector.length * 4))
  view.setUint32(0, tokens ?? unknownTokens, true)
  vector.forEach((value, index) => view.setFloat32(4 + index * 4, value, true))
  return new Uint8Array(view.buffer)
}

const decode = (bytes: Uint8Array): Kept => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tokens = view.getUint32(0, true)
  const vector = Array.from({ length: (bytes.byteLength >>> 2) - 1 }, (_, index) => view.getFloat32(4 + index * 4, true))
  return { vector, tokens: tokens === unknownTokens ? undefined : tokens }
}

/** The tokens of each text: whole numbers in proportion to its bytes, that sum to what the call took. */
export function shareTokens(texts: readonly string[], tokens: number): number[] {
  const bytes = texts.map((text) => Buffer.byteLength(text) + 8)
  const total = bytes.reduce((sum, count) => sum + count, 0)
  let before = 0
  return bytes.map((count) => {
    const start = Math.round((tokens * before) / total)
    before += count
    return Math.round((tokens * before) / total) - start
  })
}

const tooFew = ({ provider, modelId }: EmbeddingModel, given: number, asked: number) =>
  modelErrors.model_bad_response({ modelId, host: provider, detail: `${given} vectors for ${asked} texts` })

/**
 * Keeps vectors as little-endian float32 by text, provider, model id and options; only unknown texts go to the model,
 * each once. All vectors, fresh ones too, are rounded to float32, so that a second run gives the same numbers.
 * `usage` is that of the first time, as with cached answers of a language model: what a row costs must not depend on
 * what happens to be kept. `maxEmbeddingsPerCall` is the model's own.
 */
export function withEmbeddingCache(model: EmbeddingModel, cache: KeyedCache): EmbeddingModel {
  const embed = async (options: EmbedOptions): Promise<EmbedResult> => {
    const { dimensions, providerOptions, headers } = options
    const keys = options.values.map((value) =>
      keyOf("embed-with-tokens", model.provider, model.modelId, value, { dimensions, providerOptions, headers }))
    const kept = new Map<string, Kept>()
    const missing = new Map<string, string>()
    for (const [index, key] of keys.entries()) {
      if (kept.has(key) || missing.has(key)) continue
      const bytes = await cache.get(key)
      if (bytes === null) missing.set(key, options.values[index] ?? "")
      else kept.set(key, decode(bytes))
    }
    const asked = [...missing.keys()]
    const fresh = asked.length === 0 ? null : await model.doEmbed({ ...options, values: [...missing.values()] })
    if (fresh !== null && fresh.embeddings.length !== asked.length) throw tooFew(model, fresh.embeddings.length, asked.length)
    const tokens = fresh?.usage === undefined ? [] : shareTokens([...missing.values()], fresh.usage.tokens)
    await Promise.all(asked.map(async (key, index) => {
      const bytes = encode({ vector: fresh?.embeddings[index] ?? [], tokens: tokens[index] })
      kept.set(key, decode(bytes))
      await cache.set(key, bytes)
    }))
    const counts = [...kept.values()].map((one) => one.tokens)
    const isCounted = counts.every((count) => count !== undefined)
    return {
      embeddings: keys.map((key) => kept.get(key)?.vector ?? []),
      ...(isCounted ? { usage: { tokens: counts.reduce((sum, count) => sum + count, 0) } } : {}),
      warnings: fresh?.warnings ?? [],
    }
  }
  return wrapEmbeddingModel(model, embed)
}
