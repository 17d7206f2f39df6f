/** Opens a table of any format. */
import { open, stat } from "node:fs/promises"
import { byteOrderMark, detectEncoding, textEncodings } from "./encoding.ts"
import type { TextEncoding } from "./encoding.ts"
import { checkDelimiter } from "./delimited.ts"
import { tableErrors } from "./errors.ts"
import { binaryFormat, textFormat } from "./format.ts"
import type { OpenedTable, ReadOptions } from "./read-chunks.ts"
import { openDelimited } from "./read-delimited.ts"
import { openJson } from "./read-json.ts"
import { openParquet } from "./read-parquet.ts"
import { readText } from "./read-text.ts"
import type { TextSource } from "./read-text.ts"
import { openXlsx } from "./read-xlsx.ts"
import type { Table, TableFormat } from "./table.ts"

export interface OpenTableOptions {
  /** Default: found by content, then by the name of the file. */
  readonly format?: TableFormat
  /** Text formats; default: found by mark, zero bytes and validity. */
  readonly encoding?: TextEncoding
  /** CSV and TSV, one character; default: found by trying. */
  readonly delimiter?: string
  /** Excel; default: the first visible sheet. */
  readonly sheet?: string
  /** Longest cell that is accepted; default 10,000,000 characters. */
  readonly maxCellCharacters?: number
}

const headBytes = 256 * 1024
const defaultChunkRows = 1_024
const defaultMaxCellCharacters = 10_000_000

async function sizeOf(path: string): Promise<number> {
  try {
    const facts = await stat(path)
    if (facts.isDirectory()) throw tableErrors.not_a_file({ path })
    return facts.size
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === "ENOENT" || code === "ENOTDIR") throw tableErrors.file_not_found({ path }, error)
    throw code === "EACCES" || code === "EPERM" ? tableErrors.file_not_readable({ path, reason: code }, error) : error
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw tableErrors.file_not_readable({ path, reason: (error as NodeJS.ErrnoException).code ?? String(error) }, error)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function textSource(path: string, head: Buffer, given: TextEncoding | undefined): Promise<TextSource> {
  if (given !== undefined) {
    if (!textEncodings.includes(given)) throw tableErrors.unsupported_encoding({ encoding: given, encodings: textEncodings })
    return { path, encoding: given, hasByteOrderMark: byteOrderMark(head) === given, isEncodingGiven: true }
  }
  const file = await open(path, "r")
  try {
    return { path, ...(await detectEncoding(path, file)), isEncodingGiven: false }
  } finally {
    await file.close()
  }
}

async function decodedHead(source: TextSource): Promise<string> {
  for await (const block of readText(source, { blockBytes: headBytes })) return block.text
  return ""
}

async function openText(
  path: string, bytes: number, head: Buffer, options: OpenTableOptions, maxCellCharacters: number,
): Promise<OpenedTable> {
  const source = await textSource(path, head, options.encoding)
  const text = await decodedHead(source)
  if (text.trim() === "") throw tableErrors.empty_file({ path })
  const format = options.format ?? textFormat(path, text)
  if (format === "json" || format === "jsonl") return openJson({ source, format, bytes, maxCellCharacters })
  if (format !== "csv" && format !== "tsv") {
    const reason = "its content is text"
    throw tableErrors.damaged_file({ path, format: format === "xlsx" ? "Excel" : "Parquet", reason })
  }
  return openDelimited({ source, format, head: text, delimiter: options.delimiter, bytes, maxCellCharacters })
}

/**
 * Opens the table at `path` and finds out what it is; rows are read by `chunks`, at constant memory. Empty cells of CSV
 * are "", missing fields of JSON and empty cells of Excel null. Throws errors of `tableErrors` for what a user can mend.
 */
export async function openTable(path: string, options: OpenTableOptions = {}): Promise<Table> {
  const maxCellCharacters = options.maxCellCharacters ?? defaultMaxCellCharacters
  checkDelimiter(options.delimiter)
  const bytes = await sizeOf(path)
  if (bytes === 0) throw tableErrors.empty_file({ path })
  const head = await readHead(path)
  const binary = options.format === undefined || options.format === "xlsx" || options.format === "parquet"
    ? binaryFormat(path, head)
    : undefined
  const format = options.format ?? binary
  const opened =
    binary === "parquet" && format === "parquet"
      ? await openParquet(path, bytes)
      : binary === "xlsx" && format === "xlsx"
        ? await openXlsx({ path, bytes, sheet: options.sheet, maxCellCharacters })
        : await openText(path, bytes, head, options, maxCellCharacters)
  return {
    path,
    facts: opened.facts,
    chunks: (choice = {}) => {
      const reading: ReadOptions = {
        fromRow: Math.max(1, choice.fromRow ?? 1),
        chunkRows: Math.max(1, choice.chunkRows ?? defaultChunkRows),
        ...(choice.abortSignal === undefined ? {} : { abortSignal: choice.abortSignal }),
      }
      return opened.chunks(reading)
    },
  }
}
