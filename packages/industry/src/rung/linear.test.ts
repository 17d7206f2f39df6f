import type { Example } from "@daydream/engine/function"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"
import { describe, expect, it } from "vitest"
import { embeddingKnn } from "./knn.ts"
import { jointKnn, jointSoftmax, tfidfSoftmax } from "./linear-rung.ts"
import type { Resources, Task } from "./rung.ts"
import { hashEmbedder, outcomesOf } from "./testing/index.ts"

const resources = (modelId?: string) => {
  const { calls, model } = hashEmbedder(modelId)
  const given: Resources = { embedder: async () => model, prices: defaultPrices, budget: createBudget(null), seed: 1 }
  return { calls, given }
}

const task = (type: "text" | "number"): Task => ({
  signature: { inputs: [{ name: "x", type }], output: { name: "y", type: "boolean", classes: ["yes", "no"] } },
})

const mails: readonly Example[] = Array.from({ length: 240 }, (_, i) => {
  const label = i % 4 === 0 ? "yes" : "no"
  return { key: String(i), label, input: { x: `${label === "yes" ? "refund money" : "parcel late"} ${i % 9} ${i}` } }
})

describe("TF-IDF + softmax", () => {
  it("learns from numbers alone", async () => {
    const random = createRandom("numbers")
    const examples = Array.from({ length: 200 }, (_, i): Example => {
      const x = random.next()
      return { key: String(i), input: { x }, label: x > 0.5 ? "yes" : "no" }
    })
    const variant = await tfidfSoftmax.fit(task("number"), examples, resources().given)
    const outcomes = await outcomesOf(variant, [{ key: "a", input: { x: 0.9 } }, { key: "b", input: { x: "0.1" } }])
    expect(outcomes.map((outcome) => outcome.output)).toEqual(["yes", "no"])
  })

  it("answers a row without usable input by the frequencies of the classes", async () => {
    const variant = await tfidfSoftmax.fit(task("text"), mails, resources().given)
    const [empty, unseen] = await outcomesOf(variant, [{ key: "a", input: { x: "" } }, { key: "b", input: { x: "¡¿" } }])
    expect(empty?.output).toBe("no")
    expect(empty?.confidence).toBeCloseTo(180.5 / 241, 6)
    expect(unseen?.scores).toEqual(empty?.scores)
  })

  it("names the words that speak for its answer", async () => {
    const variant = await tfidfSoftmax.fit(task("text"), mails, resources().given)
    const explanation = await variant.explain?.({ key: "a", input: { x: "my refund please" } })
    expect(explanation?.output).toBe("yes")
    const refund = explanation?.reasons.find((reason) => reason.text === "refund")
    expect(refund?.weight).toBeGreaterThan(0)
  })

  it("fits a label that is no class never: the caller is told", async () => {
    const wrong = [{ key: "1", input: { x: "a" }, label: "maybe" }]
    await expect(tfidfSoftmax.fit(task("text"), wrong, resources().given)).rejects.toThrow(/maybe/)
  })
})

describe("the rungs with an embedder", () => {
  it("need one, and say so", async () => {
    const given: Resources = { prices: defaultPrices, budget: createBudget(null), seed: 1 }
    await expect(jointSoftmax.fit(task("text"), mails, given)).rejects.toMatchObject({ code: "no_embedder" })
  })

  it("refuse another embedder than the one that they were fitted with", async () => {
    const variant = await jointSoftmax.fit(task("text"), mails, resources("one").given)
    const loaded = await jointSoftmax.load(task("text"), variant.save(), resources("two").given)
    await expect(outcomesOf(loaded, [{ key: "a", input: { x: "hi" } }])).rejects.toMatchObject({ code: "other_embedder" })
  })

  it("embed a row once, and count its tokens", async () => {
    const { calls, given } = resources()
    const variant = await jointKnn.fit(task("text"), mails, given)
    calls.length = 0
    const [outcome] = await outcomesOf(variant, [{ key: "a", input: { x: "refund the money" } }])
    expect(calls).toEqual([["refund the money"]])
    expect(outcome?.usage.tokens).toEqual([{ modelId: "hash-embedder", inputTokens: 3, outputTokens: 0 }])
    expect(outcome?.output).toBe("yes")
  })

  it("explain by what each word adds, and by the nearest examples", async () => {
    const { given } = resources()
    const row = { key: "a", input: { x: "refund money 退款" } }
    const words = await (await jointKnn.fit(task("text"), mails, given)).explain?.(row)
    expect(words?.reasons.map((reason) => reason.text).toSorted()).toEqual(["money", "refund", "退款"].toSorted())
    const near = await (await embeddingKnn.fit(task("text"), mails, given)).explain?.(row)
    expect(near?.reasons[0]).toMatchObject({ kind: "example", label: "yes", text: expect.stringContaining("refund") })
  })

  it("declare whether they hold training rows", async () => {
    const { given } = resources()
    const held = [tfidfSoftmax, jointSoftmax, embeddingKnn, jointKnn].map(async (rung) => {
      const variant = await rung.fit(task("text"), mails, given)
      return variant.holdsTrainingText
    })
    expect(await Promise.all(held)).toEqual([false, false, true, true])
  })
})
