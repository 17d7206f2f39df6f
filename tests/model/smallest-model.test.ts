/** The smallest model, of another family and without a system text of its own: that nothing here is made for one model only. */
import { readAll, textOf } from "@daydream/engine/testing"
import { createRuntime } from "@daydream/runtime"
import { expect, test } from "vitest"

test("another family of models answers, streams and writes JSON; a closed model says so", async () => {
  const runtime = createRuntime({ contextTokens: 512, sequences: 1 })
  const model = await runtime.languageModel("smollm2-135m")
  expect(await runtime.languageModel("smollm2-135m")).toBe(model)
  const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Name a colour." }] }]
  expect(textOf(await model.doGenerate({ prompt, maxOutputTokens: 8 }))).not.toBe("")
  const parts = await readAll((await model.doStream({ prompt, maxOutputTokens: 8 })).stream)
  expect(parts.at(-1)?.type).toBe("finish")
  const schema = { type: "object", properties: { colour: { enum: ["red", "green", "blue"] } }, required: ["colour"] } as const
  const json = await model.doGenerate({ prompt, responseFormat: { type: "json", schema }, maxOutputTokens: 40 })
  expect(["red", "green", "blue"]).toContain((JSON.parse(textOf(json)) as { colour: string }).colour)
  await runtime.close()
  await expect(model.doGenerate({ prompt })).rejects.toMatchObject({ code: "language_model_closed" })
})
