import { expect, test } from "vitest"
import { countTokens, estimateTokens, tokenCount } from "./estimate.ts"
import { parseCall } from "./parse.ts"

test("counts as OpenAI's encoding does, marks of special tokens included as text", async () => {
  expect(await countTokens("hello world")).toBe(2)
  expect(await countTokens("<|endoftext|>")).toBeGreaterThan(1)
  expect(await countTokens("")).toBe(0)
})

test("a long text is counted in slices, a very long one by samples, and both come near", async () => {
  const sentence = "The quick brown fox jumps over the lazy dog near the river bank. "
  const one = await countTokens(sentence)
  for (const times of [3_000, 30_000]) {
    const counted = await countTokens(sentence.repeat(times))
    expect(counted / (one * times)).toBeGreaterThan(0.9)
    expect(counted / (one * times)).toBeLessThan(1.1)
  }
})

test("an estimate is marked as one and never above the bound", async () => {
  const call = parseCall("chat", {
    model: "m", tools: [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }],
    messages: [{ role: "system", content: "Be short." }, { role: "user", content: [{ type: "text", text: "天气怎么样？" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] }],
  })
  const tokens = await estimateTokens(call, "Sunny.")
  expect(tokens).toMatchObject({ isEstimated: true, output: 2, imageInput: 1_000 })
  expect(tokens.input).toBeGreaterThan(20)
  expect(tokens.input + tokens.imageInput).toBeLessThan(call.mostInputTokens)
})

test("counts a prompt for count_tokens", async () => {
  const call = parseCall("count-tokens", { model: "m", system: "Be short.", messages: [{ role: "user", content: "Hello" }] })
  expect(tokenCount(await estimateTokens(call, ""))).toEqual({ input_tokens: 11 })
})

test("counts embeddings by text and by number", async () => {
  expect((await estimateTokens(parseCall("embeddings", { model: "m", input: ["hello world", "hello"] }), "")).input).toBeGreaterThanOrEqual(3)
  expect((await estimateTokens(parseCall("embeddings", { model: "m", input: [5, 6, 7, 8] }), "")).input).toBeGreaterThanOrEqual(4)
})
