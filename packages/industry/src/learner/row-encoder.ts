/** Rows of a table as sparse features: every input column in its own range of feature numbers. */
import type { InputField, Row } from "@daydream/engine/function"
import { columnEncoder, fitColumn } from "./columns.ts"
import type { ColumnEncoder, ColumnState } from "./columns.ts"
import { GramScanner, wordBlock } from "./grams.ts"
import { SparseBuilder } from "./matrix.ts"
import type { SparseMatrix } from "./matrix.ts"
import type { Steps } from "./steps.ts"
import { TextFeatures, fitTextFeatures } from "./text-features.ts"
import type { TextFeatureOptions, TextFeatureState } from "./text-features.ts"
import { textOf } from "./values.ts"

/** Squared length of all text features of a row; those of tabular columns come beside it. */
const textSquaredLength = 2

/** Table look-ups between two pauses. */
const pauseLookUps = 300_000

type Part =
  | { readonly kind: "text"; readonly name: string; readonly offset: number; readonly features: TextFeatures }
  | { readonly kind: "column"; readonly name: string; readonly offset: number; readonly column: ColumnEncoder }

/** Encoded rows. */
export interface EncodedRows {
  readonly matrix: SparseMatrix
  /** False where a row had no usable input at all. */
  readonly isUsable: readonly boolean[]
  /** Table look-ups done: one a piece of text or cell. */
  readonly operations: Float64Array
}

/** What is kept of a fitted encoder. */
export type RowEncoderState = readonly (
  | { readonly type: "text"; readonly name: string; readonly text: TextFeatureState }
  | ColumnState
)[]

/** Encodes rows. */
export class RowEncoder {
  readonly columns: number
  private readonly parts: readonly Part[]
  private readonly scanner: GramScanner

  constructor(parts: readonly Part[], scanner: GramScanner) {
    this.parts = parts
    this.scanner = scanner
    const last = parts.at(-1)
    this.columns = last === undefined ? 0 : last.offset + featuresOf(last)
  }

  /** Rebuilds an encoder from what `state` gave. */
  static from(state: RowEncoderState): RowEncoder {
    const scanner = new GramScanner()
    let offset = 0
    const parts = state.map((column): Part => {
      const { name } = column
      const part: Part =
        column.type === "text"
          ? { kind: "text", name, offset, features: new TextFeatures(column.text, scanner) }
          : { kind: "column", name, offset, column: columnEncoder(column) }
      offset += featuresOf(part)
      return part
    })
    return new RowEncoder(parts, scanner)
  }

  get state(): RowEncoderState {
    return this.parts.map((part) =>
      part.kind === "text" ? { type: "text", name: part.name, text: part.features.state } : part.column.state,
    )
  }

  /** Encodes rows in pieces. */
  *encodeSteps(rows: readonly Row[]): Steps<EncodedRows> {
    const out = new SparseBuilder()
    const isUsable: boolean[] = []
    const operations = new Float64Array(rows.length)
    let pending = 0
    for (let i = 0; i < rows.length; i++) {
      const work = this.encodeRow(rows[i] as Row, out)
      isUsable.push(work.isUsable)
      operations[i] = work.operations
      pending += work.operations + 20
      if (pending < pauseLookUps) continue
      pending = 0
      yield { done: i, total: rows.length }
    }
    return { matrix: out.finish(this.columns), isUsable, operations }
  }

  /** What a feature means, for people. */
  describe(feature: number): string {
    const part = this.parts.findLast((candidate) => candidate.offset <= feature)
    if (part === undefined) return ""
    const local = feature - part.offset
    if (part.kind === "column") return part.column.describe(local)
    const { terms, blockOf } = part.features.state
    const term = terms[local] as string
    const shown = blockOf[local] === wordBlock ? term : `…${term}…`.replaceAll(/…\s|\s…/g, "")
    const isOnlyText = this.parts.filter((other) => other.kind === "text").length === 1
    return isOnlyText ? shown : `${part.name}: ${shown}`
  }

  private encodeRow(row: Row, out: SparseBuilder): { isUsable: boolean; operations: number } {
    let isUsable = false
    let operations = 0
    let textBlocks = 0
    const texts: { readonly from: number; readonly to: number }[] = []
    for (const part of this.parts) {
      const from = out.size
      if (part.kind === "column") {
        isUsable = part.column.encode(row[part.name], part.offset, out) || isUsable
        operations += out.size - from
        continue
      }
      const blocks = part.features.encode(textOf(row[part.name]), part.offset, out)
      operations += this.scanner.count
      textBlocks += blocks
      if (blocks > 0) texts.push({ from, to: out.size })
    }
    const scale = Math.sqrt(textSquaredLength / Math.max(1, textBlocks))
    for (const { from, to } of texts) out.scale(from, to, scale)
    out.endRow()
    return { isUsable: isUsable || textBlocks > 0, operations }
  }
}

const featuresOf = (part: Part): number => (part.kind === "text" ? part.features.features : part.column.features)

/** Which columns are encoded, and how texts are. */
export interface RowEncoderOptions extends TextFeatureOptions {
  /** False leaves text columns out: for models that read them another way. */
  readonly withText: boolean
}

/** Learns the encoder from rows. */
export function* fitRowEncoder(
  inputs: readonly InputField[],
  rows: readonly Row[],
  options: RowEncoderOptions,
): Steps<RowEncoder> {
  const scanner = new GramScanner()
  const texts = inputs.filter((input) => input.type === "text").length
  const maximumFeatures = Math.floor(options.maximumFeatures / Math.max(1, texts))
  const parts: Part[] = []
  let offset = 0
  for (const field of inputs) {
    const { name } = field
    if (field.type === "text" && !options.withText) continue
    const cells = rows.map((row) => row[name])
    const part: Part =
      field.type === "text"
        ? {
            kind: "text",
            name,
            offset,
            features: yield* fitTextFeatures(cells.map(textOf), { ...options, maximumFeatures }, scanner),
          }
        : { kind: "column", name, offset, column: fitColumn(field, cells) }
    offset += featuresOf(part)
    parts.push(part)
  }
  return new RowEncoder(parts, scanner)
}
