// A model of your own behind the gateway: any AI SDK provider becomes a pool, and clients call it as they call any other,
// each by the key of its tenant. What they used is charged exactly.
import { setTimeout as sleep } from "node:timers/promises"
import type { LanguageModel } from "@daydream/engine/model"
import { silentLog } from "@daydream/fabric/observability"
import { startServer } from "@daydream/server"
import OpenAI from "openai"

const shouting: LanguageModel = {
  specificationVersion: "v4",
  provider: "example",
  modelId: "shout",
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const asked = prompt.findLast((message) => message.role === "user")?.content.map((part) => (part.type === "text" ? part.text : "")).join("") ?? ""
    const usage = { inputTokens: { total: 10 }, outputTokens: { total: 5 } }
    return { content: [{ type: "text", text: `${asked.toUpperCase()}!` }], finishReason: { unified: "stop", raw: "stop" }, usage, warnings: [] } as never
  },
  doStream: () => Promise.reject(new Error("This model does not stream.")),
}
const provider = { languageModel: () => shouting, embeddingModel: () => { throw new Error("no embeddings") } }

const server = await startServer({ state: "own-provider", port: 0, providers: { own: provider }, log: silentLog })
const admin = async <T>(method: string, path: string, body: object) => {
  const headers = { "authorization": `Bearer ${server.adminSecret}`, "content-type": "application/json" }
  const response = await fetch(`${server.address}/admin/v1${path}`, { method, headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}
await admin("PUT", "/prices", { side: "charge", subject: "loud", validFrom: "2020-01-01T00:00:00Z", perMillion: { input: "2000000000", output: "6000000000" } })
await admin("POST", "/tenants", { id: "acme", quotas: ["60-requests/min"] })
const { secret } = await admin<{ secret: string }>("POST", "/tenants/acme/keys", {})
await admin("PUT", "/pools/own", { kind: "sdk", models: ["shout"] })
await admin("PUT", "/routes/loud", { targets: [{ pool: "own", model: "shout" }] })

const client = new OpenAI({ baseURL: `${server.address}/v1`, apiKey: secret, maxRetries: 5 })
while (!(await client.models.list()).data.some((model) => model.id === "loud"));
const answer = await client.chat.completions.create({ model: "loud", messages: [{ role: "user", content: "hello" }] })
// The answer does not wait for its place in the sums.
await sleep(500)
const usage = await fetch(`${server.address}/admin/v1/tenants/acme/usage`, { headers: { authorization: `Bearer ${server.adminSecret}` } })
const { rows: [row], currency } = (await usage.json()) as { rows: [{ requests: number; charge: string }]; currency: string }
console.log(`${answer.choices[0]?.message.content} ${row.requests} request, ${row.charge} billionths of a ${currency}`)
await server.close()
