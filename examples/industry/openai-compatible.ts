/** Asks any OpenAI-compatible server for a class, under a ceiling of money. Without DAYDREAM_MODEL_URL a stand-in answers. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { openKeyedCache } from "@daydream/engine/artifact"
import { defineFunction } from "@daydream/engine/function"
import { generateClass, providerFromEnvironment, withBudget, withCache, withRetry } from "@daydream/engine/model"
import { createBudget, defaultPrices, formatMoney, parseMoney } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"

const standIn = createServer((_request, response) => {
  const message = { role: "assistant", content: '{"label":"refund"}' }
  const usage = { prompt_tokens: 90, completion_tokens: 6 }
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }], usage }))
}).listen(0, "127.0.0.1")
await new Promise((resolve) => standIn.once("listening", resolve))
const url = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}/v1`
const environment = { DAYDREAM_MODEL_URL: url, DAYDREAM_MODEL_NAME: "stand-in", ...process.env }

const triage = defineFunction({ name: "triage", input: { message: "text" }, output: ["refund", "delivery", "other"] })
const server = providerFromEnvironment(environment)
if (server === null) throw new Error("unreachable: the address is set")
const model = server.languageModel()
const prices = {
  ...defaultPrices,
  models: { [model.modelId]: { inputPerMillion: parseMoney("0.50", "USD"), outputPerMillion: parseMoney("1.50", "USD") } },
}
const budget = createBudget(parseMoney("0.01 USD", "USD"))
const cache = await openKeyedCache("openai-compatible-cache")
const metered = withCache(withRetry(withBudget(model, { budget, prices }), { random: createRandom("example") }), cache)

const { classes } = triage.signature.output
for (const message of ["I want my money back", "I want my money back"]) {
  const system = `Answer with the class of the message: ${classes.join(", ")}.`
  const prompt = [{ role: "system" as const, content: system }, { role: "user" as const, content: [{ type: "text" as const, text: message }] }]
  const { index } = await generateClass(metered, { prompt, classes })
  console.log(`${message} → ${index === null ? "no class" : triage.toOutput(classes[index] ?? "")}`)
}
console.log(`spent ${formatMoney(budget.spent, prices.currency)}: the second answer came from the cache`)
await cache.close()
standIn.close()
