/** What every format's reader gives, and how its pieces become chunks of an even size. */
import type { Row } from "@daydream/engine/function"
import type { RowChunk, TableFacts } from "./table.ts"

export interface ReadOptions {
  /** Number of the first row wanted, from 1. */
  readonly fromRow: number
  readonly chunkRows: number
  readonly abortSignal?: AbortSignal
}

export interface OpenedTable {
  readonly facts: TableFacts
  chunks(options: ReadOptions): AsyncIterable<RowChunk>
}

/** Rows as they come, with the position reached in the file. */
export interface Piece {
  readonly rows: readonly Row[]
  readonly position: number
}

/** Cuts pieces, the first of which starts at `fromRow`, into chunks of `chunkRows`. */
export async function* collectChunks(pieces: AsyncIterable<Piece>, options: ReadOptions): AsyncGenerator<RowChunk> {
  let firstRow = options.fromRow
  let held: Row[] = []
  let position = 0
  for await (const piece of pieces) {
    position = piece.position
    const rows = held.length === 0 ? piece.rows : held.concat(piece.rows)
    let at = 0
    for (; at + options.chunkRows <= rows.length; at += options.chunkRows) {
      options.abortSignal?.throwIfAborted()
      yield { firstRow, rows: rows.slice(at, at + options.chunkRows), bytesRead: position }
      firstRow += options.chunkRows
    }
    held = rows.slice(at)
  }
  options.abortSignal?.throwIfAborted()
  if (held.length > 0) yield { firstRow, rows: held, bytesRead: position }
}
