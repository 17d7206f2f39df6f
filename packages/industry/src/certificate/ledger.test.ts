import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { attemptShare, openDeltaLedger, spendDelta } from "./index.ts"
import type { RecordedAttempt } from "./index.ts"

const createdAt = "2026-11-24T08:00:00.000Z"

describe("the delta ledger", () => {
  it("gives shares that sum to one and leave the first attempt nearly everything", () => {
    const shares = Array.from({ length: 60 }, (_, i) => attemptShare(i + 1))
    expect(shares.slice(0, 3)).toEqual([0.95, 0.025, 0.0125])
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
    expect(shares.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1)
  })

  it("never lets the attempts that used a row spend more than delta together", () => {
    const attempts = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 6 }), { maxLength: 25 })
    fc.assert(
      fc.property(attempts, (sets) => {
        const recorded: RecordedAttempt[] = []
        for (const [i, rows] of sets.entries()) {
          const next = { specHash: String(i), rowHashes: rows.map(String), delta: 0.05 }
          const { attempt, deltaSpent } = spendDelta(recorded, next)
          recorded.push({ ...next, attempt, deltaSpent, createdAt })
        }
        for (let row = 0; row <= 15; row++) {
          const spent = recorded.filter((a) => a.rowHashes.includes(String(row))).reduce((sum, a) => sum + a.deltaSpent, 0)
          expect(spent).toBeLessThanOrEqual(0.05 + 1e-12)
        }
      }),
    )
  })

  it("counts attempts that overlap through others as connected, and untouched rows as fresh", () => {
    const first = { specHash: "1", rowHashes: ["a", "b"], delta: 0.05, attempt: 1, deltaSpent: 0.0475, createdAt }
    const second = { specHash: "2", rowHashes: ["b", "c"], delta: 0.05, attempt: 2, deltaSpent: 0.00125, createdAt }
    expect(spendDelta([first, second], { specHash: "3", rowHashes: ["c"], delta: 0.05 }).attempt).toBe(3)
    expect(spendDelta([first, second], { specHash: "3", rowHashes: ["d"], delta: 0.05 })).toMatchObject({ attempt: 1, deltaSpent: 0.0475, deltaNext: expect.closeTo(0.00125, 12) as number })
  })

  it("refuses a delta that is no probability", () => {
    expect(() => spendDelta([], { specHash: "1", rowHashes: [], delta: 5 })).toThrow("between 0 and 1")
  })
})

describe("the ledger's folder", () => {
  let folder = ""
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "ledger-")), "deep", "delta")
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it("remembers attempts, and takes the same spec on the same rows for the same attempt", async () => {
    const attempt = { specHash: "s", rowHashes: ["a", "b"], delta: 0.05, createdAt }
    expect(await openDeltaLedger(folder).begin(attempt)).toMatchObject({ attempt: 1, isRepeated: false })
    expect(await openDeltaLedger(folder).begin({ ...attempt, specHash: "t" })).toMatchObject({ attempt: 2, deltaSpent: expect.closeTo(0.00125, 12) as number })
    expect(await openDeltaLedger(folder).begin(attempt)).toMatchObject({ attempt: 1, isRepeated: true, deltaSpent: 0.0475, deltaNext: expect.closeTo(0.000625, 12) as number })
    expect(await openDeltaLedger(folder).attempts()).toHaveLength(2)
  })

  it("never gives one number twice to writers at the same time, and leaves no scraps", async () => {
    const spends = await Promise.all(
      Array.from({ length: 12 }, (_, i) => openDeltaLedger(folder).begin({ specHash: `s${i}`, rowHashes: ["a"], delta: 0.05, createdAt })),
    )
    expect(spends.map((spend) => spend.attempt).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect((await readdir(folder)).every((name) => /^attempt-\d{6}\.json$/u.test(name))).toBe(true)
  })

  it("refuses to go on with a damaged record", async () => {
    const ledger = openDeltaLedger(folder)
    await ledger.begin({ specHash: "s", rowHashes: ["a"], delta: 0.05, createdAt })
    await writeFile(join(folder, "attempt-000001.json"), "{")
    await expect(ledger.begin({ specHash: "t", rowHashes: ["a"], delta: 0.05, createdAt })).rejects.toMatchObject({
      code: "ledger_damaged", texts: { zh: { message: expect.stringContaining("先前认证") as string } },
    })
  })
})
