/**
 * What is under way, by key, oldest first. A bare Map would do the same, but V8 links each table that a Map outgrew to
 * its successor, so that, once one of them is old, everything that passes through lives until the next full collection.
 * Here an entry is emptied when it leaves: what such a table still holds is small.
 */
export class InFlight<Key, Value> {
  readonly #cells = new Map<Key, { value: Value | undefined }>()

  get size(): number { return this.#cells.size }

  get(key: Key): Value | undefined { return this.#cells.get(key)?.value }

  has(key: Key): boolean { return this.#cells.has(key) }

  /** Adds what is new; of a key that is under way already, the value is replaced. */
  set(key: Key, value: Value): void {
    const cell = this.#cells.get(key)
    if (cell === undefined) this.#cells.set(key, { value })
    else cell.value = value
  }

  delete(key: Key): void {
    const cell = this.#cells.get(key)
    if (cell === undefined) return
    cell.value = undefined
    this.#cells.delete(key)
  }

  /** Entries may leave meanwhile. */
  * values(): IterableIterator<Value> {
    for (const { value } of this.#cells.values()) if (value !== undefined) yield value
  }
}
