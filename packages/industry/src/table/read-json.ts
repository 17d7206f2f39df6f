/** JSON and JSON Lines, row by row. */
import type { Row } from "@daydream/engine/function"
import { tableErrors } from "./errors.ts"
import { describeJson, isJsonObject, jsonRow, parseJson } from "./json-cells.ts"
import { createJsonSplitter } from "./json-splitter.ts"
import { collectChunks } from "./read-chunks.ts"
import type { OpenedTable, Piece, ReadOptions } from "./read-chunks.ts"
import { readText } from "./read-text.ts"
import type { TextSource } from "./read-text.ts"

/** Files up to this size are searched whole for the names of their fields, larger ones in their first rows. */
const wholeSearchBytes = 256 << 20
const searchRows = 100_000

export interface JsonFile {
  readonly source: TextSource
  readonly format: "json" | "jsonl"
  readonly bytes: number
  readonly maxCellCharacters: number
}

interface JsonRecord {
  readonly text: string
  readonly line: number
}

interface RecordBatch {
  readonly records: JsonRecord[]
  readonly position: number
}

async function* splitLines(file: JsonFile, abortSignal?: AbortSignal): AsyncGenerator<RecordBatch> {
  const { source, maxCellCharacters } = file
  let rest = ""
  let line = 1
  let position = 0
  for await (const block of readText(source, abortSignal === undefined ? {} : { abortSignal })) {
    const records: JsonRecord[] = []
    const text = rest + block.text
    let at = 0
    for (let stop = text.indexOf("\n"); stop >= 0; stop = text.indexOf("\n", at)) {
      const record = text.slice(at, stop)
      if (record.trim() !== "") records.push({ text: record, line })
      line++
      at = stop + 1
    }
    rest = text.slice(at)
    if (rest.length > maxCellCharacters * 2) {
      throw tableErrors.cell_too_large({ path: source.path, line, limit: maxCellCharacters })
    }
    position = block.end
    yield { records, position }
  }
  if (rest.trim() !== "") yield { records: [{ text: rest, line }], position }
}

async function* splitArray(file: JsonFile, abortSignal?: AbortSignal): AsyncGenerator<RecordBatch> {
  const { source, maxCellCharacters } = file
  const { path } = source
  const splitter = createJsonSplitter()
  for await (const block of readText(source, abortSignal === undefined ? {} : { abortSignal })) {
    const records: JsonRecord[] = []
    splitter.push(block.text, (event) => {
      if (event.kind === "misplaced") throw tableErrors.json_not_a_table({ path, found: event.text.trim() })
      records.push(event)
    })
    if (splitter.held > maxCellCharacters * 2) {
      throw tableErrors.cell_too_large({ path, line: splitter.end().line, limit: maxCellCharacters })
    }
    yield { records, position: block.end }
  }
  const { state, line } = splitter.end()
  if (state === "none") throw tableErrors.json_not_a_table({ path, found: "{…}" })
  if (state === "open") throw tableErrors.broken_json({ path, line, reason: "the file ends before its list does" })
}

function parseRecord(path: string, record: JsonRecord): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJson(record.text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 120) : String(error)
    throw tableErrors.broken_json({ path, line: record.line, reason }, error)
  }
  if (!isJsonObject(value)) throw tableErrors.json_not_a_table({ path, found: describeJson(value) })
  return value
}

async function searchColumns(file: JsonFile, split: () => AsyncIterable<RecordBatch>): Promise<string[]> {
  const names = new Set<string>()
  let count = 0
  for await (const { records } of split()) {
    for (const record of records) for (const name in parseRecord(file.source.path, record)) names.add(name)
    count += records.length
    if (file.bytes > wholeSearchBytes && count >= searchRows) break
  }
  if (count === 0) throw tableErrors.no_rows({ path: file.source.path })
  return [...names]
}

/** Opens JSON (a list of objects, or an object that holds one) or JSON Lines. */
export async function openJson(file: JsonFile): Promise<OpenedTable> {
  const { source, format, bytes, maxCellCharacters } = file
  const { path } = source
  const split = (abortSignal?: AbortSignal) => (format === "jsonl" ? splitLines : splitArray)(file, abortSignal)
  const columns = await searchColumns(file, split)

  async function* rows(options: ReadOptions): AsyncGenerator<Piece> {
    let next = 1
    for await (const { records, position } of split(options.abortSignal)) {
      const parsed: Row[] = []
      for (const record of records) {
        if (next++ < options.fromRow) continue
        const row = jsonRow(parseRecord(path, record), columns)
        if (record.text.length > maxCellCharacters) refuseLarge(row, record.line)
        parsed.push(row)
      }
      if (parsed.length > 0) yield { rows: parsed, position }
    }
  }
  const refuseLarge = (row: Row, line: number): void => {
    const isLarge = Object.values(row).some((cell) => typeof cell === "string" && cell.length > maxCellCharacters)
    if (isLarge) throw tableErrors.cell_too_large({ path, line, limit: maxCellCharacters })
  }

  return {
    facts: { format, columns, encoding: source.encoding, hasByteOrderMark: source.hasByteOrderMark, bytes },
    chunks: (options) => collectChunks(rows(options), options),
  }
}
