/** What has been given to the caller since the last durable place, so that nothing is given twice after a cut. */
import type { SessionEvent } from "./protocol.ts"

/** The same text for the same event: one that is read from the store may name its fields in another order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field
  )

export type Judgement = "new" | "again" | "other"

export class Seen {
  readonly #events = new Map<string, string>()

  /** `other`: in the place of an event that was given stands another one now; the turn was played anew. */
  judge(event: SessionEvent): Judgement {
    const text = canonical(event)
    const place = event.cursor === null ? text : `#${event.cursor}`
    const known = this.#events.get(place)
    this.#events.set(place, text)
    return known === undefined ? "new" : known === text ? "again" : "other"
  }

  clear(): void {
    this.#events.clear()
  }
}
