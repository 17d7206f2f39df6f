/** Two streams shared by results, notes and one updating line. */
import type { Io, Output } from "./io.ts"
import { displayWidth, truncate } from "./width.ts"

export interface Terminal {
  /** A line of the result, to stdout. */
  out(line: string): void
  /** A line for people, to stderr. */
  note(line: string): void
  /** Replaces the updating line; an empty text removes it. Does nothing where stderr is not a terminal. */
  status(line: string): void
  readonly isInteractive: boolean
}

/** Terminal over two streams: whatever is printed, the updating line is cleared before and drawn again after. */
export function createTerminal(io: Pick<Io, "stdout" | "stderr" | "environment">): Terminal {
  let status = ""
  const isInteractive = io.stderr.isTTY === true && io.environment["TERM"] !== "dumb"
  const clear = () => {
    if (status !== "") io.stderr.write("\r\u001B[2K")
  }
  const draw = () => {
    if (status !== "") io.stderr.write(status)
  }
  const printTo = (stream: Output) => (line: string) => {
    clear()
    stream.write(`${line}\n`)
    draw()
  }
  return {
    isInteractive,
    out: printTo(io.stdout),
    note: printTo(io.stderr),
    status(line) {
      if (!isInteractive) return
      clear()
      // One column stays free: a full line would wrap and could not be cleared.
      const width = (io.stderr.columns ?? 80) - 1
      status = displayWidth(line) > width ? truncate(line, width) : line
      draw()
    },
  }
}
