/** Days as they are typed. */
import { administrationErrors } from "./errors.ts"

const mostDays = 36_500

function daysOf(option: string, value: string): number | null {
  if (value === "forever") return null
  const days = /^\d{1,5}d$/.test(value) ? Number(value.slice(0, -1)) : 0
  if (days < 1 || days > mostDays) throw administrationErrors.bad_days({ option, value })
  return days
}

/** What was named of how long entries are kept. Throws `bad_days`, which names the option of `flags`. */
export const retentionOf = (
  typed: { readonly ledger?: string | undefined; readonly audit?: string | undefined }, flags: { readonly ledger: string; readonly audit: string },
): { readonly ledgerDays?: number | null; readonly auditDays?: number | null } => ({
  ...(typed.ledger === undefined ? {} : { ledgerDays: daysOf(flags.ledger, typed.ledger) }),
  ...(typed.audit === undefined ? {} : { auditDays: daysOf(flags.audit, typed.audit) }),
})
