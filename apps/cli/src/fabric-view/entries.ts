/** Entries of the ledger as tables and lines. */
import type { EntryDocument, EntryPageDocument, WholeEntryDocument } from "@daydream/fabric/admin"
import type { ColumnView, CommandContext } from "../frame/index.ts"
import { moneyText } from "./money.ts"

const column = (en: string, zh: string, align: "left" | "right" = "left"): ColumnView => ({ title: { en, zh }, align })
const dash = "—"
const second = (instant: string) => instant.slice(0, 19).replace("T", " ")
const count = (value: number) => value.toLocaleString("en-US")

const statuses = {
  open: { en: "open", zh: "未结" }, completed: { en: "completed", zh: "完成" }, cut: { en: "cut", zh: "中断" },
  "client-gone": { en: "client gone", zh: "客户端离开" }, failed: { en: "failed", zh: "失败" }, unknown: { en: "unknown", zh: "未知" },
  refused: { en: "refused", zh: "被拒绝" }, "timed-out": { en: "timed out", zh: "超时" }, "not-sent": { en: "not sent", zh: "未发送" },
} as const

const inputOf = ({ input, cachedInput, cacheWrite, imageInput, audioInput }: EntryDocument["tokens"]) =>
  input + cachedInput + cacheWrite + imageInput + audioInput
const outputOf = ({ output, reasoning, audioOutput }: EntryDocument["tokens"]) => output + reasoning + audioOutput
const paid = ({ charge, adjusted }: EntryDocument) => (BigInt(charge) + BigInt(adjusted)).toString()

export function showEntries(context: CommandContext, { entries, currency }: EntryPageDocument): void {
  const withCosts = entries.some((entry) => entry.cost !== null)
  context.table({
    columns: [
      column("opened (UTC)", "开始（UTC）"), column("request", "请求"), column("tenant", "租户"), column("key", "密钥"), column("model", "模型"),
      column("status", "状态"), column("input", "输入", "right"), column("output", "输出", "right"), column("charge", "费用", "right"),
      ...(withCosts ? [column("cost", "成本", "right")] : []),
    ],
    rows: entries.map((entry) => [
      second(entry.openedAt), entry.requestId, entry.tenant, entry.keyId, entry.model, context.text(statuses[entry.status]),
      count(inputOf(entry.tokens)), count(outputOf(entry.tokens)), moneyText(paid(entry), currency),
      ...(withCosts ? [moneyText(entry.cost ?? "0", currency)] : []),
    ]),
  })
}

export function showEntry(context: CommandContext, whole: WholeEntryDocument): void {
  const { entry, attemptEntries, adjustments, currency } = whole
  showEntries(context, { currency, entries: [entry], next: null })
  const reserved = moneyText(entry.reserved, currency)
  context.print({ en: `Reserved: ${reserved}. Charged when it closed: ${moneyText(entry.charge, currency)}.`, zh: `预留：${reserved}。结清时收取：${moneyText(entry.charge, currency)}。` })
  if (entry.overrun !== "0") context.print({ en: `Overrun: ${moneyText(entry.overrun, currency)}.`, zh: `超出预留：${moneyText(entry.overrun, currency)}。` })
  if (entry.isEstimated) context.print({ en: "Its tokens were counted by a tokenizer.", zh: "其 token 由分词器估算。" })
  if (entry.isAssumed) context.print({ en: "It was closed in place of a process that died.", zh: "它由其他进程代已退出的进程结清。" })
  context.table({
    columns: [
      column("attempt", "尝试"), column("target", "目标"), column("status", "状态"), column("answered by", "应答模型"), column("first token", "首 token", "right"),
      column("total", "总时长", "right"), column("cost", "成本", "right"),
    ],
    rows: attemptEntries.map((attempt) => [
      attempt.attemptId, attempt.pool === null ? dash : `${attempt.pool}/${attempt.targetModel ?? ""}`, context.text(statuses[attempt.status]),
      attempt.answeredModel ?? dash, milliseconds(attempt.firstTokenMs), milliseconds(attempt.totalMs),
      attempt.cost === null ? dash : moneyText(attempt.cost, currency),
    ]),
  })
  for (const { at, charge, reason } of adjustments)
    context.print({ en: `Adjusted at ${second(at)} UTC: ${signed(charge, currency)} (${reason})`, zh: `调整于 ${second(at)}（UTC）：${signed(charge, currency)}（${reason}）` })
}

const milliseconds = (value: number | null) => (value === null ? dash : `${Math.round(value)} ms`)
const signed = (nano: string, currency: string) =>
  nano.startsWith("-") ? `-${moneyText(nano.slice(1), currency)}` : `+${moneyText(nano, currency)}`
