import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createMockLanguageModel, promptText } from "../testing/index.ts"
import { generateClass, modelErrors, readClass } from "./index.ts"
import type { CallOptions, Prompt } from "./index.ts"

const prompt: Prompt = [{ role: "user", content: [{ type: "text", text: "win money now" }] }]
const classes = ["spam", "not spam", "其他"]
const options = { prompt, classes }

describe("reading a class", () => {
  test.each([
    ["spam", 0], [" spam", 0], ["SPAM\n", 0], ["ｓｐａｍ", 0], ['"spam"', 0], ["“其他”", 2], ["其他。", 2], ["Not  Spam.", 1],
    ['{"label":"spam"}', 0], ['{ "label": " Not spam" }', 1], ['{"answer":"spam"}', 0], ['```json\n{"label":"spam"}\n```', 0], ["**spam**", 0],
  ])("%j is understood", (answer, index) => expect(readClass(answer, classes)).toBe(index))

  test.each([
    "", " ", "spam or not spam", "This is spam because of the money.", "{}", '{"label":null}', '{"a":"spam","b":"not spam"}', "spa", '{"label":{"x":"spam"}}',
  ])("%j is no answer", (answer) => expect(readClass(answer, classes)).toBeNull())

  test("an exact match goes before a tolerant one", () => {
    expect(readClass("Spam", ["spam", "Spam"])).toBe(1)
    expect(readClass("SPAM", ["spam", "Spam"])).toBe(0)
    expect(readClass('{"label": true}', ["true", "false"])).toBe(0)
    expect(readClass("1", ["1", "2"])).toBe(0)
  })

  test("every class is found as it is written, alone and in JSON, whatever it looks like", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }).filter((name) => name.trim() === name && name !== ""), { minLength: 2 }), (names) => {
      for (const [index, name] of names.entries()) expect(readClass(JSON.stringify({ label: name }), names)).toBe(index)
    }))
  })
})

describe("asking for a class", () => {
  test("goes by token probabilities where there are some", async () => {
    const model = createMockLanguageModel({ score: () => [0.2, 0.1, 0.1] })
    const choice = await generateClass(model, options)
    expect(choice.index).toBe(0)
    expect([...(choice.probabilities ?? [])].map((p) => Number(p.toFixed(6)))).toEqual([0.5, 0.25, 0.25])
    expect(model.calls).toHaveLength(1)
  })

  test.each([
    ["the server gives none", () => { throw modelErrors.no_token_probabilities({ modelId: "mock", inputTokens: 0, outputTokens: 0 }) }],
    ["they say nothing", () => [0, 0, 0]],
  ])("asks for JSON where %s", async (_, score: () => number[]) => {
    const model = createMockLanguageModel({ score, answer: () => '{"label":"其他"}' })
    expect(await generateClass(model, options)).toMatchObject({ index: 2, probabilities: null })
    expect(model.calls.at(-1)).toMatchObject({ temperature: 0, responseFormat: { type: "json", schema: { properties: { label: { enum: classes } } } } })
  })

  test("repairs an answer once, in the language asked for", async () => {
    const model = createMockLanguageModel({ answer: (_, call) => (call === 1 ? "I think it is bad" : "spam") })
    const choice = await generateClass(model, { ...options, language: "zh" })
    expect(choice.index).toBe(0)
    const second = promptText((model.calls[1] as CallOptions).prompt)
    expect(second).toContain("I think it is bad")
    expect(second).toContain("请只回答下列类别中的一个")
    expect(choice.usage.tokens).toHaveLength(1)
    expect(choice.usage.tokens[0]?.inputTokens).toBeGreaterThan(promptText(prompt).length / 4)
  })

  test("gives the row a fault where that does not help", async () => {
    const model = createMockLanguageModel({ answer: () => "Sorry, I cannot." })
    const choice = await generateClass(model, options)
    expect(choice).toMatchObject({ index: null, fault: { code: "not_a_class", isRetryable: false } })
    expect(choice.fault?.texts.zh).toContain("Sorry")
    expect(model.calls).toHaveLength(2)
  })

  test("throws what the call throws", async () => {
    const model = createMockLanguageModel({ answer: () => new Error("no such model") })
    await expect(generateClass(model, options)).rejects.toThrow("no such model")
  })
})
