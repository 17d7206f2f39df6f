/** Labels: how they are written, and which ones are the same but for the writing. */
import type { Cell, OutputField } from "@daydream/engine/function"

/** The same for labels that differ only in case, spaces, or full-width forms. */
export const labelKey = (label: string): string => label.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim()

/** A label as it is written in the data. */
export const labelText = (cell: Cell): string => String(cell)

const booleanPairs: readonly (readonly [negative: string, positive: string])[] = [
  ["no", "yes"], ["n", "y"], ["false", "true"], ["f", "t"], ["0", "1"], ["否", "是"], ["假", "真"], ["错", "对"],
  ["off", "on"], ["无", "有"], ["不是", "是"], ["非", "是"],
]

/** The classes as [negative, positive] where they are a yes and a no; else undefined. */
export function booleanClasses(classes: readonly string[]): readonly [string, string] | undefined {
  const [a, b] = classes
  if (classes.length !== 2 || a === undefined || b === undefined) return undefined
  for (const [negative, positive] of booleanPairs) {
    if (labelKey(a) === negative && labelKey(b) === positive) return [a, b]
    if (labelKey(b) === negative && labelKey(a) === positive) return [b, a]
  }
  return undefined
}

const isWhole = (label: string): boolean => /^-?\d{1,15}$/.test(label)

/** Integers come first and count up, other labels follow code points. */
function byLabel(a: string, b: string): number {
  if (isWhole(a) !== isWhole(b)) return isWhole(a) ? -1 : 1
  if (isWhole(a) && a !== b && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** The output field of a column with these classes: boolean as [negative, positive], else enum in a fixed order. */
export function outputField(name: string, classes: Iterable<string>): OutputField {
  const sorted = [...new Set(classes)].toSorted(byLabel)
  const pair = booleanClasses(sorted)
  return pair === undefined ? { name, type: "enum", classes: sorted } : { name, type: "boolean", classes: pair }
}

/** Labels of one key, the most frequent first (ties: the one that came first). */
export interface LabelForms {
  readonly canonical: string
  readonly forms: readonly { readonly label: string; readonly count: number }[]
}

/** Groups of labels that differ only in writing. */
export function labelVariants(counts: ReadonlyMap<string, number>): LabelForms[] {
  const groups = Map.groupBy(counts, ([label]) => labelKey(label))
  return [...groups.values()]
    .filter((forms) => forms.length > 1)
    .map((forms) => {
      const ordered = forms.map(([label, count]) => ({ label, count })).toSorted((a, b) => b.count - a.count)
      return { canonical: (ordered[0]?.label ?? "").trim(), forms: ordered }
    })
}
