/** Values of fields as people read them in a difference. */
import { formatAmount } from "@daydream/engine/money"
import type { Nano } from "@daydream/engine/money"
import { formatQuota } from "../tenancy/index.ts"
import type { QuotaRule } from "../tenancy/index.ts"

export const moneyText = (amount: Nano): string => formatAmount(amount)

/** One line, at most 200 characters; nothing that a terminal would obey. */
export function fieldText(field: string, value: unknown): string {
  const text = field === "quotas" && Array.isArray(value) ? listText((value as QuotaRule[]).map(formatQuota)) : plainText(value)
  // oxlint-disable-next-line no-control-regex
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ")
  return line.length <= 200 ? line : `${line.slice(0, 197)}…`
}

const listText = (parts: readonly string[]) => `[${parts.join(", ")}]`

function plainText(value: unknown): string {
  if (value === undefined || value === null) return "none"
  if (typeof value === "bigint") return moneyText(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return listText(value.map((part) => targetText(part) ?? plainText(part)))
  if (typeof value === "object")
    return `{${Object.entries(value).map(([name, part]) => `${name} ${plainText(part)}`).join(", ")}}`
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** A target of a route as the file writes it. */
function targetText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("pool" in value && "model" in value)) return undefined
  const weight = "weight" in value && value.weight !== 1 ? ` ×${plainText(value.weight)}` : ""
  return `${plainText(value.pool)}/${plainText(value.model)}${weight}`
}
