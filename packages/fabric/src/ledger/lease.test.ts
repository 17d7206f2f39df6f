import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createBudgetAdministration, createLedger, queryUsage, recoverExpired } from "./index.ts"
import { closingOf, faultsOf, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
beforeEach(async () => { trial = await openTrial() })
afterEach(async () => { await trial.end() })

const range = { from: new Date(0), to: new Date(Date.now() + 3_600_000) }

test("requests of a killed process are closed as unknown once its lease has expired, and not before", async () => {
  const tenant = newTenant()
  const budgets = createBudgetAdministration(trial.store)
  await budgets.setBudget({ tenant, limit: 50n, period: "total", alertsAt: [] })
  const ledger = await createLedger(trial.store, { recoverMs: 60_000 })
  const child = spawn(process.execPath, ["--conditions=source", join(import.meta.dirname, "lease.test.child.ts"), trial.store.url, tenant, "5"],
    { stdio: ["ignore", "pipe", "inherit"] })
  await once(child.stdout, "data")
  await expect(ledger.open(openingOf(10n, [tenant]))).rejects.toMatchObject({ code: "budget_exceeded" })
  // Alive for longer than its lease: nothing is taken from it.
  await sleep(1800)
  expect(await recoverExpired(trial.store)).toEqual({ holders: 0, requests: 0 })
  child.kill("SIGKILL")
  await once(child, "exit")
  let recovered = { holders: 0, requests: 0 }
  while (recovered.requests === 0) {
    await sleep(50)
    recovered = await recoverExpired(trial.store)
  }
  expect(recovered).toEqual({ holders: 1, requests: 5 })
  expect(await queryUsage(trial.store, { tenant, ...range })).toMatchObject([{ requests: 5, failed: 5, attempts: 5, charge: 0n, cost: 500n }])
  const place = { bucket: `${tenant}:places`, kind: "concurrency", limit: 5, windowSeconds: 1, amount: 5 } as const
  await ledger.open(openingOf(50n, [tenant], [place]))
  expect(await faultsOf(trial.store)).toEqual([])
  await ledger.shutdown()
})

test("a process that could not renew its own lease closes nothing of others", async () => {
  // None renews within its lease, as when the database is away for longer than that.
  const lease = { leaseMs: 500, renewMs: 60_000, recoverMs: 50 }
  const ledgers = await Promise.all([createLedger(trial.store, lease), createLedger(trial.store, lease)])
  const openings = ledgers.map(() => openingOf(10n, [newTenant()]))
  await Promise.all(openings.map(async (opening, index) => ledgers[index]?.open(opening)))
  await sleep(900)
  const closings = await Promise.all(openings.map(async (opening, index) => ledgers[index]?.close(closingOf(opening, 1n))))
  expect(closings).toEqual([{ isFirst: true }, { isFirst: true }])
  await Promise.all(ledgers.map((ledger) => ledger.shutdown()))
})
