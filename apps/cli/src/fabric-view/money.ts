/** Amounts of the admin API as people read them. */
import { formatMoney, parseMoney } from "@daydream/engine/money"
import type { Administration } from "../administration/index.ts"

/** "50000000000" as "50.00 USD". */
export const moneyText = (nano: string, currency: string): string => formatMoney(BigInt(nano), currency)

/** What a person typed, as the API takes it. */
export async function amountOf(administration: Administration, text: string): Promise<string> {
  const { currency } = await administration.ask<{ currency: string }>("GET", "/currency")
  const isNegative = text.trim().startsWith("-")
  const amount = parseMoney(isNegative ? text.trim().slice(1) : text, currency)
  return String(isNegative ? -amount : amount)
}
