/** Equal calls at the same time share one flight. */

interface Flight<T> {
  readonly result: Promise<T>
  readonly abort: AbortController
  passengers: number
}

/** Runs calls by key. Aborting one caller leaves the others alone; the call is aborted when nobody waits any more. */
export class Flights<T> {
  readonly #open = new Map<string, Flight<T>>()

  /** The result of the call under way for `key`, or of `start`. */
  async join(key: string, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const flight = this.#open.get(key) ?? this.#take(key, start)
    flight.passengers++
    let stopWaiting: (() => void) | undefined
    try {
      if (signal === undefined) return await flight.result
      const aborted = new Promise<never>((_, reject) => {
        stopWaiting = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"))
        signal.addEventListener("abort", stopWaiting, { once: true })
      })
      return await Promise.race([flight.result, aborted])
    } finally {
      if (stopWaiting !== undefined) signal?.removeEventListener("abort", stopWaiting)
      if (--flight.passengers === 0) this.#leave(key, flight)
    }
  }

  #take(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController()
    const flight = { result: start(abort.signal), abort, passengers: 0 }
    this.#open.set(key, flight)
    const close = () => {
      if (this.#open.get(key) === flight) this.#open.delete(key)
    }
    flight.result.then(close, close)
    return flight
  }

  // Nobody waits: whoever comes now must not join a call that is being aborted.
  #leave(key: string, flight: Flight<T>) {
    if (this.#open.get(key) === flight) this.#open.delete(key)
    flight.abort.abort()
  }
}
