import * as fc from "fast-check"
import { expect, it } from "vitest"
import { SparseBuilder } from "./matrix.ts"
import type { Design } from "./matrix.ts"
import { joinRows, rowsOf } from "./select-rows.ts"
import { complete, partOf } from "./steps.ts"
import type { Steps } from "./steps.ts"

function designOf(rows: readonly (readonly number[])[]): Design {
  const builder = new SparseBuilder()
  for (const row of rows) {
    row.forEach((value, i) => value !== 0 && builder.add(i, value))
    builder.endRow()
  }
  const dense = { rows: rows.length, columns: 3, values: Float32Array.from(rows.flat()) }
  return { rows: rows.length, sparse: builder.finish(3), dense }
}

const rows = fc.array(fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 3), fc.constantFrom(0, 5)), { maxLength: 8 })

it("joined designs hold the rows of both, and give each back", () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const joined = joinRows(designOf(a), designOf(b))
      expect(joined).toEqual(designOf([...a, ...b]))
      expect(rowsOf(joined, b.map((_, i) => a.length + i))).toEqual(designOf(b))
    }),
  )
})

it("a part of a longer computation tells its share of the whole, and gives its result", () => {
  function* work(): Steps<string> {
    yield { done: 0, total: 4 }
    yield { done: 2, total: 4 }
    return "done"
  }
  expect([...partOf(0.5, 1, work())]).toEqual([{ done: 0.5, total: 1 }, { done: 0.75, total: 1 }])
  expect(complete(partOf(0, 1, work()))).toBe("done")
})
