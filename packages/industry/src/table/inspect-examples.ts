/** What looks wrong in labelled examples. */
import type { Example, InputField } from "@daydream/engine/function"
import { inputKey } from "./input-hash.ts"
import { labelKey } from "./labels.ts"
import type { Conflicts, EmptyInputs, Leak } from "./report.ts"

const shownGroups = 100
const shownRows = 20

/** Rows of the same input (case, spaces and full-width forms aside) with different labels. */
export function findConflicts(examples: readonly Example[], inputs: readonly string[]): Conflicts {
  const byInput = new Map<string, number | number[]>()
  let duplicates = 0
  for (const [i, example] of examples.entries()) {
    const key = inputKey(example.input, inputs)
    const seen = byInput.get(key)
    if (seen === undefined) byInput.set(key, i)
    else {
      duplicates++
      if (typeof seen === "number") byInput.set(key, [seen, i])
      else seen.push(i)
    }
  }
  const groups: Conflicts["groups"][number][] = []
  let rows = 0
  let count = 0
  for (const at of byInput.values()) {
    if (typeof at === "number") continue
    const members = at.map((i) => examples[i] as Example)
    const labels = [...new Set(members.map((member) => member.label))]
    if (labels.length < 2) continue
    count++
    rows += members.length
    if (groups.length < shownGroups) groups.push({ labels, rows: members.slice(0, shownRows).map((member) => member.key) })
  }
  return { count, rows, groups, duplicates }
}

/** Rows none of whose inputs holds anything. */
export function emptyInputs(examples: readonly Example[], fields: readonly InputField[]): EmptyInputs {
  const isEmpty = (example: Example): boolean =>
    fields.every(({ name }) => {
      const cell = example.input[name]
      return cell === null || cell === undefined || (typeof cell === "string" && cell.trim() === "")
    })
  const rows = examples.filter(isEmpty).map((example) => example.key)
  return { count: rows.length, rows: rows.slice(0, shownRows) }
}

/** Above this share of rows an input that follows from the label is a copy of it. */
const copyShare = 0.98

/**
 * Inputs that give the answer away: their value is the label, or each of their few values goes with one label alone
 * (a code of the label).
 */
export function findLeaks(examples: readonly Example[], inputs: readonly string[]): Leak[] {
  if (examples.length < 20) return []
  const leaks: Leak[] = []
  for (const column of inputs) {
    let same = 0
    const labelsOf = new Map<string, Map<string, number>>()
    for (const { input, label } of examples) {
      const text = labelKey(String(input[column] ?? ""))
      if (text === labelKey(label)) same++
      const counts = labelsOf.get(text) ?? new Map<string, number>()
      counts.set(label, (counts.get(label) ?? 0) + 1)
      labelsOf.set(text, counts)
    }
    if (same >= examples.length * copyShare) leaks.push({ column, kind: "copy", agreement: same / examples.length })
    else if (labelsOf.size * 5 <= examples.length) {
      let agreeing = 0
      for (const counts of labelsOf.values()) agreeing += Math.max(...counts.values())
      const agreement = agreeing / examples.length
      if (agreement >= copyShare && agreement > majorityShare(examples) + 0.01) leaks.push({ column, kind: "code", agreement })
    }
  }
  return leaks
}

function majorityShare(examples: readonly Example[]): number {
  const counts = new Map<string, number>()
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1)
  return Math.max(...counts.values()) / examples.length
}
