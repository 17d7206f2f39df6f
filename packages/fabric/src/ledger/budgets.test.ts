import { afterAll, beforeAll, expect, test } from "vitest"
import { createBudgetAdministration, createLedger } from "./index.ts"
import type { Ledger } from "./index.ts"
import { closingOf, faultsOf, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
let ledger: Ledger

beforeAll(async () => {
  trial = await openTrial()
  ledger = await createLedger(trial.store)
})

afterAll(async () => {
  await ledger.shutdown()
  await trial.end()
})

test("budgets that are set together count what was spent and what is open, of their tenants and of those below", async () => {
  const budgets = createBudgetAdministration(trial.store)
  const [above, below, other] = [newTenant(), newTenant(), newTenant()]
  const done = openingOf(30n, [below, above])
  await ledger.open(done)
  await ledger.close(closingOf(done, 30n))
  const open = [openingOf(5n, [below, above]), openingOf(7n, [above]), openingOf(11n, [other])]
  for (const one of open) await ledger.open(one)
  await budgets.setBudget({ tenant: other, period: "day", limit: 50n, alertsAt: [] })
  await budgets.setBudgets([
    { tenant: above, period: "month", limit: 100n, alertsAt: [1, 0.5] }, { tenant: above, period: "total", limit: 200n, alertsAt: [] },
    { tenant: below, period: "month", limit: 60n, alertsAt: [] }, { tenant: other, period: "day", limit: 70n, alertsAt: [0.8] },
  ])
  expect(await budgets.budgets(above)).toMatchObject([
    { period: "month", limit: 100n, spent: 30n, reserved: 12n, alertsAt: [0.5, 1] }, { period: "total", limit: 200n, spent: 30n, reserved: 12n },
  ])
  expect(await budgets.budgets(below)).toMatchObject([{ limit: 60n, spent: 30n, reserved: 5n }])
  expect(await budgets.budgets(other)).toMatchObject([{ limit: 70n, spent: 0n, reserved: 11n, alertsAt: [0.8] }])
  for (const one of open) await ledger.close(closingOf(one, 2n))
  expect(await budgets.budgets(above)).toMatchObject([{ spent: 34n, reserved: 0n }, { spent: 34n, reserved: 0n }])
  expect(await faultsOf(trial.store)).toEqual([])
  await budgets.setBudgets([])
})
