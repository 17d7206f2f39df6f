/** The English embedder with its real weights, beside what the Python libraries make of the same files. */
import { embeddingModelContract } from "@daydream/engine/testing"
import { createRuntime } from "@daydream/runtime"
import type { Runtime } from "@daydream/runtime"
import { afterAll, beforeAll, expect, test } from "vitest"
import reference from "./reference-embeddings.json" with { type: "json" }

const modelId = "all-minilm-l6-v2"
let runtime: Runtime
beforeAll(() => {
  runtime = createRuntime()
})
afterAll(() => runtime.close())

embeddingModelContract(modelId, { open: async () => ({ model: await runtime.embeddingModel(modelId) }) })

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

test("vectors and token counts agree with Python's onnxruntime and tokenizers", async () => {
  const model = await runtime.embeddingModel(modelId)
  const { embeddings, usage } = await model.doEmbed({ values: reference.rows.map((row) => row.text) })
  expect(usage?.tokens).toBe(reference.rows.reduce((sum, row) => sum + row.tokens, 0))
  for (const [i, row] of reference.rows.entries()) {
    expect(dot(embeddings[i]!, row.embedding)).toBeGreaterThan(0.99999)
    expect(dot(embeddings[i]!, embeddings[i]!)).toBeCloseTo(1, 5)
  }
})

test("the same texts give the same numbers, in whatever company they come", async () => {
  const model = await runtime.embeddingModel(modelId)
  const texts = Array.from({ length: 100 }, (_, i) => `Transfer number ${i} did not arrive ${"yet ".repeat(i % 7)}`)
  const first = (await model.doEmbed({ values: texts })).embeddings
  const again = (await model.doEmbed({ values: texts.toReversed() })).embeddings.toReversed()
  expect(again).toEqual(first)
})

test("the caller's thread stays free while texts are embedded", async () => {
  const model = await runtime.embeddingModel(modelId)
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await model.doEmbed({ values: Array.from({ length: 200 }, (_, i) => `Where is my order ${i}?`) })
  clearInterval(timer)
  expect(turns).toBeGreaterThan(10)
})

test("an abort in the middle stops with its own reason", async () => {
  const model = await runtime.embeddingModel(modelId)
  const controller = new AbortController()
  const reason = new Error("enough")
  const work = model.doEmbed({
    values: Array.from({ length: 4000 }, (_, i) => `Where is my order ${i}?`),
    abortSignal: controller.signal,
  })
  setTimeout(() => controller.abort(reason), 20)
  await expect(Promise.resolve(work)).rejects.toBe(reason)
})

test("a runtime that may not download says how to get a missing model", async () => {
  const strict = createRuntime({ allowDownload: false, folder: "/nonexistent" })
  await expect(strict.embeddingModel(modelId)).rejects.toMatchObject({ code: "model_not_installed" })
  await expect(strict.languageModel(modelId)).rejects.toMatchObject({ code: "wrong_model_kind" })
})
