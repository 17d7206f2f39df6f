/** A map of bounded size that forgets what was longest not asked for. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  clear(): void
  values(): Iterable<V>
  readonly size: number
}

/** `forgotten` is told of each value that was pushed out or replaced. */
export function createBoundedMap<V>(most: number, forgotten: (value: V) => void = () => undefined): BoundedMap<V> {
  // A Map keeps the order of insertion: what is used is put in again, so that the first is the longest unused.
  const map = new Map<string, V>()
  return {
    get: (key) => {
      const value = map.get(key)
      if (value === undefined) return undefined
      map.delete(key)
      map.set(key, value)
      return value
    },
    set: (key, value) => {
      const replaced = map.get(key)
      if (replaced !== undefined && replaced !== value) forgotten(replaced)
      map.delete(key)
      map.set(key, value)
      if (map.size <= most) return
      for (const [oldest, pushedOut] of map) {
        map.delete(oldest)
        forgotten(pushedOut)
        return
      }
    },
    delete: (key) => void map.delete(key),
    clear: () => map.clear(),
    values: () => map.values(),
    get size() {
      return map.size
    },
  }
}
