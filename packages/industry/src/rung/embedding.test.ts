import { createBudget, defaultPrices } from "@daydream/engine/money"
import type { EmbeddingModel } from "@daydream/engine/model"
import { describe, expect, it } from "vitest"
import { embedTexts, embeddedText } from "./embedding.ts"
import { labelTexts } from "./label-texts.ts"
import { hashEmbedder } from "./testing/index.ts"

const prices = { ...defaultPrices, models: { hosted: { inputPerMillion: 1_000_000_000n, outputPerMillion: 0n } } }
const resources = () => ({ prices, budget: createBudget(null) })

/** A model that refuses texts with "bad" in them. */
function pickyEmbedder(): EmbeddingModel {
  const { model } = hashEmbedder()
  return {
    ...model,
    doEmbed: async (options) => {
      if (options.values.some((value) => value.includes("bad"))) throw new Error("refused")
      return model.doEmbed(options)
    },
  }
}

describe("embedding texts", () => {
  it("embeds each different text once, in calls of at most 64", async () => {
    const { calls, model } = hashEmbedder()
    const texts = Array.from({ length: 300 }, (_, i) => `text ${i % 150}`)
    const { isEmpty, matrix } = await embedTexts(model, [...texts, ""], resources())
    expect(calls.flat().toSorted()).toEqual([...new Set(texts)].toSorted())
    expect(Math.max(...calls.map((call) => call.length))).toBeLessThanOrEqual(64)
    expect(matrix.values.slice(0, 64)).toEqual(matrix.values.slice(150 * 64, 151 * 64))
    expect(isEmpty.indexOf(true)).toBe(300)
  })

  it("counts every token once, and reserves and settles what a hosted model costs", async () => {
    const { model } = hashEmbedder("hosted")
    const given = resources()
    const { tokens } = await embedTexts(model, ["one", "two words", "one", "three more words"], given)
    expect(tokens.reduce((a, b) => a + b)).toBe(6)
    expect([given.budget.spent, given.budget.reserved]).toEqual([6000n, 0n])
  })

  it("calls no model that the budget has no room for", async () => {
    const { calls, model } = hashEmbedder("hosted")
    const run = embedTexts(model, ["a text"], { prices, budget: createBudget(10n) })
    await expect(run).rejects.toMatchObject({ code: "budget_exceeded" })
    expect(calls).toEqual([])
  })

  it("marks a text that the model refuses and embeds the others", async () => {
    const { faults, isEmpty } = await embedTexts(pickyEmbedder(), ["good", "a bad one", "fine"], resources())
    expect([...faults.keys()]).toEqual([1])
    expect(faults.get(1)).toMatchObject({ code: "embedding_failed", isRetryable: true })
    expect(isEmpty).toEqual([false, true, false])
  })

  it("throws where the model refuses every text", async () => {
    await expect(embedTexts(pickyEmbedder(), ["bad", "bad too"], resources())).rejects.toMatchObject({
      code: "embedding_failed",
    })
  })

  it("throws where vectors are not what the variant was fitted on", async () => {
    const { model } = hashEmbedder()
    const run = embedTexts(model, ["text"], { ...resources(), expectedSize: 3 })
    await expect(run).rejects.toMatchObject({ code: "bad_embedding" })
  })

  it("reads the text columns, named where there are several, or all columns where none is text", () => {
    const subject = { name: "subject", type: "text" as const }
    const body = { name: "body", type: "text" as const }
    const price = { name: "price", type: "number" as const }
    const row = { subject: " hi ", body: null, price: 3 }
    expect(embeddedText([subject, price], row)).toBe("hi")
    expect(embeddedText([subject, body], row)).toBe("subject: hi")
    expect(embeddedText([price], row)).toBe("3")
    expect(embeddedText([body], row)).toBe("")
  })
})

it("labels that hold words are read as texts, with their glossary; codes are not", () => {
  const classes = ["card_arrival", "A1", "退款", "C3"]
  const field = { name: "intent", type: "enum" as const, classes, glossary: { C3: "complaint" } }
  expect(labelTexts(field)).toEqual([
    { label: 0, text: "card arrival" }, { label: 2, text: "退款" }, { label: 3, text: "C3: complaint" },
  ])
})
