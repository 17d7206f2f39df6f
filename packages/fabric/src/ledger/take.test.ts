import { afterAll, beforeAll, expect, test } from "vitest"
import { createLedger } from "./index.ts"
import type { Ledger, QuotaTake } from "./index.ts"
import { newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
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

let names = 0
const bucket = (limit: number, change: Partial<QuotaTake> = {}): QuotaTake =>
  ({ bucket: `take-${++names}`, kind: "requests", limit, windowSeconds: 86_400, amount: 1, ...change })

test("takes and openings share a bucket: what one has taken the other does not get", async () => {
  const quota = bucket(3)
  const tenant = newTenant()
  expect((await ledger.take([quota])).quotas).toMatchObject([{ bucket: quota.bucket, limit: 3, remaining: 2 }])
  expect((await ledger.open(openingOf(1n, [tenant], [quota]))).quotas).toMatchObject([{ remaining: 1 }])
  await ledger.take([quota])
  await expect(ledger.take([quota])).rejects.toMatchObject({ code: "quota_exceeded", facts: { bucket: quota.bucket, limit: 3 } })
  await expect(ledger.open(openingOf(1n, [tenant], [quota]))).rejects.toMatchObject({ code: "quota_exceeded" })
})

test("of many takes at once exactly as many succeed as there is room, and one that lacks one bucket takes from none", async () => {
  const [wide, narrow] = [bucket(100), bucket(7)]
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => ledger.take(at % 2 === 0 ? [wide, narrow] : [narrow, wide])))
  expect(results.filter((one) => one.status === "fulfilled")).toHaveLength(7)
  expect((await ledger.take([wide])).quotas).toMatchObject([{ remaining: 92 }])
})

test("a changed limit keeps what is used, and nothing to take asks nobody", async () => {
  const quota = bucket(10, { amount: 4 })
  await ledger.take([quota])
  expect((await ledger.take([{ ...quota, limit: 20 }])).quotas).toMatchObject([{ limit: 20, remaining: 12 }])
  expect(await ledger.take([])).toEqual({ quotas: [] })
  await expect(ledger.take([bucket(1, { kind: "concurrency" })])).rejects.toThrow(RangeError)
})
