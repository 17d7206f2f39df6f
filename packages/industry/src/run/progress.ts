/** How far a run is: pure arithmetic over a clock that is handed in. */

/** Reported during a run. */
export interface RunProgress {
  readonly phase: "label" | "assemble"
  /** Rows done in this phase, those of earlier attempts included. */
  readonly rows: number
  /** Estimated rows of the whole input; absent while nothing supports an estimate. */
  readonly totalRows?: number
  /** Rows a second in this attempt. */
  readonly rowsPerSecond: number
  readonly secondsLeft?: number
  readonly failedRows: number
}

/** Estimates the rows of an input from the share of its bytes that held the rows seen so far. */
export function estimateRows(rows: number, position: number, size: number): number | undefined {
  if (rows === 0 || position <= 0 || position > size) return undefined
  return Math.max(rows, Math.round((rows / position) * size))
}

/** Rate since `startedAt`, and what is left at that rate. */
export function progressOf(facts: {
  readonly phase: RunProgress["phase"]
  readonly rows: number
  /** Rows done before this attempt. */
  readonly rowsBefore: number
  readonly totalRows: number | undefined
  readonly elapsedMs: number
  readonly failedRows: number
}): RunProgress {
  const { phase, rows, rowsBefore, totalRows, elapsedMs, failedRows } = facts
  const rowsPerSecond = elapsedMs <= 0 ? 0 : ((rows - rowsBefore) * 1000) / elapsedMs
  return {
    phase,
    rows,
    ...(totalRows === undefined ? {} : { totalRows }),
    rowsPerSecond,
    ...(totalRows === undefined || rowsPerSecond === 0
      ? {}
      : { secondsLeft: Math.max(0, totalRows - rows) / rowsPerSecond }),
    failedRows,
  }
}
