/** Validation of inputs at the edge. */
import type { StandardSchemaV1 } from "@standard-schema/spec"
import type { AnySchema } from "./json-schema.ts"
import type { Cell, Row } from "./row.ts"
import type { InputField, InputType } from "./signature.ts"

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Name of the field; "" for the whole input. */
  readonly field: string
  readonly message: string
}

/** A row that the function can run on, or everything that is wrong with the input. */
export type ParsedInput = { readonly row: Row; readonly issues?: undefined } | { readonly issues: readonly InputIssue[] }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The value as a cell, or undefined where a cell cannot hold it. Dates become ISO 8601, missing becomes null. */
function toCell(value: unknown): Cell | undefined {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined
  return typeof value === "string" || typeof value === "boolean" ? value : undefined
}

const fits: Readonly<Record<InputType, (cell: string | number | boolean) => boolean>> = {
  text: () => true,
  category: () => true,
  number: (cell) => typeof cell === "number" || (typeof cell === "string" && Number.isFinite(Number(cell))),
  date: (cell) => typeof cell === "string" && (cell.trim() === "" || !Number.isNaN(Date.parse(cell))),
}

/** Checks the signature's fields; fields that the function does not take are left out. */
export function rowOf(inputs: readonly InputField[], value: unknown): ParsedInput {
  if (!isRecord(value)) return { issues: [{ field: "", message: "The input is not an object with named fields." }] }
  const issues: InputIssue[] = []
  const cells = inputs.map(({ name, type }): [string, Cell] => {
    const cell = toCell(Object.hasOwn(value, name) ? value[name] : undefined)
    if (cell === undefined) issues.push({ field: name, message: "A cell holds a text, a number, a date or a boolean." })
    else if (cell !== null && !fits[type](cell)) issues.push({ field: name, message: `This is not a ${type}: ${String(cell)}` })
    return [name, cell ?? null]
  })
  return issues.length > 0 ? { issues } : { row: Object.fromEntries(cells) }
}

const fieldOf = (issue: StandardSchemaV1.Issue): string => {
  const first = issue.path?.[0]
  return first === undefined ? "" : String(typeof first === "object" ? first.key : first)
}

/** Validates with the schema first (which may change the value), then as a row. */
export async function parseWithSchema(schema: AnySchema, inputs: readonly InputField[], value: unknown): Promise<ParsedInput> {
  const result = await schema["~standard"].validate(value)
  if (result.issues === undefined) return rowOf(inputs, result.value)
  return { issues: result.issues.map((issue) => ({ field: fieldOf(issue), message: issue.message })) }
}
