/** A turn that is being played: it goes on whoever listens, and whoever comes later hears it from its beginning. */
import type { SessionEvent } from "../protocol/index.ts"

export class RunningTurn {
  readonly player: string
  /** Of the request: the same key again joins it. */
  readonly key: string | null
  /** Settles, and never rejects, when the turn is at its end. */
  readonly ended: Promise<void>
  readonly #events: SessionEvent[] = []
  #isOver = false
  #failure: unknown = null
  #waiting: (() => void)[] = []

  constructor(player: string, key: string | null, events: AsyncIterable<SessionEvent>) {
    this.player = player
    this.key = key
    this.ended = this.#consume(events)
  }

  async #consume(events: AsyncIterable<SessionEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#events.push(event)
        this.#wake()
      }
    } catch (error) {
      this.#failure = error
    }
    this.#isOver = true
    this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }

  /** The committed state; null where the turn did not happen, or has not yet. */
  get committed(): Extract<SessionEvent, { type: "committed" }> | null {
    return this.#events.find((event) => event.type === "committed") ?? null
  }

  /** Every event from the first on, until the turn ends. Throws what the turn threw. */
  async *follow(): AsyncGenerator<SessionEvent, void, undefined> {
    for (let at = 0; ;) {
      const event = this.#events[at]
      if (event !== undefined) {
        at += 1
        yield event
      } else if (this.#isOver) {
        if (this.#failure !== null) throw this.#failure
        return
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    }
  }
}
