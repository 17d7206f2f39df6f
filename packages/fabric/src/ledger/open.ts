/** Openings of a batch as parameters of `write_batch`, and its answer as each opening's own. */
import { plain, texts } from "./arrays.ts"
import { checkAmount, checkCount, checkId } from "./check.ts"
import { errors } from "./errors.ts"
import type { AttemptOpening, QuotaState, QuotaTake, RequestOpening } from "./ledger.ts"

export interface Opened {
  readonly quotas: readonly QuotaState[]
}

/** An opening that waits. */
export interface RequestItem {
  readonly kind: "open"
  /** Its number in the order of their coming. */
  readonly arrival: number
  /** It was sent before, so that it may stand already. */
  isRepeated: boolean
  readonly opening: RequestOpening
  /** Monotonic milliseconds after which nobody waits for it. */
  readonly deadline: number
  resolve(opened: Opened): void
  reject(error: unknown): void
  /** Its caller was told that it failed: where it was committed all the same, it is closed as not sent. */
  isAbandoned: boolean
  /** Tells the caller that it failed, while its outcome is not known yet. */
  giveUp(error: unknown): void
}

export interface AttemptItem {
  readonly kind: "open-attempt"
  readonly arrival: number
  isRepeated: boolean
  readonly requestId: string
  readonly attempt: AttemptOpening
  readonly deadline: number
  resolve(): void
  reject(error: unknown): void
  isAbandoned: boolean
  /** Tells the caller that it failed, while its outcome is not known yet. */
  giveUp(error: unknown): void
}

export type OpenItem = RequestItem | AttemptItem

/** Throws where the opening is malformed, or asks for more than a bucket can ever hold. */
export function checkOpening(opening: RequestOpening): void {
  checkId(opening.requestId)
  checkAttempt(opening.attempt)
  checkAmount(opening.mostCharge)
  if (opening.tenantPath.length === 0) throw new RangeError("A request needs a tenant")
  for (const { bucket, kind, limit, amount, windowSeconds } of opening.quotas) {
    checkCount(amount)
    if (!(limit >= 0 && Number.isFinite(limit)) || (kind !== "concurrency" && !(windowSeconds > 0 && Number.isFinite(windowSeconds))))
      throw new RangeError(`Limit and window of the quota ${bucket} must be positive`)
    if (amount > limit) throw errors.request_over_quota({ bucket, kind, limit, amount })
  }
}

export function checkAttempt(attempt: AttemptOpening): void {
  checkId(attempt.attemptId)
  checkAmount(attempt.mostCost)
}

type Money = [number: number, why: "money", tenant: string, period: "day" | "month" | "total" | "credit", resetsAt: number | null, limit: string, left: string]
type Quota = [number: number, why: "quota", bucket: number, amount: number, retryAfterMs: number | null]
type Refusal = Money | Quota | [number: number, why: "closed"]

/** What `write_batch` says of openings; the time is null where there were none. */
export type OpenAnswer =
  [openedMs: number | null, refused: Refusal[] | null, attemptsRefused: number[] | null, levels: number[] | null]

/** Openings of one batch, by what they open. */
export interface Openings {
  readonly requests: readonly RequestItem[]
  readonly attempts: readonly AttemptItem[]
}

export const openingValues = ({ requests, attempts }: Openings, buckets: Buckets): string[] =>
  [...requestValues(requests, buckets), ...attemptValues(attempts)]

/** Settles each opening; `onOpened` hears of those that stand, with their time by the database's clock. */
export function settleOpenings(
  { requests, attempts }: Openings, buckets: Buckets, answer: OpenAnswer, onOpened: (item: RequestItem, openedMs: number) => void,
): void {
  const [openedMs, refused, attemptsRefused, levels] = answer
  settleRequests(requests, buckets, openedMs ?? 0, refused ?? [], levels ?? [], onOpened)
  for (const [index, item] of attempts.entries()) {
    if (attemptsRefused?.includes(index + 1)) item.reject(errors.no_such_request({ requestId: item.requestId }))
    else item.resolve()
  }
}

export interface Buckets {
  readonly numbers: ReadonlyMap<string, number>
  /** By number; of takes from the same bucket the newest says its limit. */
  readonly takes: readonly QuotaTake[]
}

export function numberBuckets(requests: readonly RequestItem[]): Buckets {
  const numbers = new Map<string, number>()
  const takes: QuotaTake[] = []
  for (const { opening } of requests) {
    for (const take of opening.quotas) {
      const number = numbers.get(take.bucket)
      if (number !== undefined) takes[number - 1] = take
      else numbers.set(take.bucket, takes.push(take))
    }
  }
  return { numbers, takes }
}

function requestValues(requests: readonly RequestItem[], buckets: Buckets): string[] {
  const ids: string[] = [], paths: number[] = [], keys: string[] = [], apis: string[] = [], models: string[] = []
  const most: bigint[] = [], attempts: string[] = [], pools: string[] = [], targets: string[] = [], costs: bigint[] = []
  const firsts: number[] = [], counts: number[] = [], takeBuckets: number[] = [], takeAmounts: number[] = []
  const pathNumbers = new Map<string, number>()
  const tenants: string[] = [], tenantPaths: number[] = []
  for (const { opening } of requests) {
    const literal = texts(opening.tenantPath)
    let path = pathNumbers.get(literal)
    if (path === undefined) {
      pathNumbers.set(literal, (path = pathNumbers.size + 1))
      for (const tenant of opening.tenantPath) {
        tenants.push(tenant)
        tenantPaths.push(path)
      }
    }
    const { attempt, quotas } = opening
    ids.push(opening.requestId)
    paths.push(path)
    keys.push(opening.keyId)
    apis.push(opening.api)
    models.push(opening.model)
    most.push(opening.mostCharge)
    attempts.push(attempt.attemptId)
    pools.push(attempt.pool)
    targets.push(attempt.targetModel)
    costs.push(attempt.mostCost)
    firsts.push(takeBuckets.length + 1)
    counts.push(quotas.length)
    for (const take of quotas) {
      takeBuckets.push(buckets.numbers.get(take.bucket) ?? 0)
      takeAmounts.push(Math.ceil(take.amount))
    }
  }
  return [
    plain(ids), plain(paths), texts(keys), texts(apis), texts(models), plain(most), plain(attempts), texts(pools),
    texts(targets), plain(costs), plain(firsts), plain(counts), texts([...pathNumbers.keys()]), texts(tenants),
    plain(tenantPaths), texts(buckets.takes.map((take) => take.bucket)), texts(buckets.takes.map((take) => take.kind)),
    plain(buckets.takes.map((take) => take.limit)), plain(buckets.takes.map((take) => take.windowSeconds)),
    plain(takeBuckets), plain(takeAmounts),
  ]
}

const attemptValues = (items: readonly AttemptItem[]): string[] => [
  plain(items.map((item) => item.requestId)), plain(items.map((item) => item.attempt.attemptId)),
  texts(items.map((item) => item.attempt.pool)), texts(items.map((item) => item.attempt.targetModel)),
  plain(items.map((item) => item.attempt.mostCost)),
]

function settleRequests(
  requests: readonly RequestItem[], buckets: Buckets, openedMs: number, refused: readonly Refusal[],
  levels: readonly number[], onOpened: (item: RequestItem, openedMs: number) => void,
): void {
  const why = new Map(refused.map((refusal) => [refusal[0] - 1, refusal]))
  for (const [index, item] of requests.entries()) {
    const refusal = why.get(index)
    if (refusal !== undefined) {
      item.reject(errorOf(refusal, item.opening, buckets))
      continue
    }
    onOpened(item, openedMs)
    const { quotas } = item.opening
    item.resolve(quotas.length === 0 ? noQuotas : { quotas: quotas.map((take) => quotaStateOf(take, levels[(buckets.numbers.get(take.bucket) ?? 0) - 1] ?? 0)) })
  }
}

const noQuotas: Opened = { quotas: [] }

/** How a bucket stands after a take, for headers. */
export const quotaStateOf = ({ bucket, kind, limit, windowSeconds }: QuotaTake, level: number): QuotaState => ({
  bucket, kind, limit,
  remaining: Math.max(0, Math.floor(level + 1e-6)),
  resetMs: kind === "concurrency" ? 0 : Math.max(0, Math.ceil(((limit - level) / limit) * windowSeconds * 1000)),
})

/** How long to wait for a place where nobody knows when one gets free. */
const concurrencyRetryMs = 1000

function errorOf(refusal: Refusal, opening: RequestOpening, buckets: Buckets) {
  if (refusal[1] === "closed") return errors.ledger_unavailable({ reason: "restarted" })
  if (refusal[1] === "quota") {
    const [, , number, amount, retryAfterMs] = refusal
    const take = buckets.takes[number - 1]
    if (take === undefined) throw new Error(`No bucket ${number}`)
    const { bucket, kind, limit } = take
    return errors.quota_exceeded({ bucket, kind, limit, amount, retryAfterMs: retryAfterMs ?? concurrencyRetryMs })
  }
  const [, , tenant, period, resetsAt, limit, left] = refusal
  const isAncestor = tenant !== opening.tenantPath[0]
  const facts = { tenant, isAncestor, needed: opening.mostCharge, left: isAncestor ? null : BigInt(left) }
  if (period === "credit") return errors.credit_exhausted(facts)
  return errors.budget_exceeded({
    ...facts, period, limit: isAncestor ? null : BigInt(limit), resetsAt: resetsAt === null ? null : new Date(resetsAt),
  })
}
