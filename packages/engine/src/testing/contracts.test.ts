import { describe, expect, test } from "vitest"
import { createMockEmbeddingModel, createMockLanguageModel, embeddingModelContract, languageModelContract } from "./index.ts"

languageModelContract("the mock", { open: async () => ({ model: createMockLanguageModel() }) })
languageModelContract("the mock that scores", {
  open: async () => ({ model: createMockLanguageModel({ score: ({ continuations }) => continuations.map(() => 1 / 4) }) }),
})
embeddingModelContract("the mock", { open: async () => ({ model: createMockEmbeddingModel() }) })

describe("the mock model", () => {
  test("keeps its calls and throws what it is told to", async () => {
    const model = createMockLanguageModel({ answer: (_, call) => (call === 1 ? new Error("first fails") : `answer ${call}`) })
    const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "hi" }] }]
    await expect(model.doGenerate({ prompt })).rejects.toThrow("first fails")
    expect((await model.doGenerate({ prompt })).content).toEqual([{ type: "text", text: "answer 2" }])
    expect(model.calls).toHaveLength(2)
  })
})
