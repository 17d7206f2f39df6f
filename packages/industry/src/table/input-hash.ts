/** The identity of a row's input, by which labels find their way back to it. */
import { createHash } from "node:crypto"
import type { Cell, Row } from "@daydream/engine/function"

// Spreadsheets change line breaks, outer spaces, and take or add an apostrophe before "=": none of it is another input.
const settled = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? "" : String(cell).normalize("NFC").replace(/\s+/g, " ").trim().replace(/^'(?=[=+\-@])/, "")

/** 16 hexadecimal digits of SHA-256 over the named inputs of `row`. */
export function hashInput(row: Row, inputs: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(inputs.map((name) => settled(row[name])))).digest("hex").slice(0, 16)
}

/** The same for inputs that a model could not tell apart: full-width forms, case and spaces aside. */
export const inputKey = (row: Row, inputs: readonly string[]): string =>
  inputs.map((name) => settled(row[name]).normalize("NFKC").toLowerCase()).join("\u0001")
