/**
 * Requests a second with durable metering, added latency, and memory under many streams, beside a bare proxy and peers.
 * Usage: node --conditions=source benchmarks/fabric/throughput.ts [--rounds 3] [--seconds 5] [--minutes 2] [--peers portkey,litellm]
 *   [--folder <where peers are installed>] [--profile <folder>]
 */
import { mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { startUpstreamProcess } from "@daydream/fabric/testing"
import { actor, openFabric } from "./assemble.ts"
import { processorSeconds, residentMegabytes, startScript } from "./child.ts"
import { quantile, startLoader } from "./load.ts"
import type { LoadResult, LoadTask } from "./load-process.ts"
import { startLiteLlm, startPortkey } from "./peers.ts"
import { probeDisk } from "./disk.ts"
import { holdStreams } from "./streams.ts"

const { values } = parseArgs({ options: {
  rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "5" }, minutes: { type: "string", default: "2" },
  streams: { type: "string", default: "500" }, rate: { type: "string", default: "300" },
  peers: { type: "string", default: "portkey,litellm" }, folder: { type: "string", default: join(tmpdir(), "daydream-benchmark-peers") },
  profile: { type: "string" },
} })
const seconds = Number(values.seconds)
const wanted = new Set(values.peers.split(",").filter((name) => name !== ""))
mkdirSync(values.folder, { recursive: true })

const prompt = "You are a careful clerk. Sort this message into one of the known classes and say its name alone. ".repeat(4)
const body = (model: string, more: object = {}) => JSON.stringify({
  model, max_tokens: 64, messages: [{ role: "system", content: prompt }, { role: "user", content: "Where is my parcel?" }], ...more,
})

interface Contender {
  readonly name: string
  /** Processes whose processor time counts as the gateway's. */
  readonly pids: () => Promise<readonly number[]>
  readonly task: Pick<LoadTask, "url" | "path" | "headers" | "body">
}

await using upstream = await startUpstreamProcess({ kind: "mock", words: 16 })
const root = new URL(upstream.url).origin
await using fabric = await openFabric()
await fabric.setPool({ name: "mock", address: upstream.url })
await fabric.setRoute({ name: "chat", targets: ["mock/mock"] })
for (const [side, subject] of [["charge", "chat"], ["cost", "mock/mock"]] as const)
  await fabric.configuration.setPrice(actor, { side, subject, validFrom: new Date(0), perMillion: { input: 150_000_000n, output: 600_000_000n } })
await fabric.budgets.setBudget({ tenant: "root", limit: 10n ** 18n, period: "month", alertsAt: [0.8] })
const key = await fabric.keyFor("acme", { quotas: [
  { kind: "requests", limit: 10_000_000, windowSeconds: 60 }, { kind: "tokens", limit: 10_000_000_000, windowSeconds: 60 }, { kind: "concurrency", limit: 2_000 },
] })
await fabric.budgets.setBudget({ tenant: "acme", limit: 10n ** 17n, period: "month", alertsAt: [0.8] })
await using gateway = await fabric.gateway({}, values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`])
await using bare = await startScript<{ url: string }>("bare-proxy.ts", { upstream: root })

const chat = "/v1/chat/completions"
const ledgerPids = async () => {
  const rows = await fabric.store.query<{ pid: number }>("select pid from pg_stat_activity where application_name = 'daydream-ledger'")
  return rows.map(({ pid }) => pid)
}
const direct: Contender = { name: "the mock upstream itself", pids: async () => [upstream.processId], task: { url: root, path: chat, headers: {}, body: body("mock") } }
const ours: Contender = { name: "Daydream, metered durably", pids: async () => [gateway.pid, ...await ledgerPids()], task: { url: gateway.facts.url, path: chat, headers: { authorization: `Bearer ${key}` }, body: body("chat") } }
const proxy: Contender = { name: "bare node:http proxy", pids: async () => [bare.pid], task: { url: bare.facts.url, path: chat, headers: {}, body: body("mock") } }
const contenders: Contender[] = [direct, proxy, ours]
const servers: AsyncDisposable[] = []
if (wanted.has("portkey")) {
  const peer = await startPortkey(values.folder)
  servers.push(peer.server)
  contenders.push({ name: peer.name, pids: async () => [peer.server.pid], task: { url: peer.url, path: chat, body: body("mock"), headers: {
    authorization: "Bearer none", "x-portkey-provider": "openai", "x-portkey-custom-host": upstream.url } } })
}
if (wanted.has("litellm")) {
  const peer = await startLiteLlm(values.folder, upstream.url)
  servers.push(peer.server)
  contenders.push({ name: `${peer.name}, no database`, pids: async () => [peer.server.pid], task: { url: peer.url, path: peer.path, headers: peer.headers, body: body("chat") } })
}
await using loader = await startLoader()

// What durability costs is the disk's word: told, since others may keep it busy.
const disk = probeDisk(fabric.store.folder ?? tmpdir())
console.log(`fdatasync of 8 kB on the database's disk: p50 ${disk.p50.toFixed(2)} ms, p99 ${disk.p99.toFixed(2)} ms`)

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const report = (name: string, result: LoadResult) =>
  `${name}: ${Math.round(result.requests / result.seconds)} requests/s, p50 ${quantile(result, 0.5).toFixed(2)} ms, p99 ${quantile(result, 0.99).toFixed(2)} ms, failed ${result.failed}`

// Everybody warms up; then rounds in turn, so that what else the machine does hits all alike.
for (const { task } of contenders) await loader.run({ kind: "closed", ...task, connections: 32, seconds: Math.max(4, seconds) })
const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
const costs = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const { name, task, pids } of contenders) {
    const processes = await pids()
    const before = processes.map(processorSeconds)
    const result = await loader.run({ kind: "closed", ...task, connections: 32, seconds })
    const spent = processes.map((pid, index) => (processorSeconds(pid) - (before[index] ?? 0)) * 1e6 / result.requests)
    rates.get(name)?.push(result.requests / result.seconds)
    costs.get(name)?.push(spent.reduce((sum, one) => sum + one, 0))
    console.log(`round ${round}, 32 connections, ${report(name, result)}, processor ${spent.map((one) => one.toFixed(0)).join(" + ")} µs a request`)
  }
}
console.log("\n| gateway | requests/s (median) | of the bare proxy's | processor µs a request |\n|---|---:|---:|---:|")
const rateOf = (contender: Contender) => median(rates.get(contender.name) ?? [])
for (const contender of contenders)
  console.log(`| ${contender.name} | ${Math.round(rateOf(contender))} | ${(100 * rateOf(contender) / rateOf(proxy)).toFixed(1)} % | ${median(costs.get(contender.name) ?? []).toFixed(0)} |`)
for (const peer of contenders.slice(3)) console.log(`${ours.name}: ${(rateOf(ours) / rateOf(peer)).toFixed(1)} times ${peer.name}`)

const rate = Number(values.rate)
const open = new Map<string, LoadResult[]>()
const openRounds = rate > 0 ? Number(values.rounds) : 0
for (let round = 1; round <= openRounds; round++) {
  for (const contender of [direct, proxy, ours]) {
    const result = await loader.run({ kind: "open", ...contender.task, connections: 8, seconds: Math.max(seconds, 10), rate })
    open.set(contender.name, [...open.get(contender.name) ?? [], result])
  }
}
const latency = (contender: Contender, share: number) => median((open.get(contender.name) ?? []).map((result) => quantile(result, share)))
if (rate > 0) console.log(`\nopen loop, ${rate} requests/s (medians of the rounds):`)
for (const contender of rate > 0 ? [direct, proxy, ours] : []) {
  const added = (share: number) => (latency(contender, share) - latency(direct, share)).toFixed(2)
  console.log(`${contender.name}: p50 ${latency(contender, 0.5).toFixed(2)} ms, p99 ${latency(contender, 0.99).toFixed(2)} ms; added p50 ${added(0.5)}, p99 ${added(0.99)} ms`)
}

const minutes = Number(values.minutes)
if (minutes > 0) {
  await using slow = await startUpstreamProcess({ kind: "mock", words: 200, wordMs: 50, firstWordMs: 50 })
  await fabric.setPool({ name: "slow", address: slow.url })
  await fabric.setRoute({ name: "slow", targets: ["slow/mock"] })
  await sleep(3_000)
  const streams = Number(values.streams)
  const held = holdStreams({ ...ours.task, body: body("slow", { stream: true, max_tokens: 200 }) }, streams)
  const samples: number[] = []
  await sleep(20_000)
  const startedAt = performance.now()
  while (performance.now() - startedAt < minutes * 60_000) {
    samples.push(residentMegabytes(gateway.pid))
    await sleep(5_000)
  }
  const { completed, broken, tokens } = await held.stop()
  const part = Math.max(1, Math.floor(samples.length / 5))
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
  console.log(`\n${streams} streams at once for ${minutes} min: ${completed} completed, ${broken} broken, ${tokens} events; resident memory at first ${
    mean(samples.slice(0, part)).toFixed(0)} MB, at last ${mean(samples.slice(-part)).toFixed(0)} MB, most ${Math.max(...samples).toFixed(0)} MB`)
}
for (const server of servers) await server[Symbol.asyncDispose]()
