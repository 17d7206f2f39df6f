import { describe, expect, test } from "vitest"
import { readRefusal, safeMessage } from "./refusal.ts"

const secrets = { secret: "hush-hush", hosts: ["gpu-7.internal:8000", "gpu-7.internal"], body: "{}", model: "m" }
const refusal = (status: number, body: unknown, request = "{}") =>
  readRefusal(status, {}, typeof body === "string" ? body : JSON.stringify(body), { ...secrets, body: request }, 0)

describe("bodies of the usual servers", () => {
  test.each([
    ["OpenAI", { error: { message: "no quota", type: "insufficient_quota", param: null, code: "insufficient_quota" } }, "insufficient_quota", "no quota"],
    ["Anthropic", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded_error", "Overloaded"],
    ["vLLM, old", { object: "error", message: "bad", type: "BadRequestError", param: null, code: 400 }, "BadRequestError", "bad"],
    ["Ollama", { error: "model 'x' not found" }, undefined, "model 'x' not found"],
    ["FastAPI", { detail: "Not Found" }, undefined, "Not Found"],
    ["plain text", "upstream connect error", undefined, "upstream connect error"],
    ["a proxy's page", "<html><h1>502</h1></html>", undefined, "The upstream answered with status 429."],
    ["an empty body", "", undefined, "The upstream answered with status 429."],
    ["JSON that is no object", "[1]", undefined, "The upstream answered with status 429."],
  ])("%s", (_, body, code, message) => {
    const failure = refusal(429, body)
    expect([failure.code, failure.message]).toEqual([code, message])
  })

  test.each([
    ["vLLM", "This model's maximum context length is 4096 tokens. However, you requested 5000"],
    ["Anthropic", "prompt is too long: 210000 tokens > 200000 maximum"],
    ["llama.cpp", "the request exceeds the available context size (4096 tokens), try increasing it"],
    ["SGLang", "The input is too long: Requested token count exceeds the model's maximum context length"],
  ])("a prompt that is too long is told the same way by every server: %s", (_, message) => {
    expect(refusal(400, { error: { message } }).code).toBe("context_length_exceeded")
  })
})

test("a name of the model that is asked for may be shown, what stands in the prompt may not", () => {
  const body = JSON.stringify({ model: "a-very-long-name-of-a-model", messages: [{ content: 'He said: "this is between us"\nand left.' }] })
  const text = safeMessage('no a-very-long-name-of-a-model for He said: "this is between us" and', { ...secrets, body, model: "a-very-long-name-of-a-model" })
  expect(text).toContain("no a-very-long-name-of-a-model for")
  expect(text).not.toContain("between us")
})
