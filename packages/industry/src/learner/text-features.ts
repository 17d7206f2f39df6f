/** TF-IDF features of one text column: which pieces are kept, how they are weighted, and the encoding of a text. */
import { GramScanner, blocks, hashOf } from "./grams.ts"
import { GramTable } from "./gram-table.ts"
import type { SparseBuilder } from "./matrix.ts"
import type { Steps } from "./steps.ts"

/** Distinct pieces held while counting. When it is reached, those seen in one row only are forgotten. */
const countedPieces = 4_000_000

/** Code points between two pauses of a long count. */
const pauseCharacters = 100_000

export interface TextFeatureOptions {
  /** Rows that a piece must be found in. */
  readonly minimumRows: number
  /** Most pieces kept: those found in most rows. */
  readonly maximumFeatures: number
}

/** What is kept of a fitted text column. */
export interface TextFeatureState {
  /** Pieces by feature number, and the block of each. */
  readonly terms: readonly string[]
  readonly blockOf: Uint8Array
  readonly inverseFrequency: Float32Array
}

/** Encodes texts of one column. */
export class TextFeatures {
  readonly state: TextFeatureState
  private readonly table: GramTable
  private readonly counts: Int32Array
  private readonly touched: Int32Array
  private readonly scanner: GramScanner

  constructor(state: TextFeatureState, scanner: GramScanner, table = tableOf(state)) {
    this.state = state
    this.scanner = scanner
    this.table = table
    this.counts = new Int32Array(state.terms.length)
    this.touched = new Int32Array(state.terms.length)
  }

  get features(): number {
    return this.state.terms.length
  }

  /**
   * Adds the features of `text` to the row that is being built, each block scaled to length 1.
   * Gives the number of blocks that were not empty; `onFeature` is told the piece of each feature found.
   */
  encode(text: string, offset: number, out: SparseBuilder, onFeature?: (feature: number, piece: number) => void): number {
    const { scanner, table, counts, touched, state } = this
    scanner.scan(text)
    let found = 0
    for (let i = 0; i < scanner.count; i++) {
      const feature = table.find(scanner.hashA[i] as number, scanner.hashB[i] as number)
      if (feature < 0) continue
      if (counts[feature] === 0) {
        touched[found++] = feature
        onFeature?.(feature, i)
      }
      counts[feature] = (counts[feature] as number) + 1
    }
    const squares = [0, 0]
    for (let i = 0; i < found; i++) {
      const feature = touched[i] as number
      const block = state.blockOf[feature] as number
      squares[block] = (squares[block] as number) + weightOf(counts[feature] as number, state, feature) ** 2
    }
    const scales = squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0))
    for (let i = 0; i < found; i++) {
      const feature = touched[i] as number
      const scale = scales[state.blockOf[feature] as number] as number
      out.add(offset + feature, weightOf(counts[feature] as number, state, feature) * scale)
      counts[feature] = 0
    }
    return squares.filter((square) => square > 0).length
  }
}

/** Sublinear term frequency times inverse document frequency. */
const weightOf = (count: number, state: TextFeatureState, feature: number): number =>
  (count === 1 ? 1 : 1 + Math.log(count)) * (state.inverseFrequency[feature] as number)

function tableOf(state: TextFeatureState): GramTable {
  const table = new GramTable(state.terms.length)
  state.terms.forEach((term, feature) => {
    const { a, b } = hashOf(state.blockOf[feature] as number, term)
    table.findOrAdd(a, b)
  })
  return table
}

interface Counted {
  readonly table: GramTable
  readonly rowsOf: Int32Array
}

/** In how many rows each piece is found. */
function* countRows(texts: readonly string[], scanner: GramScanner): Steps<Counted> {
  let table = new GramTable(4096)
  let rowsOf = new Int32Array(4096)
  let lastRow = new Int32Array(4096).fill(-1)
  let scanned = 0
  for (let row = 0; row < texts.length; row++) {
    scanner.scan(texts[row] as string)
    if (table.size + scanner.count > rowsOf.length) {
      const size = Math.max(rowsOf.length * 2, table.size + scanner.count)
      rowsOf = resized(rowsOf, size)
      lastRow = resized(lastRow, size, table.size)
    }
    for (let i = 0; i < scanner.count; i++) {
      const piece = table.findOrAdd(scanner.hashA[i] as number, scanner.hashB[i] as number)
      if (lastRow[piece] === row) continue
      lastRow[piece] = row
      rowsOf[piece] = (rowsOf[piece] as number) + 1
    }
    if (table.size > countedPieces) {
      const counts = rowsOf
      const kept = table.filtered((piece) => (counts[piece] as number) > 1)
      rowsOf = resized(rowsOf.subarray(0, table.size).filter((count) => count > 1), rowsOf.length)
      lastRow.fill(-1)
      table = kept
    }
    scanned += (texts[row] as string).length + 50
    if (scanned > pauseCharacters) {
      scanned = 0
      yield { done: row, total: 2 * texts.length }
    }
  }
  return { table, rowsOf }
}

function resized(array: Int32Array, size: number, fillFrom?: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size)
  larger.set(array.subarray(0, size))
  if (fillFrom !== undefined) larger.fill(-1, fillFrom)
  return larger
}

/**
 * Which pieces are kept: those found in at least `minimumRows` rows, at most `maximum` of them, those found in more rows
 * first and of equals those met first.
 */
function selectionOf({ table, rowsOf }: Counted, minimumRows: number, maximum: number): (piece: number) => boolean {
  const piecesByRows: number[] = []
  for (let i = 0; i < table.size; i++) {
    const rows = rowsOf[i] as number
    piecesByRows[rows] = (piecesByRows[rows] ?? 0) + 1
  }
  let room = maximum
  let threshold = piecesByRows.length
  while (threshold > minimumRows && (piecesByRows[threshold - 1] ?? 0) <= room) room -= piecesByRows[--threshold] ?? 0
  if (threshold <= minimumRows) return (piece) => (rowsOf[piece] as number) >= threshold
  let lastTied = -1
  for (let i = 0; room > 0; i++) {
    if (rowsOf[i] !== threshold - 1) continue
    lastTied = i
    room--
  }
  return (piece) => {
    const rows = rowsOf[piece] as number
    return rows >= threshold || (rows === threshold - 1 && piece <= lastTied)
  }
}

/** Learns the features of a column from its texts (rows without text count as rows). */
export function* fitTextFeatures(
  texts: readonly string[],
  options: TextFeatureOptions,
  scanner: GramScanner,
): Steps<TextFeatures> {
  const counted = yield* countRows(texts, scanner)
  const isKept = selectionOf(counted, options.minimumRows, options.maximumFeatures)
  const table = counted.table.filtered(isKept)
  const inverseFrequency = new Float32Array(table.size)
  let feature = 0
  for (let piece = 0; piece < counted.table.size; piece++) {
    if (!isKept(piece)) continue
    inverseFrequency[feature++] = Math.log((1 + texts.length) / (1 + (counted.rowsOf[piece] as number))) + 1
  }
  const terms = Array.from<string>({ length: table.size }).fill("")
  const blockOf = new Uint8Array(table.size)
  yield* nameFeatures(texts, scanner, table, terms, blockOf)
  return new TextFeatures({ terms, blockOf, inverseFrequency }, scanner, table)
}

/** Finds the text of each feature. */
function* nameFeatures(
  texts: readonly string[],
  scanner: GramScanner,
  table: GramTable,
  terms: string[],
  blockOf: Uint8Array,
): Steps<void> {
  let scanned = 0
  let unnamed = table.size
  for (let row = 0; row < texts.length && unnamed > 0; row++) {
    scanner.scan(texts[row] as string)
    for (let i = 0; i < scanner.count; i++) {
      const feature = table.find(scanner.hashA[i] as number, scanner.hashB[i] as number)
      if (feature < 0 || terms[feature] !== "") continue
      terms[feature] = scanner.textOf(i)
      blockOf[feature] = (scanner.place[i] as number) % blocks
      unnamed--
    }
    scanned += (texts[row] as string).length + 50
    if (scanned > pauseCharacters) {
      scanned = 0
      yield { done: texts.length + row, total: 2 * texts.length }
    }
  }
}
