/** Numbers as people write them. */

const currency = "(?:[$€£¥₩₹]|US\\$|HK\\$|NT\\$|RMB|CNY|USD|EUR|GBP|JPY|HKD|元|圆|块)"
const shape = new RegExp(
  `^(?<open>\\()?(?<sign>[+-])?${currency}?\\s*(?<sign2>[+-])?` +
    `(?<digits>\\d[\\d,. '\u00a0\u202f]*|\\.\\d+)(?<exponent>e[+-]?\\d+)?\\s*(?<unit>[万亿千kKmM](?![a-zA-Z]))?\\s*` +
    `${currency}?\\s*(?<percent>[%‰])?(?<close>\\))?$`,
  "iu",
)

const units: Readonly<Record<string, number>> = { 万: 1e4, 亿: 1e8, 千: 1e3, k: 1e3, m: 1e6 }

/** "1,234.5", "1 234,5", "1.234,5" as JavaScript writes it; null where the separators do not make sense. */
function plainDigits(digits: string): string | null {
  const text = digits.trim().replace(/[ '\u00a0\u202f](?=\d{3}(\D|$))/g, "_")
  if (/^(\d+|\d*\.\d+|\d+\.)$/.test(text)) return text
  if (/^\d{1,3}([,_]\d{3})+(\.\d+)?$/.test(text)) return text.replace(/[,_]/g, "")
  // Chinese and Indian grouping.
  if (/^\d{1,4}(,\d{4})+(\.\d+)?$/.test(text) || /^\d{1,2}(,\d{2})*,\d{3}(\.\d+)?$/.test(text)) return text.replaceAll(",", "")
  if (/^\d{1,3}([._]\d{3})+,\d+$/.test(text)) return text.replace(/[._]/g, "").replace(",", ".")
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(text)) return text.replaceAll(".", "")
  if (/^\d+,\d{1,2}$/.test(text)) return text.replace(",", ".")
  return null
}

/**
 * A number with thousands separators, percent (as a share: "12%" is 0.12), currency, brackets for minus, 万 and 亿,
 * full-width digits; null where `text` is none. One comma with three digits after it separates thousands.
 */
export function parseNumber(text: string): number | null {
  if (text.length > 64) return null
  const found = shape.exec(text.normalize("NFKC").replaceAll("−", "-").trim())?.groups
  if (found === undefined || (found["open"] === undefined) !== (found["close"] === undefined)) return null
  const digits = plainDigits(found["digits"] ?? "")
  if (digits === null) return null
  const value = Number(digits + (found["exponent"] ?? ""))
  if (!Number.isFinite(value)) return null
  const minus = (found["sign"] === "-") !== (found["sign2"] === "-") || found["open"] !== undefined
  const unit = units[(found["unit"] ?? "").toLowerCase()] ?? 1
  const share = found["percent"] === "%" ? 100 : found["percent"] === "‰" ? 1_000 : 1
  return ((minus ? -value : value) * unit) / share
}
