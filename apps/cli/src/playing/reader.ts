/** Lines that a player types, or that a file holds; one at a time, so that a turn is over before the next line is read. */
import { createInterface } from "node:readline"
import type { Interface } from "node:readline"

export interface LineReader {
  /** The next line, or null at the end of the input. `prompt` is shown on a terminal. */
  next(prompt: string): Promise<string | null>
  close(): void
}

interface ReaderOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
  /** Ctrl-C. Readline takes it from the program while it reads. */
  readonly onInterrupt: () => void
}

/** Readline composes input methods' characters before a line is there: Enter in a candidate window sends nothing. */
export function createLineReader({ input, output, onInterrupt }: ReaderOptions): LineReader {
  const isTerminal = input.isTTY === true
  const reader: Interface = createInterface({ input, terminal: isTerminal, ...(isTerminal ? { output } : {}) })
  const waiting: ((line: string | null) => void)[] = []
  const lines: string[] = []
  let isClosed = false
  reader.on("line", (line) => {
    const taker = waiting.shift()
    if (taker === undefined) lines.push(line)
    else taker(line)
  })
  reader.on("close", () => {
    isClosed = true
    for (const taker of waiting.splice(0)) taker(null)
  })
  reader.on("SIGINT", onInterrupt)
  return {
    next(prompt) {
      const line = lines.shift()
      if (line !== undefined) return Promise.resolve(line)
      if (isClosed) return Promise.resolve(null)
      if (isTerminal) {
        reader.setPrompt(prompt)
        reader.prompt()
      }
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
    close: () => reader.close(),
  }
}
