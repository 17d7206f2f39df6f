/** CSV and TSV, read in blocks at constant memory. */
import type { Row } from "@daydream/engine/function"
import { nameColumns, rowBuilder } from "./columns.ts"
import { createDelimitedParser } from "./delimited.ts"
import { detectDelimiter } from "./dialect.ts"
import { tableErrors } from "./errors.ts"
import { readText } from "./read-text.ts"
import type { TextSource } from "./read-text.ts"
import { collectChunks } from "./read-chunks.ts"
import type { OpenedTable, ReadOptions } from "./read-chunks.ts"

/** A place where a record starts, kept while reading so that a later read can begin near its first row. */
interface Checkpoint {
  readonly row: number
  readonly byte: number
  readonly line: number
}

const checkpointBytes = 4 << 20

export interface DelimitedFile {
  readonly source: TextSource
  readonly format: "csv" | "tsv"
  readonly head: string
  readonly delimiter: string | undefined
  readonly bytes: number
  readonly maxCellCharacters: number
}

/** Reads the header, which must be the first record. */
async function readHeader(file: DelimitedFile, delimiter: string, toLines: (text: string) => string): Promise<string[]> {
  const { source, maxCellCharacters } = file
  let header: string[] | undefined
  const parser = createDelimitedParser({ path: source.path, delimiter, maxCellCharacters })
  for await (const block of readText(source)) {
    parser.push(toLines(block.text), (cells) => (header ??= cells))
    if (header !== undefined) return header
  }
  parser.end((cells) => (header ??= cells))
  if (header === undefined) throw tableErrors.empty_file({ path: source.path })
  return header
}

/** Opens a delimited text table. `head` is its decoded beginning, cut after a whole line where there is one. */
export async function openDelimited(file: DelimitedFile): Promise<OpenedTable> {
  const { source, head, maxCellCharacters } = file
  const { path } = source
  // Line breaks of the classic Macintosh: a return alone.
  const hasLoneReturns = !head.includes("\n") && head.includes("\r")
  const toLines = (text: string) => (hasLoneReturns ? text.replaceAll("\r", "\n") : text)
  const delimiter = file.delimiter ?? detectDelimiter(toLines(head), file.format === "tsv" ? "\t" : ",")
  const columns = nameColumns(path, await readHeader(file, delimiter, toLines))
  const build = rowBuilder(columns)
  const checkpoints: Checkpoint[] = []

  async function* rows(options: ReadOptions): AsyncGenerator<{ rows: Row[]; position: number }> {
    const from = checkpoints.findLast((point) => point.row <= options.fromRow)
    const parser = createDelimitedParser({ path, delimiter, maxCellCharacters, line: from?.line ?? 1 })
    // The header counts as row 0.
    let next = from?.row ?? 0
    let parsed: Row[] = []
    const emit = (cells: string[], line: number): void => {
      const row = next++
      if (cells.length !== columns.length) {
        throw tableErrors.ragged_row({ path, line, cells: cells.length, columns: columns.length, delimiter })
      }
      if (row >= options.fromRow) parsed.push(build(cells))
    }
    const { abortSignal } = options
    const reading = readText(source, {
      ...(from === undefined ? {} : { from: from.byte, line: from.line }),
      ...(abortSignal === undefined ? {} : { abortSignal }),
    })
    let position = 0
    for await (const block of reading) {
      const last = checkpoints.at(-1)?.byte ?? 0
      if (block.startsLine && parser.isBetweenRecords && next > 0 && block.start >= last + checkpointBytes) {
        checkpoints.push({ row: next, byte: block.start, line: block.line })
      }
      parser.push(toLines(block.text), emit)
      position = block.end
      if (parsed.length > 0) yield { rows: parsed, position }
      parsed = []
    }
    parser.end(emit)
    if (parsed.length > 0) yield { rows: parsed, position }
  }

  return {
    facts: {
      format: file.format, columns, encoding: source.encoding, hasByteOrderMark: source.hasByteOrderMark, delimiter,
      newline: head[head.indexOf("\n") - 1] === "\r" ? "\r\n" : "\n", bytes: file.bytes,
    },
    chunks: (options) => collectChunks(rows(options), options),
  }
}
