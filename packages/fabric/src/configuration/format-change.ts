/** Changes as lines: `+ route chat`, `~ pool gpu: concurrency 8 -> 16`, `- route old`. */
import type { Change } from "./diff.ts"

const signs = { add: "+", change: "~", remove: "-" } as const

export function formatChange(change: Change): string {
  const subject = [signs[change.action], change.kind, change.name].filter(Boolean).join(" ")
  const note = change.kind === "tenant" && change.action === "remove" ? " (suspended)" : ""
  if (change.fields.length === 0) return subject + note
  const fields = change.fields.map(({ field, from, to }) => [field, from, "->", to].filter(Boolean).join(" "))
  return `${subject}: ${fields.join(", ")}`
}
