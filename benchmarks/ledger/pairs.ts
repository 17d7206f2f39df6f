/**
 * Pairs of opening and closing a second, durable, with budgets: the ledger's group commits against one transaction a
 * call. `pairs.ts [pairs] [callers] [quotas]`
 */
import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, readFile, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { openStore } from "@daydream/engine/storage"
import { createBudgetAdministration, createLedger, timeOrderedId } from "@daydream/fabric/ledger"
import type { Ledger, QuotaTake } from "@daydream/fabric/ledger"
import { createNaiveLedger } from "./naive.ts"

const [count = "20000", callers = "32", withQuotas] = process.argv.slice(2)
const tenants = 8
const tokens = { input: 800, cachedInput: 0, cacheWrite: 0, imageInput: 0, audioInput: 0, output: 120, reasoning: 0, audioOutput: 0, isEstimated: false }

const folder = await mkdtemp(join(tmpdir(), "daydream-bench-ledger-"))
await chmod(folder, 0o755)
const store = await openStore({ folder, connections: 40 })
const budgets = createBudgetAdministration(store)
for (const tenant of ["root", ...Array.from({ length: tenants }, (_, index) => `tenant-${index}`)])
  await budgets.setBudget({ tenant, limit: 10n ** 18n, period: "month", alertsAt: [0.8, 1] })

const quotasOf = (tenant: number): QuotaTake[] => (withQuotas === undefined ? [] : [
  { bucket: `key:k${tenant}:tokens`, kind: "tokens", limit: 1e9, windowSeconds: 60, amount: 5000 },
  { bucket: `tenant:${tenant}:places`, kind: "concurrency", limit: 1000, windowSeconds: 1, amount: 1 },
])

async function pair(ledger: Pick<Ledger, "open" | "close">, caller: number): Promise<void> {
  const tenant = caller % tenants
  const requestId = timeOrderedId(Date.now())
  const attemptId = timeOrderedId(Date.now())
  const quotas = quotasOf(tenant)
  await ledger.open({ requestId, tenantPath: [`tenant-${tenant}`, "root"], keyId: `k${tenant}`, api: "chat", model: "chat",
    mostCharge: 90_000n, quotas, attempt: { attemptId, pool: "cloud", targetModel: "some-model", mostCost: 60_000n } })
  await ledger.close({ requestId, outcome: "completed", charge: 30_000n, tokens, quotaUsed: quotas.length === 0 ? {} : { [`key:k${tenant}:tokens`]: 920 },
    attempt: { attemptId, outcome: "completed", tokens, cost: 20_000n, totalMs: 900, firstTokenMs: 120, upstreamId: `chatcmpl-${randomUUID()}`, answeredModel: "some-model" } })
}

/** Ticks of 10 ms that the server's processes used (Linux; 0 elsewhere). */
async function serverTicks(): Promise<number> {
  try {
    const server = (await readFile(join(store.folder ?? "", "data", "postmaster.pid"), "utf8")).split("\n")[0]
    const stats = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")))
    const fields = stats.map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" "))
    return fields.filter((field) => field[1] === server).reduce((sum, field) => sum + Number(field[11]) + Number(field[12]), 0)
  } catch {
    return 0
  }
}

async function measure(name: string, ledger: Pick<Ledger, "open" | "close">, pairs: number) {
  const run = async (total: number) => {
    let left = total
    await Promise.all(Array.from({ length: Number(callers) }, async (_, caller) => { while (left-- > 0) await pair(ledger, caller) }))
  }
  await run(Math.ceil(pairs / 10))
  const ticks = await serverTicks()
  const cpu = process.cpuUsage()
  const started = performance.now()
  await run(pairs)
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = pairs / seconds
  console.log(`${name}: ${perSecond.toFixed(0)} pairs/s; CPU a pair: node ${((user + system) / pairs).toFixed(0)} µs, PostgreSQL ${(((await serverTicks()) - ticks) * 10_000 / pairs).toFixed(0)} µs`)
  return { perSecond, cpu: (user + system + ((await serverTicks()) - ticks) * 10_000) / pairs }
}

const ledger = await createLedger(store)
const ours = await measure("group commit", ledger, Number(count))
await ledger.shutdown()
const naive = await measure("one transaction a call", await createNaiveLedger(store), Math.ceil(Number(count) / 5))
console.log(`ratio: ${(ours.perSecond / naive.perSecond).toFixed(1)} times the pairs, ${(naive.cpu / ours.cpu).toFixed(1)} times less CPU a pair`)
await store.close()
await rm(folder, { recursive: true, force: true })
