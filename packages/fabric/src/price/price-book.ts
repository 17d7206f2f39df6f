/** Finds the price that is in force. */
import type { DatedPrice, Price, PriceBook, PriceSide } from "./price.ts"

interface Entry {
  /** Without the trailing `*`. */
  readonly beginning: string
  /** Newest first. */
  readonly dated: DatedPrice[]
}

interface Side {
  readonly exact: ReadonlyMap<string, Entry>
  /** Longest first. */
  readonly patterns: readonly Entry[]
}

/** All of `prices`, for look-up. Of several with the same subject and date the last of the list stands. */
export function createPriceBook(currency: string, prices: readonly DatedPrice[]): PriceBook {
  const sides: Readonly<Record<PriceSide, Side>> = { charge: indexSide(prices, "charge"), cost: indexSide(prices, "cost") }
  const priceAt = (side: PriceSide, subject: string, at: Date): Price | undefined => {
    const { exact, patterns } = sides[side]
    const named = exact.get(subject)
    const found = named && inForce(named, at)
    if (found !== undefined) return found
    for (const entry of patterns) {
      if (!subject.startsWith(entry.beginning)) continue
      const price = inForce(entry, at)
      if (price !== undefined) return price
    }
    return undefined
  }
  return { currency, priceAt }
}

const inForce = (entry: Entry, at: Date): Price | undefined =>
  entry.dated.find((price) => price.validFrom.getTime() <= at.getTime())

function indexSide(prices: readonly DatedPrice[], side: PriceSide): Side {
  const bySubject = Map.groupBy(prices.filter((price) => price.side === side), (price) => price.subject)
  const exact = new Map<string, Entry>()
  const patterns: Entry[] = []
  for (const [subject, same] of bySubject) {
    // Stable: reversed first, so that the later of two equal dates comes first.
    const dated = same.toReversed().toSorted((a, b) => b.validFrom.getTime() - a.validFrom.getTime())
    if (subject.endsWith("*")) patterns.push({ beginning: subject.slice(0, -1), dated })
    else exact.set(subject, { beginning: subject, dated })
  }
  patterns.sort((a, b) => b.beginning.length - a.beginning.length)
  return { exact, patterns }
}
