/** Any table as a stream of rows, whatever its file format. */
import type { Row } from "@daydream/engine/function"

export type TableFormat = "csv" | "tsv" | "json" | "jsonl" | "parquet" | "xlsx"

/** What was found out about a file while opening it. */
export interface TableFacts {
  readonly format: TableFormat
  readonly columns: readonly string[]
  /** Text formats only. */
  readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "gb18030"
  readonly hasByteOrderMark?: boolean
  readonly delimiter?: string
  readonly newline?: "\n" | "\r\n"
  /** Parquet only: the SQL type of each column, for writing the same types again. */
  readonly types?: Readonly<Record<string, string>>
  /** Bytes of the file, for progress. */
  readonly bytes: number
}

/** A chunk of rows with the position of its first one. */
export interface RowChunk {
  /** Number of the first row, counting data rows from 1. */
  readonly firstRow: number
  readonly rows: readonly Row[]
  /** Bytes of the file read so far, for progress; rows read so far for formats that have no byte position. */
  readonly bytesRead: number
}

/** An opened table. `chunks` may be called more than once; each call reads from the start (or from `fromRow`). */
export interface Table {
  readonly path: string
  readonly facts: TableFacts
  chunks(options?: { readonly fromRow?: number; readonly chunkRows?: number; readonly abortSignal?: AbortSignal }): AsyncIterable<RowChunk>
}

/** Writes rows in one format. Nothing is visible under the final name before `close` (written aside, synced, renamed). */
export interface TableWriter {
  write(rows: readonly Row[]): Promise<void>
  close(): Promise<void>
  /** Removes what was written. */
  abort(): Promise<void>
}

export interface TableWriterOptions {
  readonly format: TableFormat
  readonly columns: readonly string[]
  readonly encoding?: "utf-8" | "utf-8-bom" | "gb18030"
  readonly delimiter?: string
  readonly newline?: "\n" | "\r\n"
  /** Prefix cells that a spreadsheet would run as a formula (=, +, -, @, tab, return) with an apostrophe. Default true for csv and tsv. */
  readonly escapeFormulas?: boolean
  /** Parquet only: SQL types by column, as in `TableFacts.types`; columns without one get the type of their cells. */
  readonly types?: Readonly<Record<string, string>>
  /** Excel only: the name of the sheet; default "Sheet1". */
  readonly sheet?: string
}
