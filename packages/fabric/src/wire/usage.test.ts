import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { JsonValue, MeteredTokens } from "../call/index.ts"
import { chatUsage, messagesUsage, readAnthropicUsage, readOpenAiUsage, responsesUsage } from "./usage.ts"

const sum = (t: MeteredTokens): number =>
  t.input + t.cachedInput + t.cacheWrite + t.imageInput + t.audioInput + t.output + t.reasoning + t.audioOutput

describe("what upstreams report", () => {
  test("OpenAI's details are parts of the main counts", () => {
    const { tokens, doubt } = readOpenAiUsage({
      prompt_tokens: 100, completion_tokens: 50, total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40, audio_tokens: 10 }, completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 5 },
    })
    expect(tokens).toEqual({ input: 50, cachedInput: 40, cacheWrite: 0, imageInput: 0, audioInput: 10, output: 15, reasoning: 30, audioOutput: 5, isEstimated: false })
    expect(doubt).toBeNull()
  })

  test("Responses and embeddings have their own names", () => {
    expect(readOpenAiUsage({ input_tokens: 9, output_tokens: 4, input_tokens_details: { cached_tokens: 2 } }).tokens).toMatchObject({ input: 7, cachedInput: 2, output: 4 })
    expect(readOpenAiUsage({ prompt_tokens: 9, total_tokens: 9 }).tokens).toMatchObject({ input: 9, output: 0 })
  })

  test("Anthropic's cached tokens stand beside the input, its thinking is a part of the output", () => {
    expect(readAnthropicUsage({
      input_tokens: 7, cache_read_input_tokens: 20, cache_creation_input_tokens: 30, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 },
    }).tokens).toMatchObject({ input: 7, cachedInput: 20, cacheWrite: 30, output: 5, reasoning: 4 })
  })

  test("parts greater than their whole are clamped and told", () => {
    const { tokens, doubt } = readOpenAiUsage({ prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 9 } })
    expect(tokens).toMatchObject({ input: 0, cachedInput: 5 })
    expect(doubt).toContain("cached_tokens")
  })

  test("main counts that cannot be true are as good as none, and told", () => {
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e15, "7", {}] as JsonValue[]) {
      const reading = readOpenAiUsage({ prompt_tokens: bad, completion_tokens: 3 })
      expect(reading.tokens).toBeNull()
      expect(reading.doubt).toContain("prompt_tokens")
      expect(readAnthropicUsage({ input_tokens: 3, output_tokens: bad }).tokens).toBeNull()
    }
  })

  test("whatever is reported, classes are whole, never negative, and never sum to more than the main counts", () => {
    const count = fc.oneof(fc.nat(1000), fc.constantFrom<JsonValue>(-3, 1e20, null, "x", 2.5), fc.constant(undefined))
    const details = fc.record({ cached_tokens: count, audio_tokens: count, image_tokens: count, cache_write_tokens: count, reasoning_tokens: count }, { requiredKeys: [] })
    fc.assert(fc.property(fc.nat(1000), fc.nat(1000), details, details, (input, output, a, b) => {
      const { tokens } = readOpenAiUsage({ prompt_tokens: input, completion_tokens: output, prompt_tokens_details: a, completion_tokens_details: b })
      expect(sum(tokens!)).toBe(input + output)
      const counts = Object.values(tokens!).filter((value) => typeof value === "number")
      expect(counts.filter((value) => !Number.isInteger(value) || value < 0)).toEqual([])
    }))
  })
})

test("what is written is read back to the same sums, in every API", () => {
  const count = fc.nat(1000)
  fc.assert(fc.property(count, count, count, count, count, (input, cachedInput, cacheWrite, output, reasoning) => {
    const tokens: MeteredTokens = { input, cachedInput, cacheWrite, imageInput: 0, audioInput: 0, output, reasoning, audioOutput: 0, isEstimated: false }
    for (const usage of [readOpenAiUsage(chatUsage(tokens)), readOpenAiUsage(responsesUsage(tokens)), readAnthropicUsage(messagesUsage(tokens))]) {
      expect(sum(usage.tokens!)).toBe(sum(tokens))
      expect(usage.tokens!.cachedInput).toBe(cachedInput)
      expect(usage.doubt).toBeNull()
    }
  }))
})
