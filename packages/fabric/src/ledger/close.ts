/** Closings and adjustments of a batch as parameters of `write_batch`, and its answer as each one's own. */
import { randomUUID } from "node:crypto"
import { plain, texts } from "./arrays.ts"
import { checkAmount, checkChange, checkCount, checkId, clipped, pushTokens, shown } from "./check.ts"
import { errors } from "./errors.ts"
import type { Adjustment, AttemptClosing, RequestClosing } from "./ledger.ts"

interface Waiting<Result> {
  resolve(result: Result): void
  reject(error: unknown): void
  /** An earlier sending may have been committed, though its answer was lost. */
  isDoubtful: boolean
}

export interface RequestCloseItem extends Waiting<{ readonly isFirst: boolean }> {
  readonly kind: "close"
  readonly closing: RequestClosing
}
export interface AttemptCloseItem extends Waiting<void> {
  readonly kind: "close-attempt"
  readonly requestId: string
  readonly attempt: AttemptClosing
}
export interface AdjustItem extends Waiting<void> {
  readonly kind: "adjust"
  /** Made once, so that repeating adds nothing. */
  readonly id: string
  readonly adjustment: Adjustment
}
export type CloseItem = RequestCloseItem | AttemptCloseItem | AdjustItem

/** A threshold of a budget that was passed. */
export interface BudgetAlert {
  readonly tenant: string
  readonly period: "day" | "month" | "total"
  readonly threshold: number
  readonly limit: bigint
  readonly spent: bigint
}

export function checkClosing(closing: RequestClosing): void {
  checkId(closing.requestId)
  checkAmount(closing.charge)
  for (const bucket in closing.quotaUsed) checkCount(closing.quotaUsed[bucket] ?? 0)
  if (closing.attempt !== undefined) checkAttemptClosing(closing.requestId, closing.attempt)
}

export function checkAttemptClosing(requestId: string, attempt: AttemptClosing): void {
  checkId(requestId)
  checkId(attempt.attemptId)
  checkAmount(attempt.cost)
}

export const newAdjustment = (adjustment: Adjustment): { readonly id: string; readonly adjustment: Adjustment } => {
  checkId(adjustment.requestId)
  if (adjustment.attemptId !== undefined) checkId(adjustment.attemptId)
  checkChange(adjustment.charge)
  checkChange(adjustment.cost)
  return { id: randomUUID(), adjustment }
}

type Alert = [tenant: string, period: "day" | "month" | "total", threshold: number, limit: string, spent: string]
type Numbers = number[] | null
/** What `write_batch` says of closings. */
export type CloseAnswer =
  [closedBefore: Numbers, late: Numbers, neverOpened: Numbers, attemptsNeverOpened: Numbers, refused: Numbers, alerts: Alert[] | null]

/** Closings of one batch, by what they close. */
export interface Closings {
  readonly requests: readonly RequestCloseItem[]
  readonly attempts: readonly AttemptCloseItem[]
  readonly adjustments: readonly AdjustItem[]
}

export const closingValues = ({ requests, attempts, adjustments }: Closings): (string | boolean)[] =>
  [...requestValues(requests), false, ...attemptValues(attempts, requests), ...adjustmentValues(adjustments)]

/** Settles each closing; gives the thresholds that were passed by them. */
export function settleClosings({ requests, attempts, adjustments }: Closings, answer: CloseAnswer): readonly BudgetAlert[] {
  const [closedBefore, late, neverOpened, attemptsNeverOpened, refused, alerts] = answer
  for (const [index, item] of requests.entries()) {
    const number = index + 1
    if (neverOpened?.includes(number)) item.reject(errors.no_such_request({ requestId: item.closing.requestId }))
    // What was sent before may have been closed by that very sending.
    else item.resolve(late?.includes(number) || (closedBefore?.includes(number) && !item.isDoubtful) ? notFirst : first)
  }
  for (const [index, item] of attempts.entries()) {
    if (attemptsNeverOpened?.includes(index + 1)) item.reject(errors.no_such_request({ requestId: item.requestId }))
    else item.resolve()
  }
  for (const [index, item] of adjustments.entries()) {
    if (refused?.includes(index + 1)) item.reject(errors.request_not_closed({ requestId: item.adjustment.requestId }))
    else item.resolve()
  }
  return (alerts ?? []).map(([tenant, period, threshold, limit, spent]) =>
    ({ tenant, period, threshold, limit: BigInt(limit), spent: BigInt(spent) }))
}

const first = { isFirst: true } as const
const notFirst = { isFirst: false } as const

function requestValues(items: readonly RequestCloseItem[]): string[] {
  const ids: string[] = [], outcomes: string[] = [], charges: bigint[] = [], tokens: number[] = [], estimated: boolean[] = []
  const used: (string | null)[] = []
  for (const { closing } of items) {
    ids.push(closing.requestId)
    outcomes.push(closing.outcome)
    charges.push(closing.charge)
    pushTokens(tokens, closing.tokens)
    estimated.push(closing.tokens.isEstimated)
    used.push(usedText(closing.quotaUsed))
  }
  return [plain(ids), plain(outcomes), plain(charges), plain(tokens), plain(estimated), texts(used)]
}

function usedText(used: Readonly<Record<string, number>>): string | null {
  for (const _ in used) return JSON.stringify(used)
  return null
}

/** Attempts that are closed alone come first: where a request closes too, it finds them closed. */
function attemptValues(alone: readonly AttemptCloseItem[], requests: readonly RequestCloseItem[]): string[] {
  const owners: string[] = [], ids: string[] = [], outcomes: string[] = [], costs: bigint[] = [], tokens: number[] = []
  const estimated: boolean[] = [], upstream: (string | null)[] = [], answered: (string | null)[] = []
  const firstToken: (number | null)[] = [], total: (number | null)[] = [], joules: (number | null)[] = [], sources: (string | null)[] = []
  const push = (requestId: string, attempt: AttemptClosing) => {
    owners.push(requestId)
    ids.push(attempt.attemptId)
    outcomes.push(attempt.outcome)
    costs.push(attempt.cost)
    pushTokens(tokens, attempt.tokens)
    estimated.push(attempt.tokens.isEstimated)
    upstream.push(clipped(attempt.upstreamId))
    answered.push(clipped(attempt.answeredModel))
    firstToken.push(shown(attempt.firstTokenMs))
    total.push(shown(attempt.totalMs))
    joules.push(shown(attempt.joules?.amount))
    sources.push(attempt.joules?.source ?? null)
  }
  for (const { requestId, attempt } of alone) push(requestId, attempt)
  for (const { closing } of requests) if (closing.attempt !== undefined) push(closing.requestId, closing.attempt)
  return [
    plain(owners), plain(ids), plain(outcomes), plain(costs), plain(tokens), plain(estimated), texts(upstream),
    texts(answered), plain(firstToken), plain(total), plain(joules), plain(sources),
  ]
}

const adjustmentValues = (items: readonly AdjustItem[]): string[] => [
  plain(items.map((item) => item.id)), plain(items.map((item) => item.adjustment.requestId)),
  plain(items.map((item) => item.adjustment.attemptId)), plain(items.map((item) => item.adjustment.charge)),
  plain(items.map((item) => item.adjustment.cost)), texts(items.map((item) => item.adjustment.reason)),
]
