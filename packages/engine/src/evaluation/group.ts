/** When two rows count as the same row. */
import { createHash } from "node:crypto"
import type { Cell, Row, Signature } from "../function/index.ts"

/** One value folded: Unicode NFKC, lower case, runs of white space as one space, ends trimmed. */
export const normaliseText = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim()

const normaliseCell = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : normaliseText(String(cell))

/**
 * Identity of a row's input: 16 hexadecimal digits of SHA-256 over all normalised inputs of the signature. Rows of one
 * group have the same. It holds no text, yet a short text can be guessed from it by trying.
 */
export function groupHash(input: Row, signature: Pick<Signature, "inputs">): string {
  const cells = signature.inputs.map((field) => normaliseCell(input[field.name]))
  return createHash("sha256").update(JSON.stringify(cells)).digest("hex").slice(0, 16)
}
