/** What a fresh embedded store begins with: the models that run in this process, priced by the core-seconds they take. */
import { defaultPrices } from "@daydream/engine/money"
import type { Nano } from "@daydream/engine/money"
import type { Configuration } from "@daydream/fabric/configuration"
import { machineActor } from "@daydream/fabric/tenancy"
import { catalogue } from "@daydream/runtime"

const chatModel = "qwen2.5-coder-1.5b"
const models = [chatModel, "qwen2.5-coder-0.5b", "all-minilm-l6-v2"] as const

/** Price of a million tokens at so many a core-second, rounded up. */
const perMillion = (tokensPerCoreSecond: number): Nano => {
  const rate = BigInt(Math.round(tokensPerCoreSecond * 1_000))
  return (defaultPrices.coreSecond * 1_000_000_000n + rate - 1n) / rate
}

/** Sets the pool `local`, the routes `chat` and `embedding`, and their costs. Tenants are charged what it costs until prices are set. */
export async function setUpEmbedded(configuration: Configuration): Promise<void> {
  const actor = machineActor("cli")
  await configuration.setPool(actor, {
    name: "local", kind: "embedded", models, acceptsPrefill: true, reportsLogprobs: true,
    // What the runtime holds at once, and for how many tokens.
    concurrency: 4, mostWaiting: 64, outputCap: 1_024, contextTokens: 4_096,
  })
  await configuration.setRoute(actor, { name: "chat", targets: [{ pool: "local", model: chatModel }] })
  await configuration.setRoute(actor, { name: "embedding", targets: [{ pool: "local", model: "all-minilm-l6-v2" }] })
  for (const model of models) {
    const speed = defaultPrices.localModels[model]
    if (speed === undefined) throw new Error(`${model} has no speed in the price list`)
    const isEmbedder = catalogue.some((entry) => entry.id === model && entry.kind === "embedder")
    await configuration.setPrice(actor, {
      side: "cost", subject: `local/${model}`, validFrom: new Date(0),
      perMillion: {
        input: perMillion(speed.inputTokensPerCoreSecond),
        ...(isEmbedder ? {} : { output: perMillion(speed.outputTokensPerCoreSecond) }),
      },
    })
  }
}
