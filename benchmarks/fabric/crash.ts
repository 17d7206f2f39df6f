/**
 * Kills replicas, PostgreSQL and its backends with SIGKILL at random moments under load, and compares after each recovery
 * what the upstream saw with what the ledger holds. Then: two replicas, 64 calls at once on a nearly empty budget.
 * Usage: node --conditions=source benchmarks/fabric/crash.ts [--rounds 20] [--seed 1] [--budgets 20]
 */
import { appendFileSync, closeSync, fstatSync, mkdtempSync, openSync, readSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { startUpstreamProcess } from "@daydream/fabric/testing"
import { actor, openFabric } from "./assemble.ts"
import { freePort } from "./child.ts"
import type { Child } from "./child.ts"
import type { GatewayFacts } from "./gateway-process.ts"
import { startOwnPostgres } from "./postgres.ts"

const { values } = parseArgs({ options: {
  rounds: { type: "string", default: "20" }, seed: { type: "string", default: "1" }, budgets: { type: "string", default: "20" },
} })
const random = createRandom("crash", values.seed)
/** Nano-units: 12 input tokens at 1,000 and 16 output tokens at 2,000. */
const callCharge = 12n * 1_000n + 16n * 2_000n
const leases = { leaseMs: 3_000, renewMs: 500, recoverMs: 500 }

await using postgres = await startOwnPostgres()
const logFile = join(mkdtempSync(join(tmpdir(), "daydream-benchmark-crash-")), "seen.jsonl")
appendFileSync(logFile, "")
await using upstream = await startUpstreamProcess({ kind: "mock", words: 16, firstWordMs: 4, wordMs: 1, log: { file: logFile } })
await using fabric = await openFabric({ url: postgres.url })
await fabric.setPool({ name: "mock", address: upstream.url })
await fabric.setRoute({ name: "chat", targets: ["mock/mock"] })
await fabric.configuration.setPrice(actor, { side: "charge", subject: "chat", validFrom: new Date(0), perMillion: { input: 1_000_000_000n, output: 2_000_000_000n } })
await fabric.configuration.setPrice(actor, { side: "cost", subject: "mock/mock", validFrom: new Date(0), perMillion: { input: 100_000_000n, output: 200_000_000n } })

const ports = [await freePort(), await freePort()]
const startReplica = (number: number) => fabric.gateway({ port: ports[number] as number, ledger: leases, logLevel: "silent" })
const replicas: Child<GatewayFacts>[] = [await startReplica(0), await startReplica(1)]

const body = (isStream: boolean) => JSON.stringify({ model: "chat", stream: isStream, max_tokens: 32, messages: [{ role: "user", content: "Say it." }] })
interface Answer {
  readonly status: number
  readonly id: string
  readonly isWhole: boolean
}
async function call(replica: number, key: string, isStream: boolean): Promise<Answer> {
  try {
    const response = await fetch(`http://127.0.0.1:${ports[replica]}/v1/chat/completions`, {
      method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${key}` }, body: body(isStream), signal: AbortSignal.timeout(20_000),
    })
    const id = response.headers.get("x-daydream-request-id") ?? ""
    const text = await response.text().catch(() => "")
    return { status: response.status, id, isWhole: response.status === 200 && text.includes(isStream ? "[DONE]" : `"finish_reason":"stop"`) }
  } catch {
    return { status: 0, id: "", isWhole: false }
  }
}

/** Ids of the attempts that the upstream saw since the last reading. */
let readUpTo = 0
function seenSince(): string[] {
  const descriptor = openSync(logFile, "r")
  const bytes = Buffer.alloc(fstatSync(descriptor).size - readUpTo)
  readSync(descriptor, bytes, 0, bytes.length, readUpTo)
  closeSync(descriptor)
  readUpTo += bytes.length
  return bytes.toString().split("\n").filter((line) => line.startsWith(`{"event":"begin"`)).map((line) => (JSON.parse(line) as { id: string }).id)
}

/** Repeats a query while the database comes back. */
async function query<R extends object>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
  for (const end = Date.now() + 30_000; ;) {
    try {
      return await fabric.store.query<R & Record<string, unknown>>(sql, parameters)
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(100)
    }
  }
}

async function closedAll(): Promise<boolean> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
    const [row] = await query<{ open: number }>("select ((select count(*) from fabric_ledger.request where outcome is null) + (select count(*) from fabric_ledger.attempt where outcome is null))::int as open")
    if (row?.open === 0) return true
  }
  return false
}

interface Facts {
  readonly tenant: string
  readonly limit: bigint
}

/** Compares; gives what is wrong. */
async function check(tenants: readonly Facts[], answers: readonly Answer[]): Promise<{ readonly wrong: string[]; readonly seen: number; readonly unknown: number }> {
  const wrong: string[] = []
  if (!await closedAll()) wrong.push("requests stay open")
  const seen = seenSince()
  const counts = new Map<string, number>()
  for (const id of seen) counts.set(id, (counts.get(id) ?? 0) + 1)
  const names = tenants.map(({ tenant }) => tenant)
  const rows = await query<{ id: string; outcome: string; charge: string; attempts: string[] }>(
    `select r.request_id as id, r.outcome, r.charge + coalesce((select sum(charge) from fabric_ledger.adjustment d where d.request_id = r.request_id), 0) as charge,
       (select array_agg(a.outcome order by a.opened_at) from fabric_ledger.attempt a where a.request_id = r.request_id) as attempts
     from fabric_ledger.request r where r.path[1] = any($1)`, [names])
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const [id, count] of counts) {
    const row = byId.get(id)
    if (row === undefined) wrong.push("the upstream saw an attempt that the ledger does not hold")
    else if (row.attempts.length !== count) wrong.push(`${row.attempts.length} entries for ${count} attempts (${row.attempts.join(", ")})`)
  }
  for (const { id, outcome, charge, attempts } of rows) {
    if (!counts.has(id) && attempts.some((one) => one === "completed")) wrong.push("the ledger holds a completed attempt that the upstream did not see")
    if (BigInt(charge) > callCharge && outcome === "completed") wrong.push(`a call is charged ${charge} instead of ${callCharge}`)
  }
  for (const { id, isWhole } of answers) {
    const row = byId.get(id)
    if (!isWhole) continue
    if (row === undefined) wrong.push("an answer has no entry")
    else if (row.outcome !== "unknown" && BigInt(row.charge) !== callCharge) wrong.push(`an answer is charged ${row.charge} (${row.outcome}) instead of ${callCharge}`)
  }
  for (const { tenant, limit } of tenants) {
    const [budget] = await fabric.budgets.budgets(tenant)
    const charged = await query<{ sum: string | null }>(
      `select coalesce(sum(charge), 0) + coalesce((select sum(d.charge) from fabric_ledger.adjustment d join fabric_ledger.request q using (request_id) where q.path[1] = $1), 0) as sum
       from fabric_ledger.request where path[1] = $1`, [tenant])
    const hours = await query<{ sum: string | null }>("select coalesce(sum(charge), 0) as sum from fabric_ledger.usage_hour where tenant = $1", [tenant])
    const sum = BigInt(charged[0]?.sum ?? 0)
    if (budget === undefined) wrong.push(`${tenant} has no budget`)
    else {
      if (budget.spent > limit) wrong.push(`the budget of ${limit} is passed: ${budget.spent}`)
      if (budget.spent !== sum) wrong.push(`the account says ${budget.spent}, its requests ${sum}`)
      if (budget.reserved !== 0n) wrong.push(`${budget.reserved} stays reserved`)
    }
    if (BigInt(hours[0]?.sum ?? 0) !== sum) wrong.push(`the hours say ${hours[0]?.sum}, the requests ${sum}`)
  }
  return { wrong, seen: seen.length, unknown: rows.filter((row) => row.outcome === "unknown").length }
}

const victims = ["replica 0", "replica 1", "PostgreSQL", "a backend"] as const
let totalSeen = 0
let totalUnknown = 0
let failures = 0
const killed: Record<string, number> = {}
for (let round = 1; round <= Number(values.rounds); round++) {
  // One tenant that has enough, and one whose budget ends in the middle.
  const tenants: Facts[] = [{ tenant: `rich-${round}`, limit: 10n ** 15n }, { tenant: `poor-${round}`, limit: callCharge * BigInt(50 + random.integer(200)) }]
  const keys: string[] = []
  for (const { tenant, limit } of tenants) {
    keys.push(await fabric.keyFor(tenant))
    await fabric.budgets.setBudget({ tenant, limit, period: "total", alertsAt: [0.5] })
  }
  const answers: Answer[] = []
  const phase = { isOver: false }
  const load = Promise.all(Array.from({ length: 32 }, async (_, index) => {
    for (let turn = index; !phase.isOver; turn++) {
      const answer = await call(turn % 2, keys[(turn >> 1) % 2] as string, turn % 3 === 0)
      answers.push(answer)
      if (answer.status !== 200) await sleep(20)
    }
  }))
  await sleep(150 + random.next() * 1_000)
  const victim = victims[random.integer(victims.length)] as typeof victims[number]
  killed[victim] = (killed[victim] ?? 0) + 1
  if (victim === "PostgreSQL") await postgres.kill()
  else if (victim === "a backend") await postgres.killBackend()
  else {
    const number = victim === "replica 0" ? 0 : 1
    await replicas[number]?.stop("SIGKILL")
    await sleep(random.next() * 300)
    replicas[number] = await startReplica(number)
  }
  await sleep(200 + random.next() * 300)
  phase.isOver = true
  await load
  const { wrong, seen, unknown } = await check(tenants, answers)
  for (const replica of replicas) if (replica.hasEnded) wrong.push(`a replica ended by itself: ${await replica.ended}`)
  totalSeen += seen
  totalUnknown += unknown
  if (wrong.length > 0) failures++
  console.log(`round ${round}: killed ${victim}; ${answers.filter((one) => one.isWhole).length} answers, ${seen} attempts seen, ${unknown} closed as unknown: ${
    wrong.length === 0 ? "right" : [...new Set(wrong)].map((one) => `${one} (${wrong.filter((other) => other === one).length})`).join("; ")}`)
}
console.log(`${values.rounds} rounds (${Object.entries(killed).map(([what, count]) => `${what} ${count}`).join(", ")}): ${totalSeen} attempts, ${totalUnknown} closed as unknown, ${failures} rounds wrong`)

let overshoots = 0
let answered = 0
for (let turn = 1; turn <= Number(values.budgets); turn++) {
  const tenant = `edge-${turn}`
  const key = await fabric.keyFor(tenant)
  // Room for a few worst cases: what 64 calls would spend is many times more.
  const limit = callCharge * BigInt(4 + random.integer(20))
  await fabric.budgets.setBudget({ tenant, limit, period: "total", alertsAt: [] })
  const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => call(index % 2, key, index % 3 === 0)))
  const { wrong } = await check([{ tenant, limit }], answers)
  answered += answers.filter((one) => one.isWhole).length
  const strange = answers.filter((one) => !one.isWhole && ![402, 429].includes(one.status))
  if (wrong.length > 0 || strange.length > 0) {
    overshoots++
    console.log(`budget ${turn}: ${[...wrong, ...strange.map((one) => `status ${one.status}`)].join("; ")}`)
  }
}
console.log(`two replicas, 64 calls at once on a nearly empty budget, ${values.budgets} times: ${answered} answered, ${overshoots} times passed or wrong`)
for (const replica of replicas) await replica.stop()
if (failures + overshoots > 0) process.exitCode = 1
