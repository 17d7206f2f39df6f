/** What every way of fetching a file is told. */
import type { ModelFile } from "./entry.ts"
import type { Environment } from "./folder.ts"
import type { PullPorts } from "./ports.ts"

/** One file on its way. */
export interface Transfer {
  readonly file: ModelFile
  /** Where the bytes gather until they are whole and verified. */
  readonly partial: string
  /** Existing folder for whatever else is needed meanwhile; it outlives a failed try. */
  readonly workFolder: string
  readonly env: Environment
  readonly ports: PullPorts
  /** Called with the bytes of this file that are there so far. */
  readonly onBytes: (bytes: number) => void
  readonly abortSignal?: AbortSignal
}
