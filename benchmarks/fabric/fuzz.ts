/**
 * Hostile requests over every endpoint, on raw sockets: no 500, no crash, no hang, and 502 to 504 never, since the
 * upstream behind does not fail.
 * Usage: node --conditions=source benchmarks/fabric/fuzz.ts [--requests 20000] [--seed 1] [--connections 32]
 */
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { startUpstreamProcess } from "@daydream/fabric/testing"
import { actor, openFabric } from "./assemble.ts"
import { residentMegabytes } from "./child.ts"
import { hostileRequest } from "./fuzz-requests.ts"
import type { AdminEndpoint, Hostile, Keys } from "./fuzz-requests.ts"

const { values } = parseArgs({ options: {
  requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" }, connections: { type: "string", default: "32" },
} })
const total = Number(values.requests)
const answerMs = 20_000

await using upstream = await startUpstreamProcess({ kind: "misbehaving", script: [{ kind: "answer" }], words: 4 })
await using fabric = await openFabric()
await fabric.setPool({ name: "mock", address: upstream.url })
await fabric.setRoute({ name: "chat", targets: ["mock/mock"] })
await fabric.configuration.setPrice(actor, { side: "charge", subject: "chat", validFrom: new Date(0), perMillion: { input: 1_000n, output: 1_000n } })
await fabric.budgets.setBudget({ tenant: "root", limit: 10n ** 18n, period: "month", alertsAt: [] })
const keys: Keys = {
  inference: await fabric.keyFor("acme"), usage: await fabric.keyFor("acme", { scopes: ["usage"] }),
  admin: await fabric.keyFor("fuzz", { scopes: ["admin", "inference", "usage"] }),
}
await fabric.tenancy.addTenant(actor, { id: "fuzz-child", parentId: "fuzz" })
const gateway = await fabric.gateway()
const port = Number(new URL(gateway.facts.url).port)

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: AdminEndpoint["body"] } } } }>>>>
}
async function adminEndpoints(): Promise<AdminEndpoint[]> {
  const response = await fetch(`${gateway.facts.url}/admin/v1/openapi.json`)
  if (!response.ok) return []
  const { paths } = (await response.json()) as Described
  return Object.entries(paths).flatMap(([path, acts]) => Object.entries(acts).map(([method, act]): AdminEndpoint =>
    ({ method: method.toUpperCase(), path, body: act.requestBody?.content["application/json"].schema })))
}
const admin = await adminEndpoints()
console.log(`${admin.length} endpoints of the admin API beside the inference endpoints`)

/** Sends and gives the status; 0: closed without an answer; -1: neither answered nor closed. */
const send = ({ bytes, isSound }: Hostile) => new Promise<{ readonly status: number; readonly text: string }>((resolve) => {
  const socket = connect({ host: "127.0.0.1", port })
  let text = ""
  let hasFailed = false
  const finish = (status: number) => {
    clearTimeout(timer)
    socket.destroy()
    resolve({ status, text })
  }
  const timer = setTimeout(finish, answerMs, -1)
  const statusOf = () => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  socket.on("connect", () => {
    socket.write(bytes)
    // What is not whole is never answered in full; its end is told.
    if (!isSound) socket.end()
  })
  socket.on("data", (data) => {
    text = text.length < 8_000 ? text + data.toString("latin1") : text
    while (text.startsWith("HTTP/1.1 100")) text = text.slice(text.indexOf("\r\n\r\n") + 4)
    if (isSound && statusOf() >= 200 && text.includes("\r\n\r\n")) finish(statusOf())
  })
  socket.on("error", () => { hasFailed = true })
  socket.on("close", () => finish(hasFailed && text === "" && !isSound ? 0 : statusOf()))
})

const counts = new Map<number, number>()
const byKind = new Map<string, number>()
const wrong = new Map<string, { count: number; example: string }>()
const note = (what: string, hostile: Hostile) => {
  const held = wrong.get(what) ?? { count: 0, example: hostile.bytes.subarray(0, 600).toString("latin1") }
  held.count++
  wrong.set(what, held)
}
let sent = 0
const startedAt = performance.now()
await Promise.all(Array.from({ length: Number(values.connections) }, async (_, lane) => {
  const random = createRandom("fuzz", values.seed, lane)
  while (sent < total && !gateway.hasEnded) {
    const number = ++sent
    const hostile = hostileRequest(keys, admin, random)
    const { status, text } = await send(hostile)
    counts.set(status, (counts.get(status) ?? 0) + 1)
    byKind.set(hostile.kind, (byKind.get(hostile.kind) ?? 0) + 1)
    if (status === -1) note(`${hostile.kind}: hangs`, hostile)
    else if (status === 0 && hostile.isSound) note(`${hostile.kind}: closed without an answer`, hostile)
    else if (status >= 500 && status !== 501) note(`${hostile.kind}: ${status} ${/"code":\s*"(\w+)"/.exec(text)?.[1] ?? ""}`, hostile)
    for (const secret of Object.values(keys)) if (text.includes(secret) && !hostile.bytes.includes(secret)) note(`${hostile.kind}: tells a key`, hostile)
    if (number % 10_000 === 0) console.log(`${number} requests, ${Math.round(number / (performance.now() - startedAt) * 1_000)}/s, resident ${residentMegabytes(gateway.pid).toFixed(0)} MB`)
  }
}))
if (gateway.hasEnded) note(`the gateway ended: ${await gateway.ended}`, { bytes: Buffer.alloc(0), kind: "", isSound: true })
else {
  const check = await fetch(`${gateway.facts.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${keys.inference}` }, body: `{"model":"chat","messages":[{"role":"user","content":"x"}]}` })
  if (check.status !== 200) note(`a sound call afterwards: ${check.status} ${await check.text()}`, { bytes: Buffer.alloc(0), kind: "", isSound: true })
  await sleep(500)
  const [open] = await fabric.store.query<{ count: number }>("select count(*)::int as count from fabric_ledger.request where outcome is null")
  if (open?.count !== 0) note(`${open?.count} requests stay open in the ledger`, { bytes: Buffer.alloc(0), kind: "", isSound: true })
}
console.log(`\n${sent} requests in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n\n| status | requests |\n|---|---:|`)
for (const [status, count] of [...counts].toSorted(([a], [b]) => a - b)) console.log(`| ${status === 0 ? "closed" : status === -1 ? "no answer" : status} | ${count} |`)
console.log(`\nby kind: ${[...byKind].map(([kind, count]) => `${kind} ${count}`).join(", ")}`)
for (const [what, { count, example }] of wrong) console.log(`\nWRONG ${what} (${count})\n${JSON.stringify(example)}`)
console.log(wrong.size === 0 ? "\nnothing wrong" : `\n${wrong.size} kinds of wrong`)
await gateway.stop()
if (wrong.size > 0) process.exitCode = 1
