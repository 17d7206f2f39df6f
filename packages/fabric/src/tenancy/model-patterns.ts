/** Lists of models: exact names, or beginnings with a trailing `*`. Pure. */

/** True where the list (null: all) has the model. */
export const allows = (patterns: readonly string[] | null, model: string): boolean =>
  patterns === null || patterns.some((pattern) =>
    pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : pattern === model)

/** True where every model of `pattern` is in the list. */
const covers = (patterns: readonly string[], pattern: string): boolean =>
  patterns.some((outer) => outer === pattern || (outer.endsWith("*") && pattern.startsWith(outer.slice(0, -1))))

/** The first pattern of `inner` that `outer` does not wholly have; undefined where inner is within. */
export function beyond(outer: readonly string[] | null, inner: readonly string[] | null): string | undefined {
  if (outer === null) return undefined
  if (inner === null) return "*"
  return inner.find((pattern) => !covers(outer, pattern))
}

/** Asks many lists at once, quickly: the model must be in all of them. */
export function allowsIn(lists: readonly (readonly string[] | null)[]): (model: string) => boolean {
  const bounded = lists.filter((list) => list !== null).map((list) => ({
    exact: new Set(list.filter((pattern) => !pattern.endsWith("*"))),
    beginnings: list.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1)),
  }))
  if (bounded.length === 0) return () => true
  return (model) => bounded.every((list) =>
    list.exact.has(model) || list.beginnings.some((beginning) => model.startsWith(beginning)))
}
