// A tenant that paid ahead can spend no more than that, however many calls it makes at once: the worst case of each call is
// reserved before it is sent, and what was not used is given back.
import { setTimeout as sleep } from "node:timers/promises"
import { silentLog } from "@daydream/fabric/observability"
import { startMockUpstream } from "@daydream/fabric/testing"
import { startServer } from "@daydream/server"
import OpenAI, { APIError } from "openai"

const upstream = await startMockUpstream()
const server = await startServer({ state: "prepaid", port: 0, log: silentLog })
const admin = async <T>(method: string, path: string, body?: object) => {
  const headers = { "authorization": `Bearer ${server.adminSecret}`, "content-type": "application/json" }
  const response = await fetch(`${server.address}/admin/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return (await response.json()) as T
}
await admin("POST", "/tenants", { id: "studio", billing: "prepaid" })
await admin("POST", "/tenants/studio/credit", { amount: "200000", id: "invoice-1" })
const { secret } = await admin<{ secret: string }>("POST", "/tenants/studio/keys", {})
await admin("PUT", "/prices", { side: "charge", subject: "gpu/*", validFrom: "2020-01-01T00:00:00Z", perMillion: { input: "1000000000", output: "1000000000" } })
await admin("PUT", "/networks", { networks: ["127.0.0.1/32"] })
await admin("PUT", "/pools/gpu", { kind: "openai", addresses: [upstream.url], models: ["small"] })

const client = new OpenAI({ baseURL: `${server.address}/v1`, apiKey: secret, maxRetries: 0 })
while (!(await client.models.list()).data.some((model) => model.id === "gpu/small"));
const call = () => client.chat.completions.create({ model: "gpu/small", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] })
const ends = await Promise.all(Array.from({ length: 20 }, () => call().then(() => "answered", (error) => (error as APIError).status)))
const refused = ends.filter((end) => end === 402).length
// Answers do not wait until what they left over is given back.
await sleep(500)
const { balance } = await admin<{ balance: string }>("GET", "/tenants/studio/credit")
const answered = ends.filter((end) => end === "answered").length
console.log(`${answered + refused} calls ended: some answered (${answered > 0}), some refused with 402 (${refused > 0})`)
console.log(`left: ${balance} of 200000, exactly 28000 less for each answer: ${BigInt(balance) === 200_000n - 28_000n * BigInt(answered)}`)
await server.close()
await upstream.close()
