/** Which delimiter a text table uses, found by trying each on the head of the file. */
import { isDaydreamError } from "@daydream/engine/errors"
import { createDelimitedParser } from "./delimited.ts"

/** In order of preference where two fit equally well. */
export const delimiters = [",", "\t", ";", "|", "，"] as const

interface Fit {
  readonly delimiter: string
  readonly columns: number
  /** Share of records with as many cells as the first. */
  readonly share: number
}

function fitOf(delimiter: string, head: string): Fit {
  const widths: number[] = []
  const parser = createDelimitedParser({ path: "", delimiter, maxCellCharacters: head.length })
  try {
    parser.push(head, (cells) => widths.push(cells.length))
    if (widths.length === 0) parser.end((cells) => widths.push(cells.length))
  } catch (error) {
    if (!isDaydreamError(error)) throw error
    widths.push(0)
  }
  const columns = widths[0] ?? 0
  return { delimiter, columns, share: widths.filter((width) => width === columns).length / Math.max(1, widths.length) }
}

/**
 * The delimiter of `head`: the one that splits most lines as it splits the first. `prefer` breaks ties. Where none
 * splits the first line (one column), a delimiter that no line holds, so that such a table reads as it is.
 */
export function detectDelimiter(head: string, prefer: string = ","): string {
  const order = [prefer, ...delimiters.filter((delimiter) => delimiter !== prefer)]
  const fits = order.map((delimiter) => fitOf(delimiter, head))
  const splitting = fits.filter((fit) => fit.columns > 1 && fit.share >= 0.5)
  if (splitting.length > 0) return splitting.reduce((best, fit) => (betterFit(fit, best) ? fit : best)).delimiter
  return fits.find((fit) => fit.columns === 1 && fit.share === 1)?.delimiter ?? prefer
}

const betterFit = (a: Fit, b: Fit): boolean =>
  a.share > b.share + 0.02 || (a.share >= b.share - 0.02 && a.columns > b.columns)
