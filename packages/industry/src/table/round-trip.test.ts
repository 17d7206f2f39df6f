import { readFile } from "node:fs/promises"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Cell, Row } from "@daydream/engine/function"
import { createTableWriter } from "./create-table-writer.ts"
import { openTable } from "./open-table.ts"
import type { TableFormat, TableWriterOptions } from "./table.ts"
import { allRows, testFolder } from "./support.test.helpers.ts"

const folder = testFolder()

const pieces = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    '"', '""', ",", "\n", "\r\n", "\r", "\t", ";", "|", "，", "'", "=1", "-", "@", "中文", "😀", "\u2028", " ", "&amp;", "&lt;",
    "<t>", "]]>", "_x0041_", "_x000D_", "\u0001", "\u007f", "\ufffe", "\\", "\\u0041", "{", "[", "null", "\ufeff", "\u0085", "龴",
  ),
)
/** Any Unicode text but NUL, which text formats cannot hold, and what GB18030 cannot. */
const anyText = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("").toWellFormed().replace(/[\0\ue000-\uf8ff]/g, ""))
const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)))

const columnsOf = ["text", "other", "n", "yes"] as const
const anyRow = fc.record({
  text: anyText,
  other: fc.option(anyText.filter((text) => text !== "")),
  n: fc.option(anyNumber),
  yes: fc.option(fc.boolean()),
})
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 12 })

async function roundTrip(name: string, options: TableWriterOptions, rows: readonly Row[]): Promise<Row[]> {
  const path = folder.path(name)
  const writer = await createTableWriter(path, options)
  await writer.write(rows.slice(0, 3))
  await writer.write(rows.slice(3))
  await writer.close()
  const encoding = options.encoding === "utf-8-bom" ? "utf-8" : options.encoding
  const isText = options.format !== "parquet" && options.format !== "xlsx"
  const table = await openTable(path, {
    ...(isText && encoding !== undefined ? { encoding } : {}),
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    format: options.format,
  })
  return allRows(table)
}

const asText = (cell: Cell): string => (cell === null ? "" : String(cell))

describe("what is written is what is read", () => {
  for (const format of ["csv", "tsv"] as const) {
    for (const encoding of ["utf-8", "utf-8-bom", "gb18030"] as const) {
      for (const delimiter of format === "tsv" ? ["\t"] : encoding === "utf-8" ? [",", ";"] : [encoding === "gb18030" ? "，" : ","]) {
        test(`${format} in ${encoding} with ${JSON.stringify(delimiter)}, cells as text`, async () => {
          const options: TableWriterOptions = { format, columns: [...columnsOf], encoding, delimiter, escapeFormulas: false }
          await fc.assert(
            fc.asyncProperty(anyRows, fc.constantFrom("\n", "\r\n"), async (rows, newline) => {
              const read = await roundTrip(`t.${format}`, { ...options, newline }, rows)
              expect(read).toEqual(rows.map((row) => Object.fromEntries(columnsOf.map((name) => [name, asText(row[name])]))))
            }),
            { numRuns: 25 },
          )
        })
      }
    }
  }

  for (const format of ["json", "jsonl"] as const) {
    for (const encoding of ["utf-8", "utf-8-bom", "gb18030"] as const) {
      test(`${format} in ${encoding}, with the types of its cells`, async () => {
        await fc.assert(
          fc.asyncProperty(anyRows, async (rows) => {
            expect(await roundTrip(`t.${format}`, { format, columns: [...columnsOf], encoding }, rows)).toEqual(rows)
          }),
          { numRuns: 25 },
        )
      })
    }
  }

  test("Excel, with the types of its cells", async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const kept = rows.filter((row) => Object.values(row).some((cell) => cell !== null && cell !== ""))
        expect(await roundTrip("t.xlsx", { format: "xlsx", columns: [...columnsOf] }, rows)).toEqual(kept)
      }),
      { numRuns: 25 },
    )
  })

  test("Parquet, with the types of its cells", async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        // DuckDB's reader for Node takes a byte order mark at the start of a value for a mark of the encoding.
        fc.pre(rows.every((row) => ![row.text, row.other].some((text) => text?.startsWith("\ufeff"))))
        expect(await roundTrip("t.parquet", { format: "parquet", columns: [...columnsOf] }, rows)).toEqual(rows)
      }),
      { numRuns: 15 },
    )
  })
})

test("the types of a Parquet file survive reading and writing", async () => {
  const types = {
    whole: "INTEGER", exact: "DECIMAL(10,2)", day: "DATE", at: "TIMESTAMP", zoned: "TIMESTAMP WITH TIME ZONE",
    list: "VARCHAR[]", nested: 'STRUCT("a" INTEGER, "b" VARCHAR)', big: "BIGINT", yes: "BOOLEAN", raw: "BLOB",
  }
  const columns = Object.keys(types)
  const rows: Row[] = [
    { whole: 1, exact: 12.5, day: "2024-03-05", at: "2024-03-05T10:20:30.5", zoned: "2024-03-05T10:20:30Z", list: '["a","b"]',
      nested: '{"a":1,"b":"x"}', big: "9007199254740993", yes: true, raw: "a\\x00b" },
    Object.fromEntries(columns.map((name) => [name, null])),
  ]
  const first = await roundTrip("types.parquet", { format: "parquet", columns, types }, rows)
  expect(first).toEqual(rows)
  const table = await openTable(folder.path("types.parquet"))
  expect(table.facts.types).toEqual(types)
  const again = await roundTrip("again.parquet", { format: "parquet", columns, types: table.facts.types ?? {} }, first)
  expect(again).toEqual(rows)
  expect((await openTable(folder.path("again.parquet"))).facts.types).toEqual(types)
})

test("the same rows give the same bytes in every format", async () => {
  const rows = [{ a: "x", b: 1 }, { a: "中文", b: null }]
  const formats: TableFormat[] = ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"]
  for (const format of formats) {
    await roundTrip(`one.${format}`, { format, columns: ["a", "b"] }, rows)
    await roundTrip(`two.${format}`, { format, columns: ["a", "b"] }, rows)
    expect(await readFile(folder.path(`one.${format}`))).toEqual(await readFile(folder.path(`two.${format}`)))
  }
})

test("Parquet keeps an empty text, a missing value and a long cell apart, also in its only column", async () => {
  const rows = [{ a: "" }, { a: null }, { a: "x\0y" }, { a: '"\n,' }, { a: "长".repeat(2_000_000) }]
  expect(await roundTrip("only.parquet", { format: "parquet", columns: ["a"] }, rows)).toEqual(rows)
})
