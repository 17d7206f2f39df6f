/** The rows of a chunk as bytes: only the columns that the plan reads leave the parent. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { Cell, KeyedRow, Row } from "@daydream/engine/function"

export function encodeRows(rows: readonly Row[], columns: readonly string[]): Buffer {
  const cells = rows.map((row) => columns.map((name) => row[name] ?? null))
  return zstdCompressSync(JSON.stringify({ columns, cells }))
}

/** Keyed rows, in batches of `batchRows`, the first being number `firstRow`. */
export function decodeBatches(bytes: Uint8Array, firstRow: number, batchRows: number): KeyedRow[][] {
  const { columns, cells } = JSON.parse(zstdDecompressSync(bytes).toString("utf8")) as
    { columns: readonly string[]; cells: readonly (readonly Cell[])[] }
  const batches: KeyedRow[][] = []
  for (const [index, values] of cells.entries()) {
    if (index % batchRows === 0) batches.push([])
    const input = Object.fromEntries(columns.map((name, place) => [name, values[place] ?? null]))
    batches.at(-1)?.push({ key: String(firstRow + index), input })
  }
  return batches
}

/** Batches for the next chunk, so that it takes a worker about `targetMs`; `msPerRow` undefined: nothing measured yet. */
export function batchesPerChunk(msPerRow: number | undefined, batchRows: number, targetMs = 500, mostRows = 20_000): number {
  if (msPerRow === undefined) return 1
  const rows = Math.min(mostRows, targetMs / Math.max(msPerRow, 1e-6))
  return Math.max(1, Math.floor(rows / batchRows))
}
