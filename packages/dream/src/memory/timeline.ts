/** Validity intervals: of the entries of one key, each holds until the next begins. */

/** When something began to hold; ties go by the journal, then by id. */
export interface TimelineEntry {
  readonly id: string
  readonly at: number
  readonly journalIndex: number
}

/** Half-open: from `from` (included) to `to` (not included), null while it still holds. Empty where both are equal. */
export interface Validity {
  readonly from: number
  readonly to: number | null
}

export interface Timeline<E extends TimelineEntry> {
  /** Entries may come in any order. */
  add(key: string, entry: E): void
  /** The entry before it holds again until the one after it: as if the removed one had never been known. */
  remove(key: string, id: string): void
  /** All entries of a key, oldest first. */
  history(key: string): readonly E[]
  /** What holds at `at`. */
  at(key: string, at: number): E | undefined
  validity(key: string, id: string): Validity | undefined
  keys(): string[]
}

/** By code units, the same on every machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Order in time. */
export const compareTime = (a: TimelineEntry, b: TimelineEntry): number =>
  a.at - b.at || a.journalIndex - b.journalIndex || compareText(a.id, b.id)

export function createTimeline<E extends TimelineEntry>(): Timeline<E> {
  const entries = new Map<string, E[]>()
  const history = (key: string) => entries.get(key) ?? []
  return {
    add: (key, entry) => {
      const list = history(key)
      const after = list.findIndex((other) => compareTime(entry, other) < 0)
      list.splice(after === -1 ? list.length : after, 0, entry)
      entries.set(key, list)
    },
    remove: (key, id) => {
      const left = history(key).filter((entry) => entry.id !== id)
      if (left.length === 0) entries.delete(key)
      else entries.set(key, left)
    },
    history,
    at: (key, at) => history(key).findLast((entry) => entry.at <= at),
    validity: (key, id) => {
      const list = history(key)
      const index = list.findIndex((entry) => entry.id === id)
      const entry = list[index]
      return entry === undefined ? undefined : { from: entry.at, to: list[index + 1]?.at ?? null }
    },
    keys: () => [...entries.keys()].toSorted(compareText),
  }
}
