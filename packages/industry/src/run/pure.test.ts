import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { cutBatches } from "./batches.ts"
import type { Rows } from "./batches.ts"
import { answeredRow, nameAddedColumns, outputColumns } from "./output-columns.ts"
import { decodePart, encodePart } from "./part.ts"
import type { Answer } from "./part.ts"
import { estimateRows, progressOf } from "./progress.ts"
import { TotalsCounter, restoreTotals, storeTotals } from "./totals.ts"

const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom("answered", "review", "other", "failed"),
  output: fc.option(fc.string()),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  by: fc.string(),
})

async function* stream(pieces: readonly number[]): AsyncGenerator<Rows> {
  let number = 0
  for (const rows of pieces) {
    const made = Array.from({ length: rows }, () => ({ number: ++number }))
    yield { rows: made, position: number }
  }
}

describe("cutting rows into batches", () => {
  test("loses and doubles no row, and its borders depend on row numbers alone", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.nat(40), { maxLength: 12 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 500 }),
      async (pieces, batchRows, firstRow) => {
        const total = pieces.reduce((sum, rows) => sum + rows, 0)
        const seen: number[] = []
        let next = firstRow
        for await (const { batch, rows, ...place } of cutBatches(stream(pieces), firstRow, batchRows)) {
          expect(place.firstRow).toBe(next)
          expect(batch.length).toBe(rows)
          expect(batch.map((row) => row.key)).toEqual(batch.map((_, index) => String(next + index)))
          seen.push(...batch.map((row) => Number(row.input["number"])))
          next += rows
          expect(rows).toBe(Math.min(batchRows, total - (place.firstRow - firstRow)))
        }
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1))
      },
    ))
  })

  test("a run continued at any batch border sees the batches that it would have seen", async () => {
    await fc.assert(fc.asyncProperty(fc.nat(300), fc.integer({ min: 1, max: 40 }), fc.nat(10), async (total, batchRows, done) => {
      const skipped = Math.min(done * batchRows, Math.floor(total / batchRows) * batchRows)
      const keys = async (batches: ReturnType<typeof cutBatches>) => {
        const all: string[] = []
        for await (const { batch } of batches) all.push(batch.map((row) => row.key).join())
        return all
      }
      const whole = await keys(cutBatches(stream([total]), 1, batchRows))
      const rest = await keys(cutBatches(stream([total - skipped]), skipped + 1, batchRows))
      expect(rest).toEqual(whole.slice(skipped / batchRows))
    }))
  })
})

test("a part gives back the answers that were put in, and equal answers give equal bytes", () => {
  fc.assert(fc.property(fc.array(answers), (list) => {
    const bytes = encodePart(list)
    expect(decodePart(bytes)).toEqual(list)
    expect(encodePart(list).equals(bytes)).toBe(true)
  }))
  const fault = { code: "x", texts: { en: "bad", zh: "坏" } }
  const failed: Answer = { status: "failed", output: null, confidence: 0, by: "a", fault }
  expect(decodePart(encodePart([failed]))).toEqual([failed])
})

test("added columns never take the name of an input column or of each other", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.constantFrom("confidence", "rung", "status", "suggestion", "label", "label_2", "status_2", "status_3")),
    fc.constantFrom("label", "status", "rung"),
    (columns, output) => {
      const added = nameAddedColumns(columns, output)
      const all = outputColumns(columns, added)
      expect(new Set(all).size).toBe(columns.length + 5)
      const row = Object.fromEntries(columns.map((name) => [name, `input ${name}`]))
      const out = answeredRow(row, { status: "answered", output: "yes", confidence: 0.5, by: "cheap" }, added)
      for (const name of columns) expect(out[name]).toBe(`input ${name}`)
      expect(out[added.output]).toBe("yes")
    },
  ))
})

test("totals of parts add up to the totals of the whole, also after being stored", () => {
  const outcome = { status: "review", by: "b", cost: 5n, usage: { operations: 2, tokens: [{ modelId: "m", inputTokens: 1, outputTokens: 2 }] } } as const
  const part = new TotalsCounter()
  part.add(outcome)
  const sum = new TotalsCounter()
  sum.addTotals(part.total)
  sum.addTotals(restoreTotals(storeTotals(part.total)))
  const whole = new TotalsCounter()
  whole.add(outcome)
  whole.add(outcome)
  expect(sum.total).toEqual(whole.total)
  expect(whole.total).toMatchObject({ rows: 2, review: 2, cost: 10n, byRung: { b: 2 } })
})

test("progress is estimated from the bytes read, and from nothing where nothing is known", () => {
  expect(estimateRows(10, 100, 1000)).toBe(100)
  expect(estimateRows(0, 100, 1000)).toBeUndefined()
  expect(estimateRows(10, 100, 0)).toBeUndefined()
  expect(progressOf({ phase: "label", rows: 60, rowsBefore: 10, totalRows: 110, elapsedMs: 1000, failedRows: 1 }))
    .toEqual({ phase: "label", rows: 60, totalRows: 110, rowsPerSecond: 50, secondsLeft: 1, failedRows: 1 })
  expect(progressOf({ phase: "label", rows: 5, rowsBefore: 5, totalRows: undefined, elapsedMs: 0, failedRows: 0 }))
    .toEqual({ phase: "label", rows: 5, rowsPerSecond: 0, failedRows: 0 })
})
