/** Quotas as people write them: `100k-tokens/min`, `20-concurrent`, `600-requests/min@chat`. */
import { tenancyErrors } from "./errors.ts"
import type { QuotaRule } from "./tenancy.ts"

const units: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, hour: 3_600, day: 86_400 }
const scales: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 }

const text = /^(\d{1,15})([kmg]?)-(?:(requests?|tokens?)\/(\d{0,7})(s|min|h|hour|day)|concurrent)(?:@(\S{1,256}))?$/

/** Reads one rule. Throws `bad_quota`. */
export function parseQuota(written: string): QuotaRule {
  const match = written.length > 400 ? null : text.exec(written.trim())
  if (match === null) throw tenancyErrors.bad_quota({ text: written.slice(0, 80) })
  const [, digits = "", scale = "", noun, count = "", unit = "", model] = match
  const limit = Number(digits) * (scales[scale] ?? 1)
  const forModel = model === undefined ? {} : { model }
  if (noun === undefined) return checked(written, { kind: "concurrency", limit, ...forModel })
  const windowSeconds = Number(count || "1") * (units[unit] ?? 1)
  return checked(written, { kind: noun.startsWith("r") ? "requests" : "tokens", limit, windowSeconds, ...forModel })
}

function checked(written: string, rule: QuotaRule): QuotaRule {
  const isSound = Number.isSafeInteger(rule.limit) && (rule.windowSeconds === undefined || rule.windowSeconds >= 1)
  if (!isSound) throw tenancyErrors.bad_quota({ text: written.slice(0, 80) })
  return rule
}

const scaled = (limit: number) => {
  for (const [letter, scale] of [["m", 1_000_000], ["k", 1_000]] as const)
    if (limit > 0 && limit % scale === 0) return `${limit / scale}${letter}`
  return String(limit)
}

const windowText = (seconds: number) => {
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["min", 60]] as const)
    if (seconds % size === 0) return seconds === size ? unit : `${seconds / size}${unit}`
  return seconds === 1 ? "s" : `${seconds}s`
}

/** The rule as {@link parseQuota} reads it. */
export function formatQuota(rule: QuotaRule): string {
  const forModel = rule.model === undefined ? "" : `@${rule.model}`
  if (rule.kind === "concurrency") return `${scaled(rule.limit)}-concurrent${forModel}`
  return `${scaled(rule.limit)}-${rule.kind}/${windowText(rule.windowSeconds ?? 60)}${forModel}`
}
