/** Exact amounts of money, and how people read and write them. */
import { moneyErrors } from "./errors.ts"

/** An amount of money in billionths of the currency's unit (1 USD = 1_000_000_000n). Never a float. */
export type Nano = bigint

const UNIT = 1_000_000_000n

export interface MoneyFormat {
  /** Round half up to so many significant digits (never before the decimal point); default: exact. */
  readonly significantDigits?: number
}

const roundTo = (amount: Nano, significantDigits: number): Nano => {
  const digits = amount.toString().length
  const dropped = Math.min(digits - significantDigits, 9)
  if (dropped <= 0) return amount
  const step = 10n ** BigInt(dropped)
  return ((amount + step / 2n) / step) * step
}

/** The amount as a decimal without currency, at least two decimals: 12_300_000n gives "0.0123". */
export function formatAmount(amount: Nano, format: MoneyFormat = {}): string {
  const absolute = amount < 0n ? -amount : amount
  const rounded = format.significantDigits === undefined ? absolute : roundTo(absolute, format.significantDigits)
  const decimals = (rounded % UNIT).toString().padStart(9, "0").replace(/0{1,7}$/, "")
  return `${amount < 0n ? "-" : ""}${rounded / UNIT}.${decimals}`
}

/** The amount with its currency: "0.0123 USD". */
export const formatMoney = (amount: Nano, currency: string, format: MoneyFormat = {}): string =>
  `${formatAmount(amount, format)} ${currency}`

/** Currencies that a sign or word may stand for; the first is the usual one. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  $: ["USD"], "US$": ["USD"], "€": ["EUR"], "£": ["GBP"], "¥": ["CNY", "JPY"], 元: ["CNY"], 人民币: ["CNY"], 美元: ["USD"],
}

const AMOUNT = /^([^\d.,\s]*)\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,9}))?\s*([^\d.,\s]*)$/u

/**
 * Reads "5", "0.50 USD", "￥20" or "1,000.25" as an exact amount of `currency`. Throws `bad_amount`, and
 * `other_currency` where the text names a currency that is not `currency`.
 */
export function parseMoney(text: string, currency: string): Nano {
  const match = AMOUNT.exec(text.normalize("NFKC").trim())
  const [, before = "", whole = "", decimals = "", after = ""] = match ?? []
  if (match === null || (before !== "" && after !== "")) throw moneyErrors.bad_amount({ text, currency })
  const mark = (before || after).toUpperCase()
  const named = mark === "" ? [currency] : (SIGNS[mark] ?? (/^[A-Z]{3}$/.test(mark) ? [mark] : undefined))
  if (named === undefined) throw moneyErrors.bad_amount({ text, currency })
  if (!named.includes(currency)) throw moneyErrors.other_currency({ text, found: named[0] ?? mark, currency })
  return BigInt(whole.replaceAll(",", "")) * UNIT + BigInt(decimals.padEnd(9, "0"))
}
