/** `daydream usage` and `daydream audit`. */
import type { AuditDocument, UsageDocument } from "@daydream/fabric/admin"
import { administer, part, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, frameErrors } from "../frame/index.ts"

const groups = ["tenant", "key", "model", "pool", "day", "hour"] as const
type Group = (typeof groups)[number]

interface UsageOptions extends WhereOptions {
  readonly since: string
  readonly until?: string
  readonly by?: readonly Group[]
  readonly below: boolean
}

export const usage = defineCommand<UsageOptions>({
  name: "usage",
  description: { en: "show what a tenant used: requests, tokens, charges", zh: "查看租户用量：请求、token、费用" },
  arguments: [{ name: "[tenant]", description: { en: "the tenant's id (default: root, with all below)", zh: "租户编号（默认 root 及其全部下级）" } }],
  options: [
    { flags: "--since <time>", default: "7d", description: { en: "a length of time until now (7d, 12h) or a date; whole hours", zh: "距今的时长（7d、12h）或日期，按整小时统计" } },
    { flags: "--until <time>", description: { en: "the same for the end (default: now)", zh: "结束时间，写法相同（默认现在）" } },
    { flags: "--by <groups>", kind: "list", description: { en: "rows by tenant, key, model, pool, day, hour; for example model,day", zh: "按 tenant、key、model、pool、day、hour 分组，例如 model,day" } },
    { flags: "--no-below", description: { en: "without the tenants below", zh: "不含下级租户" } },
    ...whereOptions,
  ],
  async run(context, [tenant = "root"], options) {
    const { showUsage } = await import("../fabric-view/index.ts")
    const odd = options.by?.find((group) => !groups.includes(group))
    if (odd !== undefined) throw frameErrors.invalid_choice({ option: "--by", value: odd, choices: groups })
    const query = new URLSearchParams({ since: options.since, below: String(options.below) })
    if (options.until !== undefined) query.set("until", options.until)
    if (options.by !== undefined && options.by.length > 0) query.set("groupBy", options.by.join(","))
    const answer = await administer(context, options, (one) => one.ask<UsageDocument>("GET", `/tenants/${part(tenant)}/usage?${query.toString()}`))
    showUsage(context, answer, options.by ?? [])
    const estimated = answer.rows.reduce((sum, row) => sum + row.estimated, 0)
    if (estimated > 0) context.note({ en: `Tokens of ${estimated} requests were counted by a tokenizer, since their upstream did not report them.`, zh: `有 ${estimated} 次请求的 token 由分词器估算，因为上游没有报告。` })
    if (answer.rows.some((row) => row.overrun !== "0")) context.note({ en: "Some upstreams ignored their output limit: see overrun under --json.", zh: "部分上游超出了输出上限：详见 --json 中的 overrun。" })
    return answer
  },
})

export const audit = defineCommand<WhereOptions & { readonly since?: string; readonly limit?: number }>({
  name: "audit",
  description: { en: "show administrative acts, the newest first", zh: "查看管理操作记录，最新的在前" },
  arguments: [{ name: "[tenant]", description: { en: "acts on this tenant and all below (default: all)", zh: "该租户及其下级的操作（默认全部）" } }],
  options: [
    { flags: "--since <time>", description: { en: "a length of time until now (7d, 12h) or a date", zh: "距今的时长（7d、12h）或日期" } },
    { flags: "--limit <count>", kind: "integer", description: { en: "entries at most (default 100, at most 1000)", zh: "最多条数（默认 100，最多 1000）" } },
    ...whereOptions,
  ],
  async run(context, [tenant], options) {
    const { showAudit } = await import("../fabric-view/index.ts")
    const query = new URLSearchParams()
    if (tenant !== undefined) query.set("tenant", tenant)
    if (options.since !== undefined) query.set("since", options.since)
    if (options.limit !== undefined) query.set("limit", String(options.limit))
    const answer = await administer(context, options, (one) => one.ask<AuditDocument>("GET", `/audit?${query.toString()}`))
    showAudit(context, answer)
    return answer
  },
})
