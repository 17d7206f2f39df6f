/** Cuts any rows into keyed batches whose borders depend on row numbers alone. */
import type { KeyedRow, Row } from "@daydream/engine/function"

/** Where a batch stands. */
export interface BatchPlace {
  readonly firstRow: number
  readonly rows: number
  /** Position in the source after the batch: bytes of a file, or as many rows. */
  readonly position: number
}

/** Consecutive rows from a source. */
export interface Rows {
  readonly rows: readonly Row[]
  readonly position: number
}

/** A batch with its place. */
export interface PlacedBatch extends BatchPlace {
  readonly batch: readonly KeyedRow[]
}

/** Batches of `batchRows` from pieces of any size, the first row being number `firstRow`; keys are row numbers. */
export async function* cutBatches(
  pieces: AsyncIterable<Rows>, firstRow: number, batchRows: number,
): AsyncGenerator<PlacedBatch> {
  let held: KeyedRow[] = []
  let number = firstRow
  let position = 0
  const place = (batch: readonly KeyedRow[]): PlacedBatch =>
    ({ batch, firstRow: number - batch.length, rows: batch.length, position })
  for await (const piece of pieces) {
    position = piece.position
    for (const input of piece.rows) {
      held.push({ key: String(number++), input })
      if (held.length < batchRows) continue
      const batch = held
      held = []
      yield place(batch)
    }
  }
  if (held.length > 0) yield place(held)
}
