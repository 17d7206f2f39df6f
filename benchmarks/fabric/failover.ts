/**
 * Sixteen ways in which an upstream fails, streamed through and buffered: what the client got, what the upstreams saw,
 * what the ledger holds. Beside it the same cases through Portkey's gateway.
 * Usage: node --conditions=source benchmarks/fabric/failover.ts [--scale 0.1] [--peer portkey|none] [--folder <where the peer is installed>]
 */
import { mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { startMisbehavingUpstream } from "@daydream/fabric/testing"
import type { Behaviour, Script, TestUpstream } from "@daydream/fabric/testing"
import { actor, openFabric } from "./assemble.ts"
import { answerWords, cases } from "./failover-cases.ts"
import type { Case, Mode } from "./failover-cases.ts"
import { ask, isAnswer } from "./failover-client.ts"
import type { Told } from "./failover-client.ts"
import { startPortkey } from "./peers.ts"

const { values } = parseArgs({ options: {
  scale: { type: "string", default: "0.1" }, peer: { type: "string", default: "portkey" },
  folder: { type: "string", default: join(tmpdir(), "daydream-benchmark-peers") },
} })
const scale = Number(values.scale)
const modes: readonly Mode[] = ["stream", "buffer"]
const waitMs = 60_000 * scale + 15_000
const timeouts = { connectMs: 2_000, firstTokenMs: 10_000 * scale, stallMs: 10_000 * scale, totalMs: 60_000 * scale + 10_000 }
const downSeconds = 60
const calls = 20
/** Nano-units for an output token; the prompt is free, so that a charge tells the tokens. */
const tokenPrice = 1_000n

interface Pair extends AsyncDisposable {
  readonly primary: TestUpstream
  readonly fallback: TestUpstream
}
async function startPair(primary: Script, fallback: Script = [{ kind: "answer" }]): Promise<Pair> {
  const [first, second] = await Promise.all([primary, fallback].map((script) => startMisbehavingUpstream({ script, words: answerWords, scale, wordMs: 2 })))
  const pair = { primary: first as TestUpstream, fallback: second as TestUpstream }
  return { ...pair, [Symbol.asyncDispose]: async () => void await Promise.all([pair.primary.close(), pair.fallback.close()]) }
}

await using fabric = await openFabric()
const key = await fabric.keyFor("acme")
await fabric.budgets.setBudget({ tenant: "acme", limit: 10n ** 15n, period: "total", alertsAt: [] })
await fabric.configuration.setPrice(actor, { side: "charge", subject: "case-*", validFrom: new Date(0), perMillion: { input: 0n, output: tokenPrice * 1_000_000n } })
await fabric.configuration.setPrice(actor, { side: "cost", subject: "a-*", validFrom: new Date(0), perMillion: { input: 0n, output: 1_000_000n } })
await using gateway = await fabric.gateway()

let made = 0
/** A route of its own for each case and mode, so that no breaker remembers another case. */
async function routeOver(pair: Pair, mode: Mode): Promise<string> {
  const number = ++made
  await fabric.setPool({ name: `a-${number}`, address: pair.primary.url, acceptsPrefill: true })
  await fabric.setPool({ name: `b-${number}`, address: pair.fallback.url, acceptsPrefill: true })
  await fabric.setRoute({ name: `case-${number}`, targets: [`a-${number}/mock`, `b-${number}/mock`], mode, attempts: 3, continues: true, timeouts })
  for (;;) {
    const response = await fetch(`${gateway.facts.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    if ((await response.text()).includes(`"case-${number}"`)) return `case-${number}`
    await sleep(20)
  }
}
const askUs = (model: string) =>
  ask({ url: gateway.facts.url, headers: { authorization: `Bearer ${key}` }, model, isStream: true, waitMs })

interface Entries {
  readonly outcome: string | null
  readonly charge: bigint
  readonly output: number
  readonly isEstimated: boolean
  readonly attempts: readonly { readonly pool: string; readonly outcome: string | null }[]
}
/** What the ledger holds of a request, once it is closed. */
async function entriesOf(id: string): Promise<Entries | null> {
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await fabric.store.query<{ outcome: string | null; charge: string; tokens: number[]; is_estimated: boolean }>(
      "select outcome, charge, tokens, is_estimated from fabric_ledger.request where request_id = $1", [id])
    if (row?.outcome != null) {
      const attempts = await fabric.store.query<{ pool: string; outcome: string | null }>(
        "select pool, outcome from fabric_ledger.attempt where request_id = $1 order by opened_at", [id])
      return { outcome: row.outcome, charge: BigInt(row.charge), output: row.tokens[5] ?? 0, isEstimated: row.is_estimated, attempts }
    }
    await sleep(20)
  }
  return null
}

/** What is wrong with the outcome of a case; empty: all is right. */
async function judge(given: Case, mode: Mode, told: Told, pair: Pair): Promise<string[]> {
  const wrong: string[] = []
  const { right, primary, fallback } = given[mode]
  if (right === "answer" && !isAnswer(told)) wrong.push(told.isHung ? "the client hangs" : `the client has no whole answer (status ${told.status}, ${told.errorCode})`)
  if (right !== "answer" && told.errorCode !== right.code) wrong.push(`the client is told ${told.errorCode}, status ${told.status}`)
  // What follows a malformed chunk may be on its way already when the gateway breaks off.
  const saw = (upstream: TestUpstream) => upstream.attempts.map(({ behaviour, wordsSent }) => behaviour === "malformed" ? Math.min(wordsSent, 20) : wordsSent).join(",")
  if (saw(pair.primary) !== primary.join(",")) wrong.push(`the primary said ${saw(pair.primary)} words instead of ${primary.join(",")}`)
  if (saw(pair.fallback) !== fallback.join(",")) wrong.push(`the fallback said ${saw(pair.fallback)} words instead of ${fallback.join(",")}`)
  const entries = await entriesOf(told.id)
  if (entries === null) return [...wrong, "the request is not closed in the ledger"]
  if (entries.attempts.length !== pair.primary.attempts.length + pair.fallback.attempts.length || entries.attempts.some((one) => one.outcome === null))
    wrong.push(`${entries.attempts.length} entries in the ledger: ${JSON.stringify(entries.attempts)}`)
  if (entries.charge !== BigInt(entries.output) * tokenPrice) wrong.push(`the charge ${entries.charge} is not that of ${entries.output} tokens`)
  const isTold = right === "answer" && (mode === "buffer" || fallback.length === 0 || primary[0] === 0)
  if (isTold && entries.output !== answerWords) wrong.push(`${entries.output} tokens are charged instead of ${answerWords}`)
  if (right === "answer" && !isTold && !(entries.output >= answerWords && entries.isEstimated)) wrong.push("the estimate is too low, or not marked")
  if (right !== "answer" && entries.charge !== 0n) wrong.push(`a refusal is charged ${entries.charge}`)
  return wrong
}

/** The primary is down for a minute, then healthy: twenty calls, one every six seconds. */
async function recovery(askOne: () => Promise<Told>, pair: Pair): Promise<string[]> {
  const wrong: string[] = []
  const startedAt = Date.now()
  for (let call = 0; call < calls; call++) {
    await sleep(Math.max(0, startedAt + call * 6_000 * scale - Date.now()))
    if (!isAnswer(await askOne())) wrong.push(`call ${call + 1} is not answered`)
  }
  const healthyAt = (pair.primary.attempts[0]?.startedAt ?? startedAt) + downSeconds * 1_000 * scale
  const whileDown = pair.primary.attempts.filter((attempt) => attempt.startedAt < healthyAt).length
  if (whileDown > 6) wrong.push(`the primary was asked ${whileDown} times while it was down`)
  // The longest cool-down is 15 s, whatever the scale of the rest.
  for (const end = Date.now() + 16_000; pair.primary.attempts.at(-1)?.wordsSent !== answerWords; await sleep(500)) {
    if (Date.now() > end) return [...wrong, "the primary does not serve again"]
    if (!isAnswer(await askOne())) wrong.push("a call after the recovery is not answered")
  }
  return wrong
}

const answers: Behaviour = { kind: "answer" }
const troubles: readonly Behaviour[] = [
  answers, answers, answers, answers, answers, answers, { kind: "status", status: 500 }, { kind: "reset" }, { kind: "cut", after: 30 }, { kind: "malformed", after: 10 },
  { kind: "no-done" }, { kind: "status", status: 429 },
]
/** Sixty-four calls, eight at once, over two upstreams that fail by chance: every attempt has one entry, and each request is charged once. */
async function accounting(mode: Mode): Promise<string[]> {
  const random = createRandom("accounting", mode)
  const script = Array.from({ length: 400 }, () => troubles[random.integer(troubles.length)] as Behaviour)
  const byTurn: Script = (attempt) => script[attempt % script.length] as Behaviour
  await using pair = await startPair(byTurn, (attempt) => script[(attempt + 200) % script.length] as Behaviour)
  const model = await routeOver(pair, mode)
  const spentBefore = (await fabric.budgets.budgets("acme"))[0]?.spent ?? 0n
  const told: Told[] = []
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let call = 0; call < 8; call++) told.push(await askUs(model))
  }))
  const wrong: string[] = []
  let charges = 0n
  for (const one of told) {
    const seen = [...pair.primary.attempts, ...pair.fallback.attempts].filter((attempt) => attempt.id === one.id).length
    // Refused while both breakers were open: sent nowhere, so there is no entry.
    if (seen === 0 && one.status === 503) continue
    const entries = await entriesOf(one.id)
    const sent = entries?.attempts.filter((attempt) => attempt.outcome !== "not-sent").length ?? -1
    if (sent !== seen) wrong.push(`${sent} entries for ${seen} attempts`)
    if (entries !== null) charges += entries.charge
    if (isAnswer(one) && (entries === null || entries.charge < BigInt(answerWords) * tokenPrice)) wrong.push(`an answer is charged ${entries?.charge}`)
    if (!isAnswer(one) && one.isWhole) wrong.push("a part of an answer is told as a success")
  }
  const [budget] = await fabric.budgets.budgets("acme")
  if ((budget?.spent ?? 0n) - spentBefore !== charges) wrong.push(`the account grew by ${(budget?.spent ?? 0n) - spentBefore} for charges of ${charges}`)
  if (budget?.reserved !== 0n) wrong.push(`${budget?.reserved} is still reserved`)
  return wrong
}

type Verdict = string[] | null
const table = new Map<string, Record<string, Verdict>>()
const note = (name: string, column: string, wrong: Verdict) => {
  table.set(name, { ...table.get(name), [column]: wrong })
  if (wrong !== null && wrong.length > 0) console.log(`${name}, ${column}: ${wrong.join("; ")}`)
}

const down: Script = [{ kind: "down", seconds: downSeconds }]
for (const mode of modes) {
  for (const given of cases) {
    await using pair = await startPair(given.primary, given.fallback)
    const told = await askUs(await routeOver(pair, mode))
    await sleep(60)
    note(given.name, `Daydream, ${mode}`, await judge(given, mode, told, pair))
  }
  await using pair = await startPair(down)
  const model = await routeOver(pair, mode)
  note(`primary down for ${downSeconds} s, then healthy (${calls} calls)`, `Daydream, ${mode}`, await recovery(() => askUs(model), pair))
  note("accounting on failover", `Daydream, ${mode}`, await accounting(mode))
}

// Its own choice, falling back on every error, would ask in vain where a call is refused for good.
const transientStatuses = [408, 429, 500, 502, 503, 504]
let peerName = ""
if (values.peer === "portkey") {
  mkdirSync(values.folder, { recursive: true })
  const peer = await startPortkey(values.folder)
  peerName = peer.name
  const targetOf = (upstream: TestUpstream) => ({
    provider: "openai", api_key: "none", custom_host: upstream.url, request_timeout: timeouts.firstTokenMs,
    retry: { attempts: 1, on_status_codes: transientStatuses, use_retry_after_header: true },
  })
  const askPeer = (pair: Pair, mode: Mode) => ask({
    url: peer.url, model: "mock", isStream: mode === "stream", waitMs,
    headers: { authorization: "Bearer none", "x-portkey-config": JSON.stringify({ strategy: { mode: "fallback", on_status_codes: transientStatuses }, targets: [targetOf(pair.primary), targetOf(pair.fallback)] }) },
  })
  for (const mode of modes) {
    for (const given of cases) {
      await using pair = await startPair(given.primary, given.fallback)
      const told = await askPeer(pair, mode)
      const { right } = given[mode]
      const wrong = right === "answer" ? isAnswer(told) ? [] : [told.isHung ? "hangs" : `no whole answer (status ${told.status}, told as ${told.isWhole ? "whole" : "broken"})`]
        : told.errorCode !== right.code ? [`told ${told.errorCode}`] : pair.fallback.attempts.length > 0 ? ["the fallback was asked in vain"] : []
      note(given.name, `peer, ${mode}`, wrong)
    }
    await using pair = await startPair(down)
    note(`primary down for ${downSeconds} s, then healthy (${calls} calls)`, `peer, ${mode}`, await recovery(() => askPeer(pair, mode), pair))
    note("accounting on failover", `peer, ${mode}`, null)
  }
  await peer.server.stop()
}

const columns = [...modes.map((mode) => `Daydream, ${mode}`), ...(peerName === "" ? [] : modes.map((mode) => `peer, ${mode}`))]
console.log(`\n| case | ${columns.map((column) => column.replace("peer", peerName)).join(" | ")} |\n|---|${columns.map(() => "---").join("|")}|`)
for (const [name, row] of table) {
  const cells = columns.map((column) => row[column] === null ? "keeps no account" : row[column]?.length === 0 ? "right" : "wrong")
  console.log(`| ${name} | ${cells.join(" | ")} |`)
}
const rights = (column: string) => [...table.values()].filter((row) => row[column]?.length === 0).length
console.log(`| **right** | ${columns.map((column) => `${rights(column)} of ${table.size}`).join(" | ")} |`)
if (modes.some((mode) => rights(`Daydream, ${mode}`) < table.size)) process.exitCode = 1
