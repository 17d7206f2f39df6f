/** What has been given to the caller since the last durable place, so that nothing is given twice after a cut. */
import type { SessionEvent } from "./protocol.ts"

export type Judgement = "new" | "again" | "other"

export class Seen {
  readonly #events = new Map<string, string>()

  /** `other`: in the place of an event that was given stands another one now; the turn was played anew. */
  judge(event: SessionEvent): Judgement {
    const text = JSON.stringify(event)
    const place = event.cursor === null ? text : `#${event.cursor}`
    const known = this.#events.get(place)
    this.#events.set(place, text)
    return known === undefined ? "new" : known === text ? "again" : "other"
  }

  clear(): void {
    this.#events.clear()
  }
}
