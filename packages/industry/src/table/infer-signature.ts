/** What a function takes and gives, found from rows of its table. */
import type { Cell, InputField, InputType, Row, Signature } from "@daydream/engine/function"
import { tableErrors } from "./errors.ts"
import { labelText, outputField } from "./labels.ts"
import { defaultMissing, defaultMissingLabels, missingTest } from "./missing.ts"
import { nearestName } from "./nearest.ts"
import { parseDate } from "./parse-date.ts"
import { parseNumber } from "./parse-number.ts"

export interface SignatureChoice {
  readonly inputs: readonly string[]
  readonly output: string
  /** Types that the user knows better, by input column. */
  readonly types?: Readonly<Record<string, InputType>>
  /** The classes, where they are known; default: the labels of the rows. */
  readonly classes?: readonly string[]
  readonly glossary?: Readonly<Record<string, string>>
  readonly missing?: readonly string[]
  readonly missingLabels?: readonly string[]
}

/** Rows looked at for the type of an input. */
const typeRows = 5_000
/** Share of present cells that must parse before a column counts as numbers or dates. */
const parsedShare = 0.98

/** Throws `no_such_column` (with those there are and the nearest) unless each of `wanted` is one of `columns`. */
export function requireColumns(wanted: readonly string[], columns: readonly string[]): void {
  const missing = wanted.find((column) => !columns.includes(column))
  if (missing === undefined) return
  throw tableErrors.no_such_column({ column: missing, columns, nearest: nearestName(missing, columns) })
}

const hasLeadingZero = (text: string): boolean => /^\s*[-+]?0\d/.test(text)

function isNumberCell(cell: Cell): boolean {
  if (typeof cell === "number") return true
  return typeof cell === "string" && !hasLeadingZero(cell) && parseNumber(cell) !== null
}

const isDateCell = (cell: Cell): boolean => typeof cell === "string" && parseDate(cell) !== null

/** Few, short, repeated values. */
function isCategory(cells: readonly Cell[]): boolean {
  const distinct = new Set(cells.map(String))
  if (distinct.size > Math.max(2, Math.min(50, cells.length / 4))) return false
  return [...distinct].every((text) => text.length <= 40 && text.trim().split(/\s+/).length <= 5 && !/[\n。！？!?]/.test(text))
}

/** The type of a column from its cells; text where nothing else is clear. */
export function inferType(cells: readonly Cell[], missing: readonly string[] = defaultMissing): InputType {
  const isMissing = missingTest(missing)
  const present = cells.filter((cell) => !isMissing(cell))
  if (present.length === 0) return "text"
  const needed = present.length * parsedShare
  if (present.filter(isDateCell).length >= needed) return "date"
  if (present.filter(isNumberCell).length >= needed) return "number"
  if (present.every((cell) => typeof cell === "boolean")) return "category"
  return isCategory(present) ? "category" : "text"
}

/** Types of the inputs: those given, else those that the cells show. */
export function inferInputs(rows: readonly Row[], choice: SignatureChoice): InputField[] {
  const sample = rows.length <= typeRows ? rows : rows.filter((_, i) => i % Math.ceil(rows.length / typeRows) === 0)
  return choice.inputs.map((name) => ({
    name,
    type: choice.types?.[name] ?? inferType(sample.map((row) => row[name] ?? null), choice.missing),
  }))
}

/** Throws where the chosen columns cannot make a function. */
export function checkChoice(choice: SignatureChoice, columns: readonly string[]): void {
  requireColumns([...choice.inputs, choice.output, ...Object.keys(choice.types ?? {})], columns)
  if (choice.inputs.includes(choice.output)) throw tableErrors.output_among_inputs({ column: choice.output })
}

/**
 * The signature of a function from `choice.inputs` to `choice.output`. Classes come in a fixed order: [negative,
 * positive] for yes/no columns (`boolean`), else integers counting up, then code point order (`enum`).
 */
export function inferSignature(rows: readonly Row[], choice: SignatureChoice): Signature {
  const first = rows[0]
  if (first !== undefined) checkChoice(choice, Object.keys(first))
  const isMissingLabel = missingTest(choice.missingLabels ?? defaultMissingLabels)
  const labels = rows.map((row) => row[choice.output] ?? null).filter((cell) => !isMissingLabel(cell))
  const output = outputField(choice.output, choice.classes ?? labels.map((cell) => labelText(cell)))
  return {
    inputs: inferInputs(rows, choice),
    output: choice.glossary === undefined ? output : { ...output, glossary: choice.glossary },
  }
}
