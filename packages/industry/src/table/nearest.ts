/** The name that was probably meant. */

/** Edits (insert, delete, replace, swap of neighbours) between two short texts; optimal string alignment. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_each, j) => (j === 0 ? i : 0)))
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j
  for (let i = 1; i <= a.length; i++) {
    const row = rows[i] as number[]
    const above = rows[i - 1] as number[]
    for (let j = 1; j <= b.length; j++) {
      const replace = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replace, (above[j] as number) + 1, (row[j - 1] as number) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, ((rows[i - 2] as number[])[j - 2] as number) + 1)
      }
    }
  }
  return (rows[a.length] as number[])[b.length] as number
}

const plain = (name: string): string => name.normalize("NFKC").toLowerCase().replace(/[\s_\-.]+/g, "")

/** The name of `names` nearest to `wanted` (case and separators aside), or null where none is near. */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  const target = plain(wanted).slice(0, 100)
  let best: string | null = null
  let least = Math.max(1, Math.floor(target.length / 3)) + 1
  for (const name of names) {
    const other = plain(name).slice(0, 100)
    const isPart = target.length >= 3 && (other.startsWith(target) || other.endsWith(target))
    const distance = isPart ? Math.min(1, editDistance(target, other)) : editDistance(target, other)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}
