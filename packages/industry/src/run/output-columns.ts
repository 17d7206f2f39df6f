/** The columns that a run adds to a table, and the rows that fill them. */
import type { Language } from "@daydream/engine/language"
import type { Cell, Row } from "@daydream/engine/function"
import type { Answer } from "./part.ts"

/** Names of the added columns in one table. */
export interface AddedColumns {
  /** The label; filled where the plan answers, empty where it leaves the row to people. */
  readonly output: string
  /** Calibrated probability that the label (or suggestion) is right. */
  readonly confidence: string
  /** The rung that answered. */
  readonly rung: string
  /** answered, review, other or failed. */
  readonly status: string
  /** The best guess for rows of status review and other. */
  readonly suggestion: string
}

/**
 * Names for the added columns: the output's own, then confidence, rung, status, suggestion. A name that the table has
 * already gets the first free suffix `_2`, `_3` …; an input column is never overwritten.
 */
export function nameAddedColumns(columns: readonly string[], output: string): AddedColumns {
  const taken = new Set(columns)
  const free = (name: string) => {
    let candidate = name
    for (let suffix = 2; taken.has(candidate); suffix++) candidate = `${name}_${suffix}`
    taken.add(candidate)
    return candidate
  }
  return { output: free(output), confidence: free("confidence"), rung: free("rung"), status: free("status"),
    suggestion: free("suggestion") }
}

/** All columns of the output table, in order. */
export const outputColumns = (columns: readonly string[], added: AddedColumns): string[] =>
  [...columns, added.output, added.confidence, added.rung, added.status, added.suggestion]

/** SQL types of the added columns in Parquet: the same whatever the answers, so that tables of several runs fit together. */
export const addedTypes = (added: AddedColumns): Record<string, string> => ({
  [added.output]: "VARCHAR", [added.confidence]: "DOUBLE", [added.rung]: "VARCHAR", [added.status]: "VARCHAR",
  [added.suggestion]: "VARCHAR",
})

/** Six decimals: more would be noise that differs between machines. */
const rounded = (confidence: number) => Math.round(confidence * 1e6) / 1e6

/** The input row with its answer. */
export function answeredRow(row: Row, answer: Answer, added: AddedColumns): Row {
  const isLeft = answer.status === "review" || answer.status === "other"
  return {
    ...row,
    [added.output]: isLeft ? null : answer.output,
    [added.confidence]: rounded(answer.confidence),
    [added.rung]: answer.by,
    [added.status]: answer.status,
    [added.suggestion]: isLeft ? answer.output : null,
  }
}

/** Columns of the table of failed rows: number, code and message, then the input. */
export function errorColumns(columns: readonly string[]): { readonly names: readonly string[]; readonly all: string[] } {
  const taken = new Set(columns)
  const names = ["row", "error", "message"].map((name) => {
    let candidate = name
    for (let suffix = 2; taken.has(candidate); suffix++) candidate = `${name}_${suffix}`
    return candidate
  })
  return { names, all: [...names, ...columns] }
}

/** A failed row for the table of errors. */
export function errorRow(number: number, row: Row, answer: Answer, names: readonly string[], language: Language): Row {
  const facts: Cell[] = [number, answer.fault?.code ?? "failed", answer.fault?.texts[language] ?? ""]
  return { ...Object.fromEntries(names.map((name, index) => [name, facts[index] ?? null])), ...row }
}
