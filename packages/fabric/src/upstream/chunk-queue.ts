/** Bytes on their way from a connection to whoever reads them, with a brake. */

/** A connection that can be held up. */
export interface Flow {
  pause(): void
  resume(): void
  /** The reader left before the end. */
  cancel(): void
}

/** A queue with one writer and one reader. */
export interface ChunkQueue {
  push(chunk: Uint8Array): void
  end(): void
  fail(error: unknown): void
  readonly body: AsyncIterable<Uint8Array>
}

/** Makes a queue that holds the connection up while more than `mostBytes` wait. */
export function createChunkQueue(flow: Flow, mostBytes = 256 * 1024): ChunkQueue {
  const waiting: Uint8Array[] = []
  let bytes = 0
  let isPaused = false
  let state: "open" | "ended" | "failed" | "left" = "open"
  let failure: unknown
  let reader: { resolve(result: IteratorResult<Uint8Array>): void; reject(error: unknown): void } | null = null
  const done = { done: true, value: undefined } as const
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        bytes -= chunk.byteLength
        if (isPaused && bytes <= mostBytes / 2) {
          isPaused = false
          flow.resume()
        }
        return Promise.resolve({ done: false, value: chunk })
      }
      if (state === "failed") {
        state = "left"
        return Promise.reject(failure)
      }
      if (state !== "open") return Promise.resolve(done)
      return new Promise((resolve, reject) => (reader = { resolve, reject }))
    },
    return: () => {
      if (state === "open") flow.cancel()
      state = "left"
      waiting.length = 0
      reader?.resolve(done)
      reader = null
      return Promise.resolve(done)
    },
  }
  const settle = (next: "ended" | "failed") => {
    if (state !== "open") return
    state = next
    if (reader === null) return
    if (next === "ended") reader.resolve(done)
    else {
      state = "left"
      reader.reject(failure)
    }
    reader = null
  }
  return {
    body: { [Symbol.asyncIterator]: () => iterator },
    push: (chunk) => {
      if (state !== "open") return
      if (reader !== null) {
        const waits = reader
        reader = null
        return waits.resolve({ done: false, value: chunk })
      }
      waiting.push(chunk)
      bytes += chunk.byteLength
      if (!isPaused && bytes > mostBytes) {
        isPaused = true
        flow.pause()
      }
    },
    end: () => settle("ended"),
    fail: (error) => {
      failure = error
      settle("failed")
    },
  }
}
