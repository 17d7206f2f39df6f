/** `daydream ledger`: single requests, and what is charged more or given back. */
import type { EntryPageDocument, WholeEntryDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, part, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, frameErrors } from "../frame/index.ts"

const requestArgument = { name: "<request>", description: { en: "id of the request, as its answer carried it in x-request-id", zh: "请求编号，即应答头 x-request-id 的值" } }

interface ListOptions extends WhereOptions {
  readonly key?: string
  readonly model?: string
  readonly pool?: string
  readonly status?: string
  readonly since: string
  readonly until?: string
  readonly limit?: number
  readonly after?: string
  readonly below: boolean
}

const list = defineCommand<ListOptions>({
  name: "list",
  description: { en: "search requests, the newest first", zh: "查找请求，最新的在前" },
  arguments: [{ name: "[tenant]", description: { en: "the tenant's id (default: all)", zh: "租户编号（默认全部）" } }],
  options: [
    { flags: "--key <id>", description: { en: "of this key alone", zh: "仅此密钥的请求" } },
    { flags: "--model <name>", description: { en: "of this model alone, as clients name it", zh: "仅此模型的请求（客户端所用的名称）" } },
    { flags: "--pool <pool>", description: { en: "whose last attempt went to this pool", zh: "最后一次尝试发往此池的请求" } },
    { flags: "--status <status>", choices: ["open", "completed", "cut", "client-gone", "failed", "unknown"], description: { en: "that stand so", zh: "仅此状态的请求" } },
    { flags: "--since <time>", default: "1d", description: { en: "a length of time until now (7d, 12h) or a date", zh: "距今的时长（7d、12h）或日期" } },
    { flags: "--until <time>", description: { en: "the same for the end (default: now)", zh: "结束时间，写法相同（默认现在）" } },
    { flags: "--limit <count>", kind: "integer", description: { en: "requests of a page (default 100, at most 1000)", zh: "每页条数（默认 100，最多 1000）" } },
    { flags: "--after <place>", description: { en: "the next page, as the page before names it", zh: "下一页，取自前一页的提示" } },
    { flags: "--no-below", description: { en: "without the tenants below", zh: "不含下级租户" } },
    ...whereOptions,
  ],
  async run(context, [tenant], options) {
    const { showEntries } = await import("../fabric-view/index.ts")
    const { key, model, pool, status, since, until, limit, after, below } = options
    const query = new URLSearchParams({ since, below: String(below) })
    for (const [name, value] of Object.entries({ tenant, key, model, pool, status, until, limit, after }))
      if (value !== undefined) query.set(name, String(value))
    const page = await administer(context, options, (one) => one.ask<EntryPageDocument>("GET", `/ledger?${query.toString()}`))
    showEntries(context, page)
    if (page.next !== null) context.note({ en: `There are more: add --after ${page.next}`, zh: `还有更多：请加上 --after ${page.next}` })
    return page
  },
})

const show = defineCommand<WhereOptions>({
  name: "show",
  description: { en: "show one request with its attempts and adjustments", zh: "查看一个请求及其尝试与调整" },
  arguments: [requestArgument],
  options: whereOptions,
  async run(context, [request = ""], options) {
    const { showEntry } = await import("../fabric-view/index.ts")
    const whole = await administer(context, options, (one) => one.ask<WholeEntryDocument>("GET", `/ledger/${part(request)}`))
    showEntry(context, whole)
    return whole
  },
})

interface AdjustOptions extends WhereOptions {
  readonly charge?: string
  readonly credit?: string
  readonly cost?: string
  readonly reason: string
  readonly id?: string
}

const adjust = defineCommand<AdjustOptions>({
  name: "adjust",
  description: { en: "charge a closed request more, or give some of its charge back", zh: "为已结清的请求补收费用或退回部分费用" },
  details: {
    en: "The entry itself never changes: the adjustment stands beside it, and in the audit log.\nExample: daydream ledger adjust <request> --credit 0.25 --reason \"answer was cut\"",
    zh: "条目本身不变：调整记录在其旁，并写入审计日志。\n示例：daydream ledger adjust <请求> --credit 0.25 --reason \"应答不完整\"",
  },
  arguments: [requestArgument],
  options: [
    { flags: "--charge <amount>", description: { en: "charge so much more", zh: "补收的金额" } },
    { flags: "--credit <amount>", description: { en: "give so much back; no more than was charged", zh: "退回的金额，不超过已收取的费用" } },
    { flags: "--cost <amount>", description: { en: "what its upstream cost more; -0.5 for less", zh: "上游成本的增加额；减少时写 -0.5" } },
    { flags: "--reason <text>", isRequired: true, description: { en: "why; it stands in the ledger and the audit log", zh: "原因，写入账本与审计日志" } },
    { flags: "--id <uuid>", description: { en: "names the adjustment, so that repeating the command counts it once", zh: "这次调整的编号（UUID），重复执行时只计一次" } },
    ...whereOptions,
  ],
  async run(context, [request = ""], options) {
    if (options.charge !== undefined && options.credit !== undefined) throw frameErrors.conflicting_options({ option: "--charge", other: "--credit" })
    if (options.charge === undefined && options.credit === undefined && options.cost === undefined)
      throw administrationErrors.nothing_to_change({ options: "--charge, --credit, --cost" })
    const { amountOf, changeOf, showEntry } = await import("../fabric-view/index.ts")
    const whole = await administer(context, options, async (one) => one.ask<WholeEntryDocument>("POST", `/ledger/${part(request)}/adjustments`, {
      charge: options.charge !== undefined ? await amountOf(one, options.charge)
        : options.credit !== undefined ? `-${await amountOf(one, options.credit)}` : undefined,
      cost: options.cost === undefined ? undefined : await changeOf(one, options.cost), reason: options.reason, id: options.id,
    }))
    showEntry(context, whole)
    return whole
  },
})

export const ledger = defineCommand({
  name: "ledger",
  description: { en: "single requests: search, show, adjust", zh: "单个请求：查找、查看、调整" },
  subcommands: [list, show, adjust],
})
