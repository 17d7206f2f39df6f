// Any language model with the AI SDK's interface can answer; here one of our own. It needs no label, and is measured
// like every other way of answering: the table shows what it gives and costs.
import { defineFunction } from "@daydream/engine/function"
import type { LanguageModel } from "@daydream/engine/model"
import { defaultPrices } from "@daydream/engine/money"
import { compile } from "@daydream/industry/compile"

const keywordModel: LanguageModel = {
  specificationVersion: "v4",
  provider: "example",
  modelId: "keywords",
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const asked = JSON.stringify(prompt.at(-1))
    const text = JSON.stringify({ label: /money|refund|charged/u.test(asked) ? "refund" : "delivery" })
    const usage = { inputTokens: { total: asked.length / 4 }, outputTokens: { total: 5 } }
    return { content: [{ type: "text", text }], finishReason: { unified: "stop", raw: "stop" }, usage, warnings: [] } as never
  },
  doStream: () => Promise.reject(new Error("This model does not stream.")),
}

const topic = defineFunction({
  name: "topic",
  instruction: "What is the message about?",
  input: { message: "text" },
  output: ["refund", "delivery"],
})
const prices = { ...defaultPrices, models: { keywords: { inputPerMillion: 150_000_000n, outputPerMillion: 600_000_000n } } }
const languageModel = { reference: "example/keywords", open: async () => keywordModel }
const compiled = await compile(topic, [], { target: 0.9, languageModel, prices })
for (const message of ["I was charged twice", "Where is my parcel?"]) {
  const { value, cost } = await compiled.call({ message })
  console.log(`${message} → ${value} (${cost} billionths of a dollar)`)
}
