import { chmod, mkdir } from "node:fs/promises"
import { Buffer } from "node:buffer"
import exceljs from "exceljs"
import { describe, expect, test } from "vitest"
import { encodeGb18030 } from "./gb18030.ts"
import { openTable } from "./open-table.ts"
import { allRows, lacking, testFolder } from "./support.test.helpers.ts"

const folder = testFolder()
const { file, path } = folder

const utf16 = (text: string, isBig: boolean, isMarked: boolean): Buffer => {
  const bytes = Buffer.from((isMarked ? "\ufeff" : "") + text, "utf16le")
  return isBig ? bytes.swap16() : bytes
}

describe("what a file is, is found by itself", () => {
  const text = "text,label\n你好，世界,是\nhello,否\n"
  const rows = [{ text: "你好，世界", label: "是" }, { text: "hello", label: "否" }]
  const encodings = [
    ["UTF-8", Buffer.from(text), "utf-8", false],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`), "utf-8", true],
    ["UTF-16LE with a mark", utf16(text, false, true), "utf-16le", true],
    ["UTF-16BE with a mark", utf16(text, true, true), "utf-16be", true],
    ["UTF-16LE without a mark", utf16(text, false, false), "utf-16le", false],
    ["UTF-16BE without a mark", utf16(text, true, false), "utf-16be", false],
    ["GB18030", encodeGb18030(text), "gb18030", false],
  ] as const
  for (const [name, bytes, encoding, hasByteOrderMark] of encodings) {
    test(`reads ${name}`, async () => {
      const table = await openTable(await file("t.csv", bytes))
      expect(table.facts).toMatchObject({ format: "csv", encoding, hasByteOrderMark, delimiter: ",", newline: "\n" })
      expect(await allRows(table)).toEqual(rows)
    })
  }

  test("UTF-16 text that is all Chinese, without a mark", async () => {
    const table = await openTable(await file("t.csv", utf16("文本\n你好\n世界\n", false, false)))
    expect(await allRows(table)).toEqual([{ 文本: "你好" }, { 文本: "世界" }])
  })

  test("an encoding that shows only after megabytes of ASCII", async () => {
    const table = await openTable(await file("late.csv", Buffer.concat([Buffer.from(`a\n${"plain text\n".repeat(300_000)}`), encodeGb18030("中文结尾\n")])))
    expect(table.facts.encoding).toBe("gb18030")
    expect((await allRows(table)).at(-1)).toEqual({ a: "中文结尾" })
  })

  for (const delimiter of [",", ";", "\t", "|", "，"]) {
    test(`the delimiter ${JSON.stringify(delimiter)}`, async () => {
      const rowsOf = [["a", "b", "c"], ["1", "x, y; z", "2,5"], ["2", "u|v，w", "3\t4"]]
      const lines = rowsOf.map((row) => row.map((cell) => (cell.length > 1 ? `"${cell}"` : cell)).join(delimiter))
      const table = await openTable(await file("t.csv", lines.join("\r\n")))
      expect(table.facts).toMatchObject({ delimiter, newline: "\r\n", columns: ["a", "b", "c"] })
      expect(await allRows(table)).toHaveLength(2)
    })
  }

  test("one column whose cells hold commas is one column", async () => {
    const table = await openTable(await file("t.csv", "text\nhello, world\nno comma\na, b, c\n"))
    expect(await allRows(table)).toEqual([{ text: "hello, world" }, { text: "no comma" }, { text: "a, b, c" }])
  })

  test("line breaks of the classic Macintosh", async () => {
    expect(await allRows(await openTable(await file("t.csv", "a,b\r1,2\r3,4")))).toEqual([{ a: "1", b: "2" }, { a: "3", b: "4" }])
  })

  test("columns without a name, and one called __proto__", async () => {
    const table = await openTable(await file("t.csv", "a,,__proto__\n1,2,3\n"))
    expect(table.facts.columns).toEqual(["a", "column_2", "__proto__"])
    expect(Object.entries((await allRows(table))[0] ?? {})).toEqual([["a", "1"], ["column_2", "2"], ["__proto__", "3"]])
  })

  test("JSON, JSON Lines and wrapped JSON, whatever the name says", async () => {
    const expected = [{ a: 1, b: "x" }, { a: null, b: '{"c":[1]}' }]
    const list = '[{"a":1,"b":"x"},\n {"b":{"c":[1]}}]'
    for (const [name, content, format] of [
      ["t.json", list, "json"], ["t.txt", list, "json"], ["t.jsonl", list, "json"],
      ["t.json", `{"total":2,"tags":["[","{"],"data":${list},"more":[{"z":1}]}`, "json"],
      ["t.jsonl", '{"a":1,"b":"x"}\n\n{"b":{"c":[1]}}', "jsonl"], ["t.json", '{"a":1,"b":"x"}\r\n{"b":{"c":[1]}}\r\n', "jsonl"],
      ["t.csv", '{"a":1,"b":"x"}\n{"b":{"c":[1]}}\n', "jsonl"],
    ] as const) {
      const table = await openTable(await file(name, content))
      expect(table.facts).toMatchObject({ format, columns: ["a", "b"] })
      expect(await allRows(table)).toEqual(expected)
    }
  })

  test("integers of JSON that a double cannot hold stay exact, as text", async () => {
    const table = await openTable(await file("t.jsonl", '{"id":12345678901234567891,"n":9007199254740992}\n'))
    expect(await allRows(table)).toEqual([{ id: "12345678901234567891", n: 9007199254740992 }])
  })

  test("what the caller says goes before what is found", async () => {
    const table = await openTable(await file("t.dat", encodeGb18030("a;b\n中,文;2\n")), { encoding: "gb18030", delimiter: ";", format: "csv" })
    expect(await allRows(table)).toEqual([{ a: "中,文", b: "2" }])
    const wrong = await openTable(await file("t.csv", "a;b\n1;2\n"), { delimiter: "," })
    expect(wrong.facts.columns).toEqual(["a;b"])
  })
})

describe("Excel workbooks as other programs write them", () => {
  async function workbook(useSharedStrings: boolean): Promise<string> {
    const at = path(`book-${useSharedStrings}.xlsx`)
    const book = new exceljs.stream.xlsx.WorkbookWriter({ filename: at, useSharedStrings, useStyles: true })
    const hidden = book.addWorksheet("Hidden", { state: "hidden" })
    hidden.addRow(["no"]).commit()
    hidden.commit()
    const sheet = book.addWorksheet("数据")
    sheet.addRow([]).commit()
    sheet.addRow(["text", "when", "at", "n", "sum", "rich", "yes", "link"]).commit()
    const row = sheet.getRow(3)
    row.values = [
      "a <b> & \"c\" &lt; 中文😀", new Date("2024-03-05T00:00:00Z"), new Date("2024-03-05T10:20:30Z"), 2.5,
      { formula: "D3*2", result: 5 }, { richText: [{ text: "big " }, { font: { bold: true }, text: "bold" }] }, true,
      { text: "site", hyperlink: "https://example.com" },
    ]
    row.commit()
    sheet.getRow(5).getCell(1).value = "after a gap"
    sheet.getRow(5).getCell(4).value = { error: "#N/A" }
    sheet.getRow(5).commit()
    sheet.commit()
    await book.commit()
    return at
  }

  for (const useSharedStrings of [true, false]) {
    test(`dates, formulas, rich text and gaps; ${useSharedStrings ? "shared" : "inline"} strings`, async () => {
      const table = await openTable(await workbook(useSharedStrings))
      expect(table.facts).toMatchObject({ format: "xlsx", columns: ["text", "when", "at", "n", "sum", "rich", "yes", "link"] })
      expect(await allRows(table)).toEqual([
        { text: 'a <b> & "c" &lt; 中文😀', when: "2024-03-05", at: "2024-03-05T10:20:30", n: 2.5, sum: 5, rich: "big bold", yes: true, link: "site" },
        { text: "after a gap", when: null, at: null, n: null, sum: null, rich: null, yes: null, link: null },
      ])
      expect(await allRows(table, { fromRow: 2 })).toHaveLength(1)
    })
  }

  test("a sheet is chosen by name, and a wrong name lists those there are", async () => {
    const at = await workbook(true)
    expect((await openTable(at, { sheet: "Hidden" })).facts.columns).toEqual(["no"])
    expect(await lacking(openTable(at, { sheet: "Tabelle1" }), "no_such_sheet", ['no sheet "Tabelle1"', "Hidden, 数据"], ["没有工作表“Tabelle1”", "Hidden、数据"])).toEqual([])
  })

  test("a workbook that was cut off is named as damaged", async () => {
    expect(await lacking(openTable(await file("cut.xlsx", Buffer.from("PK\u0003\u0004 not a zip"))), "damaged_file", ["is not Excel", "cut off"], ["已损坏"])).toEqual([])
  })
})

describe("reading on from a row", () => {
  const lines = Array.from({ length: 250_000 }, (_, i) => `${i + 1},"line\n${i + 1}",中文`)
  const content = `id,text,z\n${lines.join("\n")}\n`

  test("gives the same rows with and without places kept from an earlier read", async () => {
    const at = await file("long.csv", content)
    const cold = await openTable(at)
    const warm = await openTable(at)
    let count = 0
    for await (const chunk of warm.chunks({ chunkRows: 1_000 })) {
      expect(chunk.firstRow).toBe(count + 1)
      count += chunk.rows.length
    }
    expect(count).toBe(250_000)
    for (const fromRow of [1, 2, 1_001, 199_999, 250_000, 250_001]) {
      for (const table of [cold, warm]) {
        let first: unknown
        for await (const chunk of table.chunks({ fromRow, chunkRows: 10 })) {
          first = [chunk.firstRow, chunk.rows[0]?.["id"], chunk.bytesRead > 0]
          break
        }
        expect(first).toEqual(fromRow > 250_000 ? undefined : [fromRow, String(fromRow), true])
      }
    }
  })

  test("an error after reading on still names the right line", async () => {
    const table = await openTable(await file("late.csv", `${content}1,2\n`))
    await allRows(await openTable(path("long.csv")))
    await expect(allRows(table)).rejects.toThrow("line 500002 has 2 cells")
    await expect(allRows(table, { fromRow: 249_000 })).rejects.toThrow("line 500002 has 2 cells")
  })

  test("an abort stops it with its reason", async () => {
    const controller = new AbortController()
    const table = await openTable(await file("long2.csv", content))
    const reading = async () => {
      for await (const _ of table.chunks({ abortSignal: controller.signal })) controller.abort(new Error("enough"))
    }
    await expect(reading()).rejects.toThrow("enough")
  })
})

describe("bad input has a message that names the fix, in both languages", () => {
  const read = async (content: string | Uint8Array, name = "bad.csv") => allRows(await openTable(await file(name, content)))

  test("no such file; a folder; not readable", async () => {
    expect(await lacking(openTable(path("gone.csv")), "file_not_found", ["There is no file"], ["找不到文件"])).toEqual([])
    await mkdir(path("folder.csv"))
    expect(await lacking(openTable(path("folder.csv")), "not_a_file", ["is a folder"], ["是文件夹"])).toEqual([])
    if (process.getuid?.() === 0) return
    await chmod(await file("locked.csv", "a\n1\n"), 0o000)
    expect(await lacking(openTable(path("locked.csv")), "file_not_readable", ["cannot be read"], ["无法读取"])).toEqual([])
  })

  test("an empty file, and one of blank lines", async () => {
    expect(await lacking(read(""), "empty_file", ["is empty"], ["是空文件"])).toEqual([])
    expect(await lacking(read("\ufeff\r\n \n"), "empty_file", ["is empty"], ["是空文件"])).toEqual([])
  })

  test("a header only is a table of no rows", async () => {
    expect(await read("a,b\n")).toEqual([])
    expect(await read("a,b")).toEqual([])
    expect(await lacking(read("[]", "t.json"), "no_rows", ["has no rows"], ["没有数据行"])).toEqual([])
  })

  test("broken quoting names the line where the quote opened", async () => {
    expect(await lacking(read('a,b\n1,2\n3,"x\n4,5\n'), "broken_quoting", ["opens in line 3", '("")'], ["第 3 行", "引号"])).toEqual([])
    expect(await lacking(read('a,b\n1,"x"y\n'), "broken_quoting", ["in line 2"], ["第 2 行"])).toEqual([])
  })

  test("a row of another width", async () => {
    expect(await lacking(read("a,b\n1,2\n1,2,3\n"), "ragged_row", ["line 3 has 3 cells", "2 columns"], ["第 3 行有 3 个单元格", "2 列"])).toEqual([])
    expect(await lacking(read("a,b\n1,2\n1,2\n1\n"), "ragged_row", ["line 4 has 1 cells"], ["第 4 行有 1 个单元格"])).toEqual([])
  })

  test("columns of the same name", async () => {
    expect(await lacking(read("a,b,a,b,b\n"), "duplicate_columns", ['"a" (columns 1, 3)', '"b" (columns 2, 4, 5)', "Rename"], ["“a”（第 1、3 列）", "改名"])).toEqual([])
  })

  test("UTF-8 with lines of GB18030, and the other way round", async () => {
    const good = Buffer.from("a,b\n这是一段足够长的中文文本,1\n")
    const bad = encodeGb18030("另一个系统导出的内容,2\n")
    const late = Buffer.from("这是一段足够长的中文文本,1\n".repeat(200_000))
    expect(await lacking(read(Buffer.concat([good, bad])), "mixed_encodings", ["line 3", "byte", "GB18030", "iconv"], ["第 3 行", "混用了多种编码", "iconv"])).toEqual([])
    expect(await lacking(read(Buffer.concat([good, late, bad])), "mixed_encodings", ["line 200003", "is valid GB18030"], ["第 200003 行"])).toEqual([])
    const gb = encodeGb18030(`a,b\n${"另一个系统导出的内容,2\n".repeat(300_000)}`)
    expect(await lacking(read(Buffer.concat([gb, good])), "mixed_encodings", ["line 300003", "is valid UTF-8"], ["第 300003 行"])).toEqual([])
  })

  test("an encoding that is none of ours, and one that was named wrongly", async () => {
    expect(await lacking(read(Buffer.from("a,b\ncaf\u00e9,1\n", "latin1")), "unknown_encoding", ["line 2", "byte 8", "WINDOWS-1252"], ["第 2 行", "iconv"])).toEqual([])
    const at = await file("gb.csv", encodeGb18030("a\n中文\n"))
    expect(await lacking(openTable(at, { encoding: "utf-8" }).then((table) => allRows(table)), "wrong_encoding", ["is not UTF-8", "line 2"], ["不是 UTF-8 编码"])).toEqual([])
    expect(await lacking(openTable(at, { encoding: "big5" as "utf-8" }), "unsupported_encoding", ['"big5"', "gb18030"], ["不支持编码"])).toEqual([])
  })

  test("a cell of 100 MB", async () => {
    const big = Buffer.concat([Buffer.from("a,b\n1,2\n3,"), Buffer.alloc(100_000_000, "x"), Buffer.from("\n")])
    expect(await lacking(read(big), "cell_too_large", ["line 3", "10,000,000 characters"], ["第 3 行", "10,000,000 个字符"])).toEqual([])
    const quoted = Buffer.concat([Buffer.from('a,b\n1,"'), Buffer.alloc(100_000_000, "x\n"), Buffer.from('"\n')])
    expect(await lacking(read(quoted), "cell_too_large", ["line 2"], ["第 2 行"])).toEqual([])
    const json = Buffer.concat([Buffer.from('[{"a":"'), Buffer.alloc(100_000_000, "x"), Buffer.from('"}]')])
    expect(await lacking(read(json, "t.json"), "cell_too_large", ["10,000,000"], ["10,000,000"])).toEqual([])
  })

  test("a NUL in the text", async () => {
    expect(await lacking(read(`a,b\n1,2\n1,x\0y\n${"1,2\n".repeat(50)}`), "nul_in_text", ["line 3"], ["第 3 行"])).toEqual([])
  })

  test("files that are no tables", async () => {
    expect(await lacking(read(Buffer.from("%PDF-1.7"), "t.csv"), "unknown_format", ["a PDF", "export it"], ["请先导出"])).toEqual([])
    expect(await lacking(read(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]), "t.xlsx"), "unknown_format", ["save it as .xlsx"], ["xls"])).toEqual([])
    expect(await lacking(read(Buffer.from("PAR1 but not really"), "t.parquet"), "damaged_file", ["is not Parquet"], ["已损坏"])).toEqual([])
    expect(await lacking(openTable(await file("plain.csv", "a,b\n"), { format: "parquet" }), "damaged_file", ["is not Parquet"], ["不是 Parquet"])).toEqual([])
  })

  test("JSON that is broken, cut off, or no list of objects", async () => {
    expect(await lacking(read('[{"a":1},\n{"a":}]', "t.json"), "broken_json", ["line 2"], ["第 2 行"])).toEqual([])
    expect(await lacking(read('[{"a":1},\n{"a":2}', "t.json"), "broken_json", ["line 2", "ends before"], ["第 2 行"])).toEqual([])
    expect(await lacking(read('{"a":1}\n{"a":1\n', "t.jsonl"), "broken_json", ["line 2"], ["第 2 行"])).toEqual([])
    expect(await lacking(read("[1,2]", "t.json"), "json_not_a_table", ["not a list of objects"], ["不是对象列表"])).toEqual([])
    expect(await lacking(read("[[1,2],[3,4]]", "t.json"), "json_not_a_table", ["[1, …]"], ["不是对象列表"])).toEqual([])
    expect(await lacking(read('{\n"a": {"b": 1}\n}', "t.json"), "json_not_a_table", ["not a list of objects"], ["不是对象列表"])).toEqual([])
    expect(await lacking(read("42", "t.json"), "json_not_a_table", ["42"], ["42"])).toEqual([])
  })

  test("a delimiter that is none", async () => {
    expect(await lacking(openTable(path("bad.csv"), { delimiter: "::" }), "unsupported_delimiter", ["one character"], ["一个字符"])).toEqual([])
  })
})
