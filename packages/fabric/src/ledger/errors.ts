/** Errors of the ledger. What is told of an ancestor's ceiling holds no figure and no name. */
import { defineErrors } from "@daydream/engine/errors"
import { formatAmount } from "@daydream/engine/money"
import type { Nano } from "@daydream/engine/money"
import type { BudgetPeriod } from "./budget.ts"
import type { QuotaTake } from "./ledger.ts"

const periods = { day: ["daily", "每日"], month: ["monthly", "每月"], total: ["total", "总"] } as const

interface BudgetFacts {
  /** Whose ceiling it is: the caller's own, or an ancestor's. */
  readonly tenant: string
  readonly isAncestor: boolean
  readonly period: BudgetPeriod
  readonly resetsAt: Date | null
  readonly needed: Nano
  /** Null for an ancestor's. */
  readonly left: Nano | null
  readonly limit: Nano | null
}

interface QuotaFacts {
  readonly bucket: string
  readonly kind: QuotaTake["kind"]
  readonly limit: number
  readonly amount: number
  readonly retryAfterMs: number
}

const money = (amount: Nano | null) => formatAmount(amount === null || amount < 0n ? 0n : amount)
const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000))
const units = {
  requests: ["requests", "请求数"], tokens: ["tokens", "token 数"], concurrency: ["requests at once", "并发请求数"],
} as const

export const errors = defineErrors({
  budget_exceeded: {
    exitCode: 1,
    en: (f: BudgetFacts) => ({
      message: f.isAncestor
        ? `A ${periods[f.period][0]} budget above the tenant is used up.`
        : `The request may cost up to ${money(f.needed)}, but only ${money(f.left)} of the ${periods[f.period][0]} budget of ${money(f.limit)} is left.`,
      hint: f.resetsAt === null
        ? "Ask who administers the budget to raise it."
        : `The budget starts anew at ${f.resetsAt.toISOString()}. Lower the output limit of the request, or ask who administers the budget to raise it.`,
    }),
    zh: (f: BudgetFacts) => ({
      message: f.isAncestor
        ? `上级租户的${periods[f.period][1]}预算已用尽。`
        : `该请求最多可能花费 ${money(f.needed)}，而${periods[f.period][1]}预算 ${money(f.limit)} 只剩下 ${money(f.left)}。`,
      hint: f.resetsAt === null
        ? "请联系预算管理员提高额度。"
        : `预算将于 ${f.resetsAt.toISOString()} 重新计算。可以降低请求的输出上限，或联系预算管理员提高额度。`,
    }),
  },
  credit_exhausted: {
    exitCode: 1,
    en: (f: Pick<BudgetFacts, "tenant" | "isAncestor" | "needed" | "left">) => ({
      message: f.isAncestor
        ? "The prepaid credit above the tenant is used up."
        : `The request may cost up to ${money(f.needed)}, but only ${money(f.left)} of the prepaid credit is left.`,
      hint: "Add credit, or lower the output limit of the request.",
    }),
    zh: (f) => ({
      message: f.isAncestor
        ? "上级租户的预付余额已用尽。"
        : `该请求最多可能花费 ${money(f.needed)}，而预付余额只剩下 ${money(f.left)}。`,
      hint: "请充值，或降低请求的输出上限。",
    }),
  },
  quota_exceeded: {
    isRetryable: true,
    exitCode: 1,
    en: (f: QuotaFacts) => ({
      message: `The limit of ${f.limit} ${units[f.kind][0]} is reached.`,
      hint: `Try again in ${seconds(f.retryAfterMs)} s.`,
    }),
    zh: (f: QuotaFacts) => ({
      message: `已达到${units[f.kind][1]}上限 ${f.limit}。`,
      hint: `请在 ${seconds(f.retryAfterMs)} 秒后重试。`,
    }),
  },
  request_over_quota: {
    en: (f: Omit<QuotaFacts, "retryAfterMs">) => ({
      message: `The request may use up to ${f.amount} ${units[f.kind][0]}, more than the whole limit of ${f.limit}.`,
      hint: "Shorten the prompt, lower the output limit of the request, or ask for a higher limit. Waiting does not help.",
    }),
    zh: (f: Omit<QuotaFacts, "retryAfterMs">) => ({
      message: `该请求最多可能用到的${units[f.kind][1]}为 ${f.amount}，超过了整个上限 ${f.limit}。`,
      hint: "请缩短提示词、降低请求的输出上限，或申请更高的限额。等待没有用。",
    }),
  },
  ledger_unavailable: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { reason: "database" | "shutdown" | "restarted" }) => ({
      message: f.reason === "shutdown" ? "The service is shutting down." : "The ledger cannot record the request now.",
      hint: "Nothing was sent and nothing is charged. Try again in a moment.",
    }),
    zh: (f) => ({
      message: f.reason === "shutdown" ? "服务正在关闭。" : "账本暂时无法记录该请求。",
      hint: "请求没有发出，也不会计费。请稍后重试。",
    }),
  },
  no_such_request: {
    exitCode: 1,
    en: (f: { requestId: string }) => ({
      message: `The ledger has no open entry for the request ${f.requestId}.`,
      hint: "Only what was opened can be closed; only an open request takes another attempt.",
    }),
    zh: (f) => ({
      message: `账本中没有请求 ${f.requestId} 的未结条目。`,
      hint: "只有已开立的条目才能结清，只有未结的请求才能增加尝试。",
    }),
  },
  request_not_closed: {
    en: (f: { requestId: string }) => ({
      message: `The request ${f.requestId} is not closed in the ledger, so it cannot be adjusted.`,
      hint: "Check the ids of request and attempt, or wait until the request has ended.",
    }),
    zh: (f) => ({
      message: `请求 ${f.requestId} 在账本中尚未结清，无法调整。`,
      hint: "请检查请求和尝试的编号，或等待请求结束。",
    }),
  },
  no_such_entry: {
    exitCode: 1,
    en: (f: { requestId: string }) => ({
      message: `The ledger has no entry ${f.requestId}.`,
      hint: "Answers carry their request's id in x-request-id. Entries that are older than the ledger keeps are gone; their sums remain.",
    }),
    zh: (f) => ({
      message: `账本中没有条目 ${f.requestId}。`,
      hint: "请求编号见应答头 x-request-id。超过账本保留期的条目已删除，其合计仍然保留。",
    }),
  },
  adjustment_below_zero: {
    en: (f: { side: "charge" | "cost"; most: Nano }) => ({
      message: f.side === "charge" ? `No more than ${money(f.most)} can be given back of this request.` : `No more than ${money(f.most)} can be taken off this request's cost.`,
      hint: "A request is never charged less than nothing. To give a tenant money beyond that, add credit.",
    }),
    zh: (f) => ({
      message: f.side === "charge" ? `该请求最多只能退回 ${money(f.most)}。` : `该请求的成本最多只能减少 ${money(f.most)}。`,
      hint: "一次请求的费用不会低于零。如需另外补偿租户，请为其充值。",
    }),
  },
  adjustment_id_taken: {
    en: (f: { id: string }) => ({
      message: `The id ${f.id} names an adjustment of another request.`, hint: "Use the same id only to repeat the same adjustment.",
    }),
    zh: (f) => ({ message: `编号 ${f.id} 已用于另一请求的调整。`, hint: "只有重复同一调整时才使用相同编号。" }),
  },
  bad_budget: {
    en: (f: { field: string; problem: string }) => ({
      message: `The budget's ${f.field} is wrong: ${f.problem}.`,
      hint: "A limit is an amount of zero or more; alerts are shares above 0, for example 0.5 and 0.8.",
    }),
    zh: (f) => ({
      message: `预算的 ${f.field} 有误：${f.problem}。`,
      hint: "额度须为零或正数；提醒阈值是大于 0 的比例，例如 0.5 和 0.8。",
    }),
  },
})
