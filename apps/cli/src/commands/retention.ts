/** `daydream retention`: how long entries of the ledger and of the audit log are kept. */
import type { RetentionDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, retentionOf, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, type CommandContext } from "../frame/index.ts"

async function tell(context: CommandContext, { ledgerDays, auditDays, removed, hoursFrom }: RetentionDocument): Promise<void> {
  const { moneyText } = await import("../fabric-view/index.ts")
  const days = (count: number | null) => context.text(count === null ? { en: "for ever", zh: "永久" } : { en: `${count} days`, zh: `${count} 天` })
  context.print({ en: `Requests are kept ${days(ledgerDays)}, the audit log ${days(auditDays)}.`, zh: `请求保留${days(ledgerDays)}，审计日志保留${days(auditDays)}。` })
  if (removed.requests + removed.auditEntries > 0) {
    const [requests, entries, charge] = [removed.requests.toLocaleString("en-US"), removed.auditEntries.toLocaleString("en-US"), moneyText(removed.charge, removed.currency)]
    context.print({ en: `Removed so far: ${requests} requests (${charge} charged), ${entries} audit entries.`, zh: `至今已删除：${requests} 次请求（共收费 ${charge}），${entries} 条审计记录。` })
  }
  if (hoursFrom !== null) context.print({ en: `Usage before ${hoursFrom.slice(0, 10)} is known by the day.`, zh: `${hoursFrom.slice(0, 10)} 之前的用量按天统计。` })
}

const show = defineCommand<WhereOptions>({
  name: "show",
  description: { en: "show how long entries are kept, and what was removed", zh: "查看保留时间及已删除的内容" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<RetentionDocument>("GET", "/retention"))
    await tell(context, answer)
    return answer
  },
})

const set = defineCommand<WhereOptions & { readonly ledger?: string; readonly audit?: string }>({
  name: "set",
  description: { en: "set how long entries are kept", zh: "设置保留时间" },
  details: {
    en: "A running server removes what is older, in small batches, for good. Usage, budgets and credit do not change by it.\nExample: daydream retention set --ledger 400d --audit 1000d",
    zh: "运行中的服务器会分小批永久删除更早的条目；用量、预算与余额不受影响。\n示例：daydream retention set --ledger 400d --audit 1000d",
  },
  options: [
    { flags: "--ledger <days>", description: { en: "closed requests with their attempts, as 400d or forever", zh: "已结清的请求及其尝试，如 400d 或 forever" } },
    { flags: "--audit <days>", description: { en: "the audit log, as 1000d or forever", zh: "审计日志，如 1000d 或 forever" } },
    ...whereOptions,
  ],
  async run(context, _args, { ledger, audit, ...options }) {
    if (ledger === undefined && audit === undefined) throw administrationErrors.nothing_to_change({ options: "--ledger, --audit" })
    const wanted = retentionOf({ ledger, audit }, { ledger: "--ledger", audit: "--audit" })
    const answer = await administer(context, options, async (one) => {
      const { ledgerDays, auditDays } = await one.ask<RetentionDocument>("GET", "/retention")
      return one.ask<RetentionDocument>("PUT", "/retention", { ledgerDays, auditDays, ...wanted })
    })
    await tell(context, answer)
    return answer
  },
})

export const retention = defineCommand({
  name: "retention",
  description: { en: "how long requests and the audit log are kept: show, set", zh: "请求与审计日志的保留时间：查看、设置" },
  subcommands: [show, set],
})
