import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createBudgetAdministration, createLedger } from "./index.ts"
import { contradictionsOf, load, newTenant, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
beforeEach(async () => { trial = await openTrial() })
afterEach(async () => { await trial.end() })

test("a database that crashes under load loses nothing that was acknowledged and doubles nothing", async () => {
  const tenant = newTenant()
  await createBudgetAdministration(trial.store).setBudget({ tenant, limit: 10n ** 12n, period: "total", alertsAt: [] })
  const troubles: unknown[] = []
  const ledger = await createLedger(trial.store, { openTimeoutMs: 10_000, onTrouble: (error) => troubles.push(error) })
  const { seen, stop } = load(ledger, tenant, 24)
  for (let crash = 0; crash < 2; crash++) {
    await sleep(150 + 170 * crash)
    // A killed connection process makes the server cut all connections and recover from its log.
    const [backend] = await trial.store.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'daydream-ledger' order by random() limit 1")
    if (backend !== undefined) process.kill(backend.pid, "SIGKILL")
    const before = seen.closed.length
    while (seen.closed.length < before + 50) await sleep(10)
  }
  await stop()
  expect(troubles.length).toBeGreaterThan(0)
  expect(seen.unavailable).toEqual([])
  expect(await contradictionsOf(trial.store, tenant, seen)).toEqual([])
  await ledger.shutdown()
})
