/** Keeps the number of a label's values bounded: those beyond `most` become "other". */
export function labelLimiter(most: number): (label: string, value: string) => string {
  const seen = new Map<string, Set<string>>()
  return (label, value) => {
    let values = seen.get(label)
    if (values === undefined) seen.set(label, values = new Set())
    if (values.has(value)) return value
    if (values.size >= most) return "other"
    values.add(value)
    return value
  }
}
