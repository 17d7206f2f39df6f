/** The grammar of delimited text (RFC 4180 with any delimiter), fed block by block. */
import { tableErrors } from "./errors.ts"

export interface DelimitedOptions {
  readonly path: string
  readonly delimiter: string
  readonly maxCellCharacters: number
  /** Number of the first line that will be pushed; default 1. */
  readonly line?: number
}

/** Called with the cells of one record and the line that it begins in. */
export type EmitRecord = (cells: string[], line: number) => void

export interface DelimitedParser {
  /** Takes the next text and calls `emit` for each record that is complete. */
  push(text: string, emit: EmitRecord): void
  /** Ends the text: the last record may lack its line break. */
  end(emit: EmitRecord): void
  /** True where no record is open. */
  readonly isBetweenRecords: boolean
}

/** Throws `unsupported_delimiter` unless it is one character that can separate cells. */
export function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || (delimiter.length === 1 && !/["\r\n\0]/.test(delimiter))) return
  throw tableErrors.unsupported_delimiter({ delimiter })
}

interface ScannedField {
  readonly value: string
  /** Index after the closing quote; -1 where the text ends inside the quotes. */
  readonly next: number
}

/** Reads a quoted field whose opening quote is at `at`. */
function scanQuoted(text: string, at: number): ScannedField {
  let hasEscapes = false
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return { value: "", next: -1 }
    if (text.charCodeAt(quote + 1) === 34) {
      hasEscapes = true
      from = quote + 2
      continue
    }
    const inner = text.slice(at + 1, quote)
    return { value: hasEscapes ? inner.replaceAll('""', '"') : inner, next: quote + 1 }
  }
}

function lineBreaksIn(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++
  return count
}

/**
 * A streaming parser. A quote is special only at the start of a cell; elsewhere it is an ordinary character. Lines of
 * no characters are skipped. Throws `broken_quoting` (with the line where the quote opened) and `cell_too_large`.
 */
export function createDelimitedParser(options: DelimitedOptions): DelimitedParser {
  const { path, delimiter, maxCellCharacters } = options
  const isDelimiter = delimiter.charCodeAt(0)
  let line = options.line ?? 1
  let rest = ""

  const tooLarge = (at: number) => tableErrors.cell_too_large({ path, line: at, limit: maxCellCharacters })

  /** Splits an unquoted line. */
  const splitPlain = (text: string, from: number, to: number): string[] => {
    const cells: string[] = []
    let start = from
    for (let at = text.indexOf(delimiter, start); at >= 0 && at < to; at = text.indexOf(delimiter, start)) {
      cells.push(text.slice(start, at))
      start = at + 1
    }
    cells.push(text.slice(start, to))
    return cells
  }

  /** Reads one record that holds quotes; gives the index after it, or -1 where the text ends before the record does. */
  const readQuoted = (text: string, from: number, isEnd: boolean, cells: string[]): number => {
    for (let at = from; ; ) {
      if (text.charCodeAt(at) === 34) {
        const field = scanQuoted(text, at)
        if (field.next < 0 || (field.next >= text.length && !isEnd)) {
          if (field.next < 0 && isEnd) {
            const opened = line + lineBreaksIn(text, from, at)
            throw tableErrors.broken_quoting({ path, line: opened, reason: "never-closed" })
          }
          if (text.length - at > maxCellCharacters + 2) throw tooLarge(line + lineBreaksIn(text, from, at))
          return -1
        }
        if (field.value.length > maxCellCharacters) throw tooLarge(line + lineBreaksIn(text, from, at))
        cells.push(field.value)
        const code = text.charCodeAt(field.next)
        if (code === isDelimiter) at = field.next + 1
        else if (code === 10) return field.next + 1
        else if (Number.isNaN(code)) return field.next
        else if (code === 13 && text.charCodeAt(field.next + 1) === 10) return field.next + 2
        else if (code === 13 && field.next + 1 >= text.length) return isEnd ? field.next + 1 : -1
        else {
          const opened = line + lineBreaksIn(text, from, at)
          throw tableErrors.broken_quoting({ path, line: opened, reason: "text-after-quote" })
        }
        continue
      }
      const lineBreak = text.indexOf("\n", at)
      const comma = text.indexOf(delimiter, at)
      if (comma >= 0 && (lineBreak < 0 || comma < lineBreak)) {
        cells.push(text.slice(at, comma))
        at = comma + 1
        continue
      }
      if (lineBreak < 0 && !isEnd) return -1
      const stop = lineBreak < 0 ? text.length : lineBreak
      const end = stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop
      cells.push(text.slice(at, end))
      return lineBreak < 0 ? stop : lineBreak + 1
    }
  }

  const parse = (text: string, isEnd: boolean, emit: EmitRecord): void => {
    let at = 0
    let quote = text.indexOf('"')
    while (at < text.length) {
      const found = text.indexOf("\n", at)
      const stop = found < 0 ? text.length : found
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at)
      if (quote < 0 || quote > stop) {
        if (found < 0 && !isEnd) {
          if (text.length - at > maxCellCharacters && plainCellTooLarge(text, at)) throw tooLarge(line)
          break
        }
        const end = stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop
        if (end > at) {
          const cells = splitPlain(text, at, end)
          if (end - at > maxCellCharacters && cells.some((cell) => cell.length > maxCellCharacters)) throw tooLarge(line)
          emit(cells, line)
        }
        line++
        at = stop + 1
        continue
      }
      const cells: string[] = []
      const next = readQuoted(text, at, isEnd, cells)
      if (next < 0) {
        if (text.length - at > maxCellCharacters && plainCellTooLarge(text, at)) throw tooLarge(line)
        break
      }
      if (next - at > maxCellCharacters && cells.some((cell) => cell.length > maxCellCharacters)) throw tooLarge(line)
      emit(cells, line)
      line += lineBreaksIn(text, at, next)
      at = next
    }
    rest = at < text.length ? text.slice(at) : ""
  }

  /** Whether an open record, without regard to quotes, ends in a cell beyond the limit. */
  const plainCellTooLarge = (text: string, from: number): boolean => {
    const last = Math.max(text.lastIndexOf(delimiter), from)
    return text.length - last > maxCellCharacters + 2
  }

  return {
    push: (text, emit) => parse(rest === "" ? text : rest + text, false, emit),
    end: (emit) => {
      if (rest !== "") parse(rest, true, emit)
    },
    get isBetweenRecords() {
      return rest === ""
    },
  }
}
