/** Tables of what the fabric holds. */
import type { AlertsDocument, AuditDocument, HealthDocument, KeyDocument, PoolDocument, PricesDocument, RouteDocument, TenantDocument, UsageDocument } from "@daydream/fabric/admin"
import type { ColumnView, CommandContext } from "../frame/index.ts"
import { moneyText } from "./money.ts"

const column = (en: string, zh: string, align: "left" | "right" = "left"): ColumnView => ({ title: { en, zh }, align })
const dash = "—"
const list = (texts: readonly string[]) => (texts.length === 0 ? dash : texts.join(", "))
const models = (context: CommandContext, names: readonly string[] | null) =>
  names === null ? context.text({ en: "all", zh: "全部" }) : list(names)
const minute = (instant: string) => instant.slice(0, 16).replace("T", " ")

export function showTenants(context: CommandContext, tenants: readonly TenantDocument[]): void {
  context.table({
    columns: [
      column("id", "编号"), column("above", "上级"), column("title", "名称"), column("billing", "计费"), column("quotas", "配额"),
      column("models", "模型"), column("state", "状态"),
    ],
    rows: tenants.map((one) => [
      one.id, one.parentId ?? dash, one.title,
      context.text(one.billing === "prepaid" ? { en: "prepaid", zh: "预付费" } : { en: "postpaid", zh: "后付费" }),
      list(one.quotas), models(context, one.models),
      context.text(one.isSuspended ? { en: "suspended", zh: "已停用" } : { en: "active", zh: "正常" }),
    ]),
  })
}

const keyState = (key: KeyDocument) => {
  if (key.revokedAt !== null) return { en: "revoked", zh: "已吊销" }
  if (key.expiresAt === null) return { en: "active", zh: "有效" }
  const day = key.expiresAt.slice(0, 10)
  return Date.parse(key.expiresAt) <= Date.now() ? { en: "expired", zh: "已过期" } : { en: `until ${day}`, zh: `有效至 ${day}` }
}

export function showKeys(context: CommandContext, keys: readonly KeyDocument[]): void {
  context.table({
    columns: [
      column("id", "编号"), column("title", "名称"), column("scopes", "权限"), column("models", "模型"), column("quotas", "配额"),
      column("made", "创建时间"), column("state", "状态"),
    ],
    rows: keys.map((key) => [
      key.id, key.title === "" ? dash : key.title, list(key.scopes), models(context, key.models), list(key.quotas), minute(key.createdAt),
      context.text(keyState(key)),
    ]),
  })
}

export function showPools(context: CommandContext, pools: readonly PoolDocument[]): void {
  context.table({
    columns: [
      column("pool", "池"), column("kind", "类型"), column("models", "模型"), column("addresses", "地址"), column("credential", "凭据"),
      column("at once", "并发", "right"),
    ],
    rows: pools.map((pool) => [
      pool.name, pool.kind, list(pool.models), list(pool.addresses), pool.credential ?? dash, String(pool.concurrency),
    ]),
  })
}

export function showRoutes(context: CommandContext, routes: readonly RouteDocument[]): void {
  context.table({
    columns: [column("model", "模型名"), column("strategy", "策略"), column("targets", "目标"), column("mode", "模式")],
    rows: routes.map((route) => [
      route.name, route.strategy,
      list(route.targets.map(({ pool, model, weight }) => `${pool}/${model}${route.strategy === "weighted" ? ` ×${weight}` : ""}`)), route.mode,
    ]),
  })
}

export function showPrices(context: CommandContext, { currency, prices }: PricesDocument): void {
  const amount = (text: string | undefined) => (text === undefined ? dash : moneyText(text, currency))
  context.table({
    columns: [
      column("side", "类别"), column("of", "对象"), column("from", "生效日期"), column("input / million", "输入 / 百万", "right"),
      column("output / million", "输出 / 百万", "right"), column("others / million", "其他 / 百万"), column("per request", "每次请求", "right"),
    ],
    rows: prices.map((price) => {
      const { input, output, ...others } = price.perMillion
      return [
        context.text(price.side === "charge" ? { en: "charge", zh: "收费" } : { en: "cost", zh: "成本" }), price.subject,
        price.validFrom.startsWith("1970-01-01") ? dash : price.validFrom.slice(0, 10), amount(input), amount(output),
        list(Object.entries(others).flatMap(([name, text]) => (text === undefined ? [] : [`${name} ${amount(text)}`]))), amount(price.perRequest),
      ]
    }),
  })
}

const groupTitles = {
  tenant: column("tenant", "租户"), key: column("key", "密钥"), model: column("model", "模型"), pool: column("pool", "池"),
  day: column("day (UTC)", "日期（UTC）"), hour: column("hour (UTC)", "小时（UTC）"),
} as const

export function showUsage(context: CommandContext, usage: UsageDocument, groupBy: readonly (keyof typeof groupTitles)[]): void {
  const withCosts = usage.rows.some((row) => row.cost !== null)
  const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0).toLocaleString("en-US")
  context.table({
    columns: [
      ...groupBy.map((group) => groupTitles[group]),
      column("requests", "请求数", "right"), column("failed", "失败", "right"), column("input tokens", "输入 token", "right"),
      column("output tokens", "输出 token", "right"), column("charge", "费用", "right"), ...(withCosts ? [column("cost", "成本", "right")] : []),
    ],
    rows: usage.rows.map(({ group, requests, failed, tokens, charge, cost }) => [
      ...groupBy.map((name) => group[name] ?? dash), requests.toLocaleString("en-US"), failed.toLocaleString("en-US"),
      sum([tokens.input, tokens.cachedInput, tokens.cacheWrite, tokens.imageInput, tokens.audioInput]),
      sum([tokens.output, tokens.reasoning, tokens.audioOutput]),
      moneyText(charge, usage.currency), ...(withCosts ? [moneyText(cost ?? "0", usage.currency)] : []),
    ]),
  })
}

export function showAudit(context: CommandContext, { entries }: AuditDocument): void {
  context.table({
    columns: [column("when (UTC)", "时间（UTC）"), column("who", "操作者"), column("tenant", "租户"), column("act", "操作"), column("what", "对象"), { ...column("facts", "详情"), maximumWidth: 60 }],
    rows: entries.map((one) => [minute(one.at), one.actor, one.tenantId, one.act, one.subject, Object.keys(one.facts).length === 0 ? "" : JSON.stringify(one.facts)]),
  })
}

const deliveryText = (delivery: AlertsDocument["alerts"][number]["delivery"]) => {
  if (delivery === null) return { en: dash, zh: dash }
  if (delivery.deliveredAt !== null) return { en: "delivered", zh: "已送达" }
  if (delivery.givenUpAt !== null) return { en: `given up: ${delivery.problem ?? ""}`, zh: `已放弃：${delivery.problem ?? ""}` }
  return delivery.attempts === 0 ? { en: "not sent", zh: "未发送" }
    : { en: `tried ${delivery.attempts} times: ${delivery.problem ?? ""}`, zh: `已尝试 ${delivery.attempts} 次：${delivery.problem ?? ""}` }
}

const periods = { day: { en: "a day", zh: "每日" }, month: { en: "a month", zh: "每月" }, total: { en: "in total", zh: "总计" } } as const

export function showAlerts(context: CommandContext, { alerts, currency }: AlertsDocument): void {
  context.table({
    columns: [
      column("when (UTC)", "时间（UTC）"), column("tenant", "租户"), column("budget", "预算"), column("passed", "达到", "right"),
      column("spent", "已用", "right"), column("webhook", "Webhook"),
    ],
    rows: alerts.map((one) => [
      minute(one.at), one.tenant, `${moneyText(one.limit, currency)} ${context.text(periods[one.period])}`, `${Math.round(one.threshold * 100)} %`,
      moneyText(one.spent, currency), context.text(deliveryText(one.delivery)),
    ]),
  })
}

const poolStates = {
  up: { en: "up", zh: "正常" }, partly: { en: "partly down", zh: "部分不可用" }, down: { en: "down", zh: "不可用" }, untried: { en: "not called yet", zh: "尚未调用" },
} as const
const breakers = {
  "closed": { en: "closed", zh: "关闭（正常）" }, "open": { en: "open", zh: "断开" }, "half-open": { en: "half open", zh: "半开" },
} as const

export function showHealth(context: CommandContext, { pools, targets }: HealthDocument): void {
  context.table({
    columns: [column("pool", "池"), column("state", "状态"), column("running", "处理中", "right"), column("at most", "上限", "right"), column("waiting", "等待", "right")],
    rows: pools.map((one) => [one.pool, context.text(poolStates[one.state]), String(one.running), String(one.concurrency), String(one.waiting)]),
  })
  if (targets.length === 0) return
  context.print()
  context.table({
    columns: [
      column("target", "目标"), column("breaker", "熔断器"), column("left alone until (UTC)", "暂停至（UTC）"), column("running", "处理中", "right"),
      column("first token p95", "首 token p95", "right"),
    ],
    rows: targets.map((one) => [
      one.target, context.text(breakers[one.breaker]), one.notBefore !== null && Date.parse(one.notBefore) > Date.now() ? one.notBefore.slice(11, 19) : dash,
      String(one.inFlight), one.firstTokenP95Ms === null ? dash : `${Math.round(one.firstTokenP95Ms)} ms`,
    ]),
  })
}
