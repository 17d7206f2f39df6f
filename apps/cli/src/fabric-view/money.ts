/** Amounts of the admin API as people read them. */
import { formatMoney, parseMoney } from "@daydream/engine/money"
import type { Administration } from "../administration/index.ts"

/** "50000000000" as "50.00 USD". */
export const moneyText = (nano: string, currency: string): string => formatMoney(BigInt(nano), currency)

/** What a person typed, as the API takes it. Throws `bad_amount`, `other_currency`. */
export async function amountOf(administration: Administration, text: string): Promise<string> {
  const { currency } = await administration.ask<{ currency: string }>("GET", "/currency")
  return String(parseMoney(text, currency))
}

/** The same where an amount may be taken back: "-5". */
export const changeOf = async (administration: Administration, text: string): Promise<string> =>
  text.trim().startsWith("-") ? `-${await amountOf(administration, text.trim().slice(1))}` : amountOf(administration, text)
