import * as fc from "fast-check"
import { expect, test } from "vitest"
import { createDelimitedParser } from "./delimited.ts"

function parse(pieces: readonly string[], delimiter = ",", maxCellCharacters = 1_000) {
  const records: { cells: string[]; line: number }[] = []
  const parser = createDelimitedParser({ path: "t.csv", delimiter, maxCellCharacters })
  for (const piece of pieces) parser.push(piece, (cells, line) => records.push({ cells, line }))
  parser.end((cells, line) => records.push({ cells, line }))
  return records
}

const cellsOf = (text: string, delimiter?: string) => parse([text], delimiter).map((record) => record.cells)

test("cells, quotes, line breaks and blank lines are read as RFC 4180 says", () => {
  expect(cellsOf('a,b\r\n1,"x, ""y""\r\nz"\r\n\r\n,\n')).toEqual([["a", "b"], ["1", 'x, "y"\r\nz'], ["", ""]])
  expect(cellsOf('a\n""\nb')).toEqual([["a"], [""], ["b"]])
  expect(cellsOf('a,"b"')).toEqual([["a", "b"]])
  expect(cellsOf('a,"b",')).toEqual([["a", "b", ""]])
  expect(cellsOf('5" pipe,b"c\n')).toEqual([['5" pipe', 'b"c']])
})

test("each record knows the line that it begins in", () => {
  expect(parse(['a,b\n"1\n2",x\n\n3,"y"\n4,z']).map((record) => record.line)).toEqual([1, 2, 5, 6])
})

test("however the text is cut into pieces, the records are the same", () => {
  const alphabet = fc.constantFrom("a", "é", "中", "😀", ",", '"', "\n", "\r\n", ";", " ", "")
  const text = fc.array(alphabet, { maxLength: 12 }).map((parts) => parts.join(""))
  const table = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(200), { maxLength: 8 }), fc.boolean(), (rows, newline, cuts, ends) => {
      const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
      const written = rows.map((row) => row.map(quote).join(",")).join(newline) + (ends ? newline : "")
      const at = [...new Set([0, ...cuts.map((cut) => cut % (written.length + 1)), written.length])].toSorted((a, b) => a - b)
      const pieces = at.slice(1).map((end, i) => written.slice(at[i], end))
      expect(parse(pieces).map((record) => record.cells)).toEqual(rows)
    }),
    { numRuns: 500 },
  )
})

test("a quote that is never closed is reported with the line where it opened", () => {
  expect(() => parse(['a,b\n1,2\n3,"4\n5,6\n7,8\n'])).toThrow(/opens in line 3 is never closed/)
  expect(() => parse(['a,b\n"1\n2","x\n5,6\n'])).toThrow(/opens in line 3 is never closed/)
})

test("text after a closing quote is reported with its line", () => {
  expect(() => parse(['a,b\n1,"x"y\n'])).toThrow(/in line 2 a quoted cell closes and text follows/)
})

test("a cell beyond the limit is an error, quoted or not, open or closed", () => {
  const long = "x".repeat(2_000)
  expect(() => parse([`a,b\n1,${long}\n`])).toThrow(/line 2 is longer than 1,000/)
  expect(() => parse([`a,b\n1,${long}`])).toThrow(/line 2 is longer/)
  expect(() => parse([`a,b\n1,"${long}"\n`])).toThrow(/line 2 is longer/)
  expect(() => parse([`a,b\n1,"${long}`])).toThrow(/line 2 is longer/)
  expect(parse([`${"ab,".repeat(2_000)}\n`])[0]?.cells).toHaveLength(2_001)
})
