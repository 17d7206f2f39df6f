/** What a caller can ask of a run, and what comes back. */
import type { Language } from "@daydream/engine/language"
import type { OpenTableOptions, TableWriterOptions } from "../table/index.ts"
import type { PartSize } from "./label.ts"
import type { RunProgress } from "./progress.ts"
import type { RunTotals } from "./totals.ts"

export interface RunFileOptions {
  /** How to read the input, where it is not to be found out. */
  readonly reading?: OpenTableOptions
  /** Text formats; default the input's encoding (UTF-16 becomes UTF-8 with a mark). */
  readonly encoding?: NonNullable<TableWriterOptions["encoding"]>
  /** Prefix cells that a spreadsheet would run as a formula; default true for CSV and TSV. */
  readonly escapeFormulas?: boolean
  /** Throw away what an earlier, unfinished run kept. */
  readonly restart?: boolean
  /** Rows a batch; default 256. A run that is continued keeps its first value. */
  readonly batchRows?: number
  /** Language of the messages in the table of errors; default "en". */
  readonly language?: Language
  /** Default 20,000 rows or 5 seconds. */
  readonly partSize?: PartSize
  readonly abortSignal?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number
}

export interface RunFileResult {
  readonly output: string
  /** The table of failed rows; absent where no row failed. */
  readonly errors?: string
  readonly totals: RunTotals
  /** Rows that an earlier, unfinished attempt had labelled. */
  readonly rowsContinued: number
  /** Time of this attempt. */
  readonly seconds: number
}
