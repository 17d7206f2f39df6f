import { setTimeout as sleep } from "node:timers/promises"
import { openStore } from "@daydream/engine/storage"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createBudgetAdministration, createLedger } from "./index.ts"
import { contradictionsOf, load, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
beforeEach(async () => { trial = await openTrial() })
afterEach(async () => { await trial.end() })

test("while the database is away openings fail as such and closings wait for it", async () => {
  const tenant = newTenant()
  await createBudgetAdministration(trial.store).setBudget({ tenant, limit: 10n ** 12n, period: "total", alertsAt: [] })
  let address = trial.store.url
  const away = Promise.withResolvers<void>()
  const ledger = await createLedger(trial.store, { openTimeoutMs: 400, address: () => address, onTrouble: () => away.resolve() })
  const { seen, stop } = load(ledger, tenant, 24)
  await sleep(300)
  const [server] = await trial.store.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid")
  // The server comes back by itself; for the ledger it stays away until its address does.
  address = "postgres://nobody@127.0.0.1:1/none"
  process.kill(Number(server?.pid), "SIGKILL")
  // The processes of its connections notice a moment later.
  await away.promise
  const more = Array.from({ length: 8 }, () => openingOf(10n, [tenant]))
  const results = await Promise.allSettled(more.map((opening) => ledger.open(opening)))
  expect(results).toEqual(more.map(() => ({ status: "rejected", reason: expect.objectContaining({ code: "ledger_unavailable", isRetryable: true }) })))
  seen.unavailable.push(...more)
  const again = await openStore({ folder: trial.folder })
  address = again.url
  const before = seen.closed.length
  while (seen.closed.length < before + 50) await sleep(10)
  await stop()
  // What failed for its caller while it was on its way is closed a moment later.
  while ((await again.query("select 1 from fabric_ledger.request where outcome is null")).length > 0) await sleep(20)
  expect(await contradictionsOf(again, tenant, seen)).toEqual([])
  await again.query("delete from fabric_ledger.holder")
  await again.close()
})
