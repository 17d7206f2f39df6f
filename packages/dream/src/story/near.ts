/** Suggestions for names that were mistyped. */

/** Levenshtein's distance, at most `limit` + 1. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

/** The known name closest to `name` (at most two letters differ, less in short ones), if there is one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = name.length <= 2 ? 0 : name.length <= 5 ? 1 : 2
  const lower = name.toLowerCase()
  return known.map((one) => ({ one, by: distance(lower, one.toLowerCase(), limit) }))
    .filter(({ by }) => by <= limit).toSorted((a, b) => a.by - b.by)[0]?.one
}

/** The facts `near` and `nearZh` of a finding: the suggestion, where there is one. */
export function nearFacts(name: string, known: readonly string[]): { readonly near: string; readonly nearZh: string } {
  const found = nearest(name, known)
  return found === undefined ? { near: "", nearZh: "" } : { near: ` (perhaps "${found}")`, nearZh: `（是否想写“${found}”）` }
}
