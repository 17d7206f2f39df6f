/** `daydream tenant`: tenants, their limits and their money. */
import type { AlertsDocument, BudgetsDocument, CreditDocument, TenantDocument } from "@daydream/fabric/admin"
import { randomUUID } from "node:crypto"
import { administer, administrationErrors, part, whereOptions, type Administration, type WhereOptions } from "../administration/index.ts"
import { defineCommand, frameErrors, type CommandContext, type OptionDefinition } from "../frame/index.ts"

const idArgument = { name: "<tenant>", description: { en: "id: lower-case letters, digits, hyphens", zh: "编号：小写字母、数字、连字符" } }

interface LimitOptions extends WhereOptions {
  readonly title?: string
  readonly budget?: string
  readonly period: "day" | "month" | "total"
  readonly alertAt?: readonly string[]
  readonly quota?: readonly string[]
  readonly models?: readonly string[]
  readonly weight?: number
  readonly prepaid?: boolean
  readonly postpaid?: boolean
  readonly cache?: number
  readonly recordContent?: boolean
}

const limitOptions: readonly OptionDefinition[] = [
  { flags: "--title <text>", description: { en: "name for people", zh: "显示名称" } },
  { flags: "--budget <amount>", description: { en: "ceiling of a period, for example 50 or \"50 USD\"; 0 stops everything", zh: "一个周期内的预算上限，例如 50 或 “50 USD”；0 表示完全停止" } },
  { flags: "--period <period>", choices: ["day", "month", "total"], default: "month", description: { en: "what the budget is for", zh: "预算的周期" } },
  { flags: "--alert-at <shares>", kind: "list", description: { en: "shares of the budget that are told, for example 0.8,1", zh: "预算使用到这些比例时提醒，例如 0.8,1" } },
  { flags: "--quota <quotas>", kind: "list", description: { en: "for example 100k-tokens/min, 60-requests/min, 20-concurrent; again or with commas for several", zh: "例如 100k-tokens/min、60-requests/min、20-concurrent；可重复或用逗号分隔" } },
  { flags: "--models <names>", kind: "list", description: { en: "models that it may use, * at the end for any ending (default: those of the tenant above)", zh: "可用的模型，末尾可用 * 通配（默认与上级相同）" } },
  { flags: "--weight <number>", kind: "number", description: { en: "share in the fair queue of a busy pool", zh: "繁忙时在公平队列中的份额" } },
  { flags: "--prepaid", description: { en: "spends no more than its credit; see `daydream tenant credit`", zh: "预付费：花费不超过余额，见 `daydream tenant credit`" } },
  { flags: "--postpaid", description: { en: "pays afterwards", zh: "后付费" } },
  { flags: "--cache <seconds>", kind: "integer", description: { en: "keep answers to equal calls so long; 0: not at all", zh: "相同调用的应答缓存秒数；0 表示不缓存" } },
  { flags: "--record-content", description: { en: "let prompts and answers stand in spans", zh: "允许在追踪数据中记录提示词与应答" } },
  { flags: "--no-record-content", description: { en: "keep prompts and answers out of spans", zh: "不在追踪数据中记录提示词与应答" } },
]

/** What the options say of a tenant; fields that were not named are absent. */
const fieldsOf = (options: LimitOptions) => ({
  title: options.title, quotas: options.quota, models: options.models, weight: options.weight,
  billing: options.prepaid === true ? "prepaid" : options.postpaid === true ? "postpaid" : undefined,
  responseCacheSeconds: options.cache === undefined ? undefined : options.cache === 0 ? null : options.cache,
  recordsContent: options.recordContent,
})

async function setBudget(administration: Administration, tenant: string, options: LimitOptions, limit: string): Promise<BudgetsDocument> {
  const alertsAt = options.alertAt?.map(Number)
  if (alertsAt?.some((share) => !Number.isFinite(share))) throw administrationErrors.bad_number({ option: "--alert-at", value: options.alertAt?.join(",") ?? "" })
  return administration.ask("PUT", `/tenants/${part(tenant)}/budgets/${options.period}`, { limit, alertsAt })
}

async function printBudgets(context: CommandContext, { budgets, currency }: BudgetsDocument): Promise<void> {
  const { moneyText } = await import("../fabric-view/index.ts")
  const periods = { day: { en: "a day", zh: "每日" }, month: { en: "a month", zh: "每月" }, total: { en: "in total", zh: "总计" } }
  for (const { period, limit, spent, reserved } of budgets) {
    const [most, used] = [moneyText(limit, currency), moneyText(String(BigInt(spent) + BigInt(reserved)), currency)]
    context.print({ en: `Budget: ${most} ${periods[period].en}, used ${used}.`, zh: `预算：${periods[period].zh} ${most}，已用 ${used}。` })
  }
}

function checkBilling({ prepaid, postpaid }: LimitOptions): void {
  if (prepaid === true && postpaid === true) throw frameErrors.conflicting_options({ option: "--prepaid", other: "--postpaid" })
}

const add = defineCommand<LimitOptions & { readonly parent?: string }>({
  name: "add",
  description: { en: "add a tenant", zh: "新增租户" },
  arguments: [idArgument],
  options: [{ flags: "--parent <tenant>", description: { en: "tenant above it (default: root)", zh: "上级租户（默认 root）" } }, ...limitOptions, ...whereOptions],
  async run(context, [id = ""], options) {
    checkBilling(options)
    const { amountOf } = await import("../fabric-view/index.ts")
    return administer(context, options, async (administration) => {
      // What was typed wrong is told before anything is made.
      const limit = options.budget === undefined ? undefined : await amountOf(administration, options.budget)
      const tenant = await administration.ask<TenantDocument>("POST", "/tenants", { id, parentId: options.parent, ...fieldsOf(options) })
      const budgets = limit === undefined ? undefined : await setBudget(administration, id, options, limit)
      context.print({ en: `Tenant ${id} stands under ${tenant.parentId}.`, zh: `租户 ${id} 已建立，上级为 ${tenant.parentId}。` })
      if (budgets !== undefined) await printBudgets(context, budgets)
      if (tenant.quotas.length > 0) context.print({ en: `Quotas: ${tenant.quotas.join(", ")}.`, zh: `配额：${tenant.quotas.join("、")}。` })
      if (tenant.billing === "prepaid") context.note({ en: `It has no credit yet. Next: daydream tenant credit ${id} <amount>`, zh: `它还没有余额。下一步：daydream tenant credit ${id} <金额>` })
      context.note({ en: `Next: daydream key create ${id}`, zh: `下一步：daydream key create ${id}` })
      return { tenant, ...(budgets === undefined ? {} : { currency: budgets.currency, budgets: budgets.budgets }) }
    })
  },
})

const change = defineCommand<LimitOptions & { readonly allModels?: boolean; readonly clearQuotas?: boolean; readonly removeBudget?: boolean }>({
  name: "change",
  description: { en: "change a tenant's limits, budget or name", zh: "更改租户的限额、预算或名称" },
  arguments: [idArgument],
  options: [
    ...limitOptions,
    { flags: "--all-models", description: { en: "all models of the tenant above again", zh: "恢复为上级的全部模型" } },
    { flags: "--clear-quotas", description: { en: "no quotas of its own any more", zh: "取消自身的配额" } },
    { flags: "--remove-budget", description: { en: "no budget of --period any more", zh: "取消 --period 对应的预算" } },
    ...whereOptions,
  ],
  async run(context, [id = ""], options) {
    checkBilling(options)
    const wanted = {
      ...fieldsOf(options), ...(options.allModels === true ? { models: null } : {}), ...(options.clearQuotas === true ? { quotas: [] } : {}),
    }
    const hasChange = Object.values(wanted).some((value) => value !== undefined)
    if (!hasChange && options.budget === undefined && options.removeBudget !== true)
      throw administrationErrors.nothing_to_change({ options: "--budget, --quota, --models, --title, --weight, --prepaid, --postpaid, --cache" })
    const { amountOf } = await import("../fabric-view/index.ts")
    return administer(context, options, async (administration) => {
      const limit = options.budget === undefined ? undefined : await amountOf(administration, options.budget)
      const path = `/tenants/${part(id)}`
      const tenant = await administration.ask<TenantDocument>(hasChange ? "PATCH" : "GET", path, hasChange ? wanted : undefined)
      if (limit !== undefined) await setBudget(administration, id, options, limit)
      if (options.removeBudget === true) await administration.ask("DELETE", `${path}/budgets/${options.period}`)
      const budgets = await administration.ask<BudgetsDocument>("GET", `${path}/budgets`)
      context.print({ en: `Tenant ${id} is changed.`, zh: `租户 ${id} 已更改。` })
      await printBudgets(context, budgets)
      return { tenant, currency: budgets.currency, budgets: budgets.budgets }
    })
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list tenants", zh: "列出租户" },
  options: whereOptions,
  async run(context, _args, options) {
    const { showTenants } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<{ tenants: TenantDocument[] }>("GET", "/tenants"))
    showTenants(context, answer.tenants)
    return answer
  },
})

const show = defineCommand<WhereOptions>({
  name: "show",
  description: { en: "show a tenant with its budgets and credit", zh: "显示租户及其预算与余额" },
  arguments: [idArgument],
  options: whereOptions,
  async run(context, [id = ""], options) {
    const { moneyText, showTenants } = await import("../fabric-view/index.ts")
    return administer(context, options, async (administration) => {
      const path = `/tenants/${part(id)}`
      const tenant = await administration.ask<TenantDocument>("GET", path)
      const budgets = await administration.ask<BudgetsDocument>("GET", `${path}/budgets`)
      const credit = await administration.ask<CreditDocument>("GET", `${path}/credit`)
      const { alerts } = await administration.ask<AlertsDocument>("GET", `${path}/alerts`)
      showTenants(context, [tenant])
      await printBudgets(context, budgets)
      for (const one of alerts.slice(0, 5)) {
        const [share, at, whose] = [`${Math.round(one.threshold * 100)} %`, one.at.slice(0, 16).replace("T", " "), one.tenant]
        context.print({ en: `Alert: ${whose} passed ${share} of its budget (${one.period}) at ${at} UTC.`, zh: `提醒：${whose} 于 ${at}（UTC）达到预算（${one.period}）的 ${share}。` })
      }
      if (tenant.billing === "prepaid") {
        const balance = moneyText(credit.balance, credit.currency)
        context.print({ en: `Credit: ${balance}.`, zh: `余额：${balance}。` })
      }
      return { tenant, currency: budgets.currency, budgets: budgets.budgets, balance: credit.balance, alerts }
    })
  },
})

const suspension = (name: "suspend" | "resume", isSuspended: boolean) => defineCommand<WhereOptions>({
  name,
  description: isSuspended
    ? { en: "refuse all calls of a tenant and of those below it", zh: "停用租户：拒绝其及下级的全部调用" }
    : { en: "take a tenant's calls again", zh: "恢复租户的调用" },
  arguments: [idArgument],
  options: whereOptions,
  async run(context, [id = ""], options) {
    const tenant = await administer(context, options, (one) => one.ask<TenantDocument>("PATCH", `/tenants/${part(id)}`, { isSuspended }))
    context.print(isSuspended ? { en: `Tenant ${id} is suspended.`, zh: `租户 ${id} 已停用。` } : { en: `Tenant ${id} is active again.`, zh: `租户 ${id} 已恢复。` })
    return { tenant }
  },
})

const credit = defineCommand<WhereOptions & { readonly id?: string; readonly comment?: string }>({
  name: "credit",
  description: { en: "add prepaid credit, take some back (a negative amount), or show it", zh: "充值、扣回（负数金额）或查看预付余额" },
  arguments: [idArgument, { name: "[amount]", description: { en: "for example 20 or \"20 USD\"; after -- a negative one", zh: "例如 20 或 “20 USD”；负数请写在 -- 之后" } }],
  options: [
    { flags: "--id <name>", description: { en: "names the payment, so that repeating the command counts it once", zh: "这笔款项的编号，重复执行时只计一次" } },
    { flags: "--comment <text>", description: { en: "what it was for", zh: "备注" } },
    ...whereOptions,
  ],
  async run(context, [tenant = "", amount], options) {
    const { changeOf, moneyText } = await import("../fabric-view/index.ts")
    const path = `/tenants/${part(tenant)}/credit`
    const answer = await administer(context, options, async (administration) => amount === undefined
      ? administration.ask<CreditDocument>("GET", path)
      : administration.ask<CreditDocument>("POST", path, {
        amount: await changeOf(administration, amount), id: options.id ?? randomUUID(), note: options.comment,
      }))
    const balance = moneyText(answer.balance, answer.currency)
    context.print({ en: `Credit of ${tenant}: ${balance}.`, zh: `${tenant} 的余额：${balance}。` })
    return { tenant, ...answer }
  },
})

export const tenant = defineCommand({
  name: "tenant",
  description: { en: "tenants: add, change, suspend, budgets and credit", zh: "租户：新增、更改、停用、预算与余额" },
  subcommands: [add, list, show, change, suspension("suspend", true), suspension("resume", false), credit],
})
