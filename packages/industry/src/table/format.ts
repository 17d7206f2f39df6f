/** Which format a file has, by its content first and its name second. */
import { extname } from "node:path"
import { tableErrors } from "./errors.ts"
import { isJsonObject, parseJson } from "./json-cells.ts"
import type { TableFormat } from "./table.ts"

const byExtension: Readonly<Record<string, TableFormat>> = {
  ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
  ".parquet": "parquet", ".pq": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx",
}

/** The format that the name of a file stands for. */
export const formatOfName = (path: string): TableFormat | undefined => byExtension[extname(path).toLowerCase()]

const signatures: readonly { readonly bytes: readonly number[]; readonly format?: TableFormat; readonly what: string }[] = [
  { bytes: [0x50, 0x41, 0x52, 0x31], format: "parquet", what: "Parquet" },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: "an old Excel workbook (.xls) or one with a password; save it as .xlsx without one" },
  { bytes: [0x1f, 0x8b], what: "a gzip archive" },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: "a PDF" },
  { bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], what: "an SQLite database" },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: "a picture (PNG)" },
  { bytes: [0xff, 0xd8, 0xff], what: "a picture (JPEG)" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: "a zstd archive" },
  { bytes: [0x52, 0x61, 0x72, 0x21], what: "a RAR archive" },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: "a 7-Zip archive" },
]

/** The format of a binary file, or undefined for text. Throws `unknown_format` for a known kind that is no table. */
export function binaryFormat(path: string, head: Buffer): "parquet" | "xlsx" | undefined {
  const starts = (bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte)
  if (starts([0x50, 0x4b, 0x03, 0x04])) {
    if (formatOfName(path) === "xlsx" || head.includes("[Content_Types].xml") || head.includes("xl/")) return "xlsx"
    throw tableErrors.unknown_format({ path, looksLike: "a ZIP archive" })
  }
  const known = signatures.find(({ bytes }) => starts(bytes))
  if (known === undefined) return undefined
  if (known.format !== "parquet") throw tableErrors.unknown_format({ path, looksLike: known.what })
  return "parquet"
}

/** The format of a text table from its decoded beginning. */
export function textFormat(path: string, head: string): "csv" | "tsv" | "json" | "jsonl" {
  const named = formatOfName(path)
  const text = head.trimStart()
  const looksLikeJson = /^\[\s*(\{|\]|\[|$)/.test(text) || /^\{\s*("|\}|$)/.test(text)
  const isDelimitedName = named === "csv" || named === "tsv"
  if (!looksLikeJson) {
    if (named === "json" || named === "jsonl") return named
    return named === "tsv" ? "tsv" : "csv"
  }
  if (isDelimitedName && !/^(\[\s*\{|\{)\s*"[^"]*"\s*:/.test(text)) return named
  if (text.startsWith("[")) return "json"
  return isLines(text, named) ? "jsonl" : "json"
}

function isLines(text: string, named: TableFormat | undefined): boolean {
  const stop = text.indexOf("\n")
  const first = stop < 0 ? text : text.slice(0, stop)
  let value: unknown
  try {
    value = parseJson(first)
  } catch {
    // An object that goes on in the next line, or a first line longer than what was read.
    return stop < 0 ? named === "jsonl" : named === "jsonl" && !/^\{\s*$/.test(first)
  }
  if (stop >= 0 && text.slice(stop).trim() !== "") return true
  const holdsRows = isJsonObject(value) && Object.values(value).some((each) => Array.isArray(each) && isJsonObject(each[0]))
  return !(holdsRows && named !== "jsonl")
}
