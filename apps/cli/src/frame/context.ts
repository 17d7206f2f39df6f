/** What a command gets to speak with: the only way to the terminal. */
import type { Language, Localized } from "@daydream/engine/language"
import type { Io } from "./io.ts"
import { createProgress, type Progress, type ProgressOptions } from "./progress.ts"
import { renderTable, type TableView } from "./table-view.ts"
import { createTerminal } from "./terminal.ts"

export interface CommandContext {
  readonly language: Language
  /** True under `--json`: `print` and `table` are silent, and what the command returns is printed as JSON. */
  readonly json: boolean
  readonly quiet: boolean
  /** Aborted when the user stops the program; pass it to every long call. */
  readonly abortSignal: AbortSignal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `localized` in the language of the user. */
  text(localized: Localized): string
  /** A line of the result, for people. */
  print(line?: Localized | string): void
  /** A table of the result, for people. */
  table(view: TableView): void
  /** Something worth knowing beside the result (a warning, a next step): to stderr, also under `--json`; silent under `--quiet`. */
  note(line: Localized | string): void
  /** Reports progress on stderr; silent under `--quiet`. Call `finish` when done. */
  progress(label: Localized | string, options?: ProgressOptions): Progress
  /** What the process shall exit with although nothing failed (`check` gives 3 where a promise is broken). */
  setExitCode(code: number): void
}

export interface FrameOptions {
  readonly language: Language
  readonly json: boolean
  readonly quiet: boolean
}

const silentProgress: Progress = { update: () => {}, finish: () => {}, dismiss: () => {} }

/** A context, and what the frame asks of it when the command has ended. */
export interface OpenedContext {
  readonly context: CommandContext
  readonly exitCode: () => number
  /** Removes the updating line that a command which failed left on the terminal. */
  readonly clear: () => void
}

/** The context of one command. */
export function createContext(io: Io, options: FrameOptions): OpenedContext {
  const terminal = createTerminal(io)
  const text = (localized: Localized) => localized[options.language]
  const plain = (line: Localized | string) => (typeof line === "string" ? line : text(line))
  let exitCode = 0
  const context: CommandContext = {
    ...options,
    abortSignal: io.abortSignal,
    environment: io.environment,
    text,
    print: (line = "") => {
      if (!options.json) terminal.out(plain(line))
    },
    table: (view) => {
      if (options.json) return
      // A file or a pipe has no width: there a row stays on its line.
      const limit = io.stdout.isTTY === true ? io.stdout.columns : undefined
      for (const line of renderTable(view, text, limit)) terminal.out(line)
    },
    note: (line) => {
      if (!options.quiet) terminal.note(plain(line))
    },
    progress: (label, progressOptions) =>
      options.quiet ? silentProgress : createProgress(terminal, plain(label), options.language, io.now, progressOptions),
    setExitCode: (code) => {
      exitCode = code
    },
  }
  return { context, exitCode: () => exitCode, clear: () => terminal.status("") }
}
