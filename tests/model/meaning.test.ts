/** What the 0.5B model takes texts to mean: near for what means the same, in both languages, whatever the words. */
import { embeddingModelContract } from "@daydream/engine/testing"
import { createRuntime } from "@daydream/runtime"
import type { Runtime } from "@daydream/runtime"
import { afterAll, beforeAll, expect, test } from "vitest"

const modelId = "qwen2.5-coder-0.5b/meaning"
let runtime: Runtime
beforeAll(() => {
  runtime = createRuntime({ contextTokens: 512, sequences: 1 })
})
afterAll(() => runtime.close())

embeddingModelContract(modelId, { open: async () => ({ model: await runtime.embeddingModel(modelId) }) })

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

test.each([
  ["我快饿死了", "有没有什么吃的", "船是什么时候沉的"],
  ["I'm starving", "is there any soup left", "when did the ship go down"],
])("%s is nearer to %s than to %s", async (said, near, far) => {
  const model = await runtime.embeddingModel(modelId)
  const [a, b, c] = (await model.doEmbed({ values: [said, near, far] })).embeddings as [number[], number[], number[]]
  expect(dot(a, b)).toBeGreaterThan(dot(a, c))
  expect(dot(a, a)).toBeCloseTo(1, 6)
})

test("a text longer than what is read is cut, and closing the runtime frees what was opened", async () => {
  const own = createRuntime({ contextTokens: 512, sequences: 1 })
  const model = await own.embeddingModel(modelId)
  const long = "雾里有一盏灯。".repeat(400)
  const { embeddings } = await model.doEmbed({ values: [long, long.slice(0, 600)] })
  expect(embeddings[0]).toEqual(embeddings[1])
  await own.close()
  await expect(model.doEmbed({ values: ["雾"] })).rejects.toMatchObject({ code: "language_model_closed" })
})
