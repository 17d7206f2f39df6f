/** What every embedding model and every wrapper of one must do. */
import { describe, expect, test } from "vitest"
import type { EmbeddingModel } from "../model/index.ts"

export interface EmbeddingModelContractOptions {
  /** A fresh model; closed after each test by `close`. */
  readonly open: () => Promise<{ readonly model: EmbeddingModel; readonly close?: () => Promise<void> }>
}

const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b))

/** Describes the tests of one embedding model. */
export function embeddingModelContract(name: string, { open }: EmbeddingModelContractOptions): void {
  const withModel = async (use: (model: EmbeddingModel) => Promise<void>) => {
    const { model, close } = await open()
    try {
      await use(model)
    } finally {
      await close?.()
    }
  }
  const embed = async (model: EmbeddingModel, ...values: string[]) => (await model.doEmbed({ values })).embeddings

  describe(`${name} as an embedding model`, () => {
    test("gives one finite vector a text, all of one length, in order", () => withModel(async (model) => {
      const texts = ["a red apple", "", "你好，世界", "a red apple"]
      const vectors = await embed(model, ...texts)
      expect(vectors).toHaveLength(4)
      expect(new Set(vectors.map((vector) => vector.length)).size).toBe(1)
      expect(vectors.flat().every((value) => Number.isFinite(value))).toBe(true)
      expect(cosine(vectors[0] ?? [], vectors[3] ?? [])).toBeCloseTo(1, 5)
    }))

    test("gives a text the same vector alone and among others", () => withModel(async (model) => {
      const [alone = []] = await embed(model, "where is my card")
      const [, among = []] = await embed(model, "one more", "where is my card", "and a much longer text than the others here")
      expect(cosine(alone, among)).toBeGreaterThan(0.999)
    }))

    test("puts texts about the same thing nearer than others", () => withModel(async (model) => {
      const [a = [], b = [], c = []] = await embed(model, "my card was lost", "i lost my card", "sunny weather in spring")
      expect(cosine(a, b)).toBeGreaterThan(cosine(a, c))
    }))

    test("says how many texts it takes at once", () => withModel(async (model) => {
      expect((await model.maxEmbeddingsPerCall) ?? 1).toBeGreaterThanOrEqual(1)
    }))

    test("fails when it was aborted before", () => withModel(async (model) => {
      await expect(model.doEmbed({ values: ["x y z"], abortSignal: AbortSignal.abort(new Error("stop it")) })).rejects.toThrow(/stop it|abort/i)
    }))
  })
}
