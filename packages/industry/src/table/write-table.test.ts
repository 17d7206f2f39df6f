import { readdir, readFile } from "node:fs/promises"
import { dirname } from "node:path"
import exceljs from "exceljs"
import { describe, expect, test, vi } from "vitest"
import { createTableWriter } from "./create-table-writer.ts"
import { openTable } from "./open-table.ts"
import type { TableFormat, TableWriterOptions } from "./table.ts"
import { allRows, lacking, testFolder } from "./support.test.helpers.ts"
import { escapeFormula } from "./write-delimited.ts"
import { columnLetters } from "./write-xlsx.ts"

const full = vi.hoisted(() => ({ isFull: false }))
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>()
  const open: typeof real.open = async (...args) => {
    const handle = await real.open(...args)
    const write = handle.write.bind(handle)
    handle.write = (async (...rest: Parameters<typeof write>) => {
      if (full.isFull) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })
      return write(...rest)
    }) as typeof handle.write
    return handle
  }
  return { ...real, open }
})

const folder = testFolder()
const formats: readonly TableFormat[] = ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"]

async function write(name: string, options: TableWriterOptions, rows: readonly Record<string, string | number | boolean | null>[]) {
  const path = folder.path(name)
  const writer = await createTableWriter(path, options)
  await writer.write(rows)
  await writer.close()
  return path
}

describe("CSV that a spreadsheet opens without harm", () => {
  test("what a spreadsheet would run gets an apostrophe, numbers do not", () => {
    for (const text of ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "-1+2", "+86-10-1234", "--5", "-"]) {
      expect(escapeFormula(text)).toBe(`'${text}`)
    }
    for (const text of ["-5", "+5", "-5.25", "-.5", "-1e3", "-5%", "a=b", "", "'=1", "中文", "5-3"]) expect(escapeFormula(text)).toBe(text)
  })

  test("escaping is on for csv and tsv unless it is switched off, and off in other formats", async () => {
    const rows = [{ a: "=HYPERLINK(1)", b: -5 }]
    const columns = ["a", "b"]
    expect(await readFile(await write("t.csv", { format: "csv", columns }, rows), "utf8")).toBe("a,b\n'=HYPERLINK(1),-5\n")
    expect(await readFile(await write("t.csv", { format: "csv", columns, escapeFormulas: false }, rows), "utf8")).toBe("a,b\n=HYPERLINK(1),-5\n")
    expect(await allRows(await openTable(await write("t.jsonl", { format: "jsonl", columns }, rows)))).toEqual(rows)
  })

  test("only cells that need quotes get them; a mark and a line break on request", async () => {
    const options = { format: "csv", columns: ["a", "b c"], encoding: "utf-8-bom", newline: "\r\n" } as const
    const path = await write("t.csv", options, [{ a: "plain 'text'", "b c": 'say "x", y' }, { a: null, "b c": "two\nlines" }])
    expect(await readFile(path, "utf8")).toBe('\ufeffa,b c\r\nplain \'text\',"say ""x"", y"\r\n,"two\nlines"\r\n')
  })

  test("a NUL is replaced, so that the file can be read again", async () => {
    expect(await allRows(await openTable(await write("t.csv", { format: "csv", columns: ["a"] }, [{ a: "x\0y" }])))).toEqual([{ a: "x\ufffdy" }])
  })
})

test("cells are written in the order of the columns; what a row lacks is empty, what it has beside them is left out", async () => {
  for (const format of formats) {
    const path = await write(`o.${format}`, { format, columns: ["b", "a"] }, [{ a: "1", b: "2", c: "3" }, { a: "x" }])
    const table = await openTable(path)
    expect(table.facts.columns).toEqual(["b", "a"])
    const empty = format === "csv" || format === "tsv" ? "" : null
    expect(await allRows(table)).toEqual([{ b: "2", a: "1" }, { b: empty, a: "x" }])
  }
})

test("nothing is visible before close, and nothing is left after abort", async () => {
  for (const format of formats) {
    const path = folder.path(`new/${format}/t.${format}`)
    const writer = await createTableWriter(path, { format, columns: ["a"] })
    await writer.write([{ a: "x" }])
    expect(await readdir(dirname(path))).not.toContain(`t.${format}`)
    await writer.abort()
    expect(await readdir(dirname(path))).toEqual([])
    await (await createTableWriter(path, { format, columns: ["a"] })).close()
    expect(await readdir(dirname(path))).toEqual([`t.${format}`])
  }
})

test("a full disk says so, and nothing is left behind", async () => {
  for (const format of formats) {
    const path = folder.path(`full/${format}/t.${format}`)
    const writer = await createTableWriter(path, { format, columns: ["a"] })
    await writer.write([{ a: "x".repeat(1_000) }])
    full.isFull = true
    try {
      expect(await lacking(writer.close(), "disk_full", ["disk is full", `t.${format}`], ["磁盘已满"])).toEqual([])
    } finally {
      full.isFull = false
    }
    await writer.abort()
    expect(await readdir(dirname(path))).toEqual([])
  }
})

test("a place that cannot be written to is named", async () => {
  const under = await folder.file("plain-file", "x")
  expect(await lacking(createTableWriter(`${under}/t.csv`, { format: "csv", columns: ["a"] }), "not_writable", ["cannot be written"], ["无法写入"])).toEqual([])
})

test("an unknown encoding, a bad delimiter and double columns are refused", async () => {
  const options = { format: "csv", columns: ["a"] } as const
  const path = folder.path("t.csv")
  expect(await lacking(createTableWriter(path, { ...options, encoding: "big5" as "utf-8" }), "unsupported_encoding", ["gb18030"], ["gb18030"])).toEqual([])
  expect(await lacking(createTableWriter(path, { ...options, delimiter: '"' }), "unsupported_delimiter", ["delimiter"], ["分隔符"])).toEqual([])
  expect(await lacking(createTableWriter(path, { ...options, columns: ["a", "a"] }), "duplicate_columns", ['"a"'], ["“a”"])).toEqual([])
})

describe("Excel", () => {
  test("another program reads what was written", async () => {
    const rows = [{ a: "x < y & z", n: 1.5, yes: true, gap: null }, { a: "中文 😀\nline", n: -2, yes: false, gap: "" }]
    const path = await write("t.xlsx", { format: "xlsx", columns: ["a", "n", "yes", "gap"], sheet: "结果 <1>" }, rows)
    const book = new exceljs.Workbook()
    await book.xlsx.readFile(path)
    const sheet = book.getWorksheet("结果 <1>")
    expect(sheet?.getRow(1).values).toEqual([undefined, "a", "n", "yes", "gap"])
    expect(sheet?.getRow(2).values).toEqual([undefined, "x < y & z", 1.5, true])
    expect(sheet?.getRow(3).getCell(1).value).toBe("中文 😀\nline")
  })

  test("a cell or a sheet beyond Excel's limits is refused with a way out", async () => {
    const long = createTableWriter(folder.path("l.xlsx"), { format: "xlsx", columns: ["a"] })
    const writer = await long
    expect(await lacking(writer.write([{ a: "x".repeat(32_768) }]), "too_large_for_excel", ["row 1", "32,767", ".csv"], ["第 1 行", "32,767"])).toEqual([])
    await writer.abort()
  })

  test("columns have letters", () => {
    expect([0, 25, 26, 701, 702, 16_383].map(columnLetters)).toEqual(["A", "Z", "AA", "ZZ", "AAA", "XFD"])
  })
})

test("a cell that does not fit the wanted Parquet type names its column", async () => {
  const writer = await createTableWriter(folder.path("t.parquet"), { format: "parquet", columns: ["ok", "n"], types: { n: "INTEGER" } })
  await writer.write([{ ok: "a", n: 1 }, { ok: "b", n: "many" }])
  expect(await lacking(writer.close(), "unwritable_column", ['"n"', "INTEGER", '"many"'], ["列“n”"])).toEqual([])
  expect(await readdir(folder.path("."))).not.toContain("t.parquet")
})
