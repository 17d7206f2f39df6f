import { createBudget, defaultPrices } from "@daydream/engine/money"
import { describe, expect, it } from "vitest"
import { classicRungs } from "./classic.ts"
import type { Resources } from "./rung.ts"
import { hashEmbedder, rungContract } from "./testing/index.ts"

const resources = (): Resources => {
  const { model } = hashEmbedder()
  return { embedder: async () => model, prices: defaultPrices, budget: createBudget(null), seed: 7 }
}

for (const rung of classicRungs) rungContract(rung.name, () => rung, resources)

describe("the classic rungs", () => {
  it("stand in the order of their price", () => {
    expect(classicRungs.map((rung) => rung.name)).toEqual([
      "majority", "tfidf-softmax", "embedding-knn", "embedding-softmax", "joint-softmax", "joint-knn",
    ])
  })
})
