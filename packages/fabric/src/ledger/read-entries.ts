/** Reads requests with their attempts and adjustments. Searches go back along the time at which requests were opened. */
import type { Store } from "@daydream/engine/storage"
import type { Api, MeteredTokens } from "../call/index.ts"
import type { AdjustmentEntry, AttemptEntry, EntryPage, EntryQuery, EntryStatus, LedgerEntry, WholeEntry } from "./entry.ts"

interface EntryRow {
  readonly request_id: string
  readonly path: string[]
  readonly key_id: string
  readonly api: Api
  readonly model: string
  readonly pool: string
  readonly outcome: EntryStatus | null
  readonly opened_at: Date
  readonly opened_us: string
  readonly closed_at: Date | null
  readonly most_charge: string
  readonly charge: string | null
  readonly adjusted: string
  readonly cost: string
  readonly overrun: string | null
  readonly tokens: number[] | null
  readonly is_estimated: boolean | null
  readonly is_assumed: boolean | null
  readonly attempts: number
}

const columns = `r.request_id, r.path, r.key_id, r.api, r.model, r.pool, r.outcome, r.opened_at,
  (extract(epoch from r.opened_at) * 1000000)::bigint::text as opened_us, r.closed_at, r.most_charge, r.charge, r.overrun, r.tokens,
  r.is_estimated, r.is_assumed, coalesce(d.charge, 0)::text as adjusted, (coalesce(a.cost, 0) + coalesce(d.cost, 0))::text as cost, a.attempts`

// Reading the adjustments and attempts of some rows by their own indexes.
const parts = `
  cross join lateral (select count(*)::int as attempts, sum(t.cost) as cost from fabric_ledger.attempt t where t.request_id = r.request_id) a
  cross join lateral (select sum(j.charge) as charge, sum(j.cost) as cost from fabric_ledger.adjustment j where j.request_id = r.request_id) d`

function tokensOf(list: number[] | null, isEstimated: boolean | null): MeteredTokens {
  const [input = 0, cachedInput = 0, cacheWrite = 0, imageInput = 0, audioInput = 0, output = 0, reasoning = 0, audioOutput = 0] = list ?? []
  return { input, cachedInput, cacheWrite, imageInput, audioInput, output, reasoning, audioOutput, isEstimated: isEstimated ?? false }
}

const entryOf = (row: EntryRow): LedgerEntry => ({
  requestId: row.request_id, path: row.path, keyId: row.key_id, api: row.api, model: row.model, pool: row.pool,
  status: row.outcome ?? "open", openedAt: row.opened_at, closedAt: row.closed_at, mostCharge: BigInt(row.most_charge),
  charge: BigInt(row.charge ?? 0), adjusted: BigInt(row.adjusted), cost: BigInt(row.cost), overrun: BigInt(row.overrun ?? 0),
  tokens: tokensOf(row.tokens, row.is_estimated), attempts: row.attempts, isAssumed: row.is_assumed ?? false,
})

/** A page of the requests that are looked for, the newest first. */
export async function searchEntries(store: Store, query: EntryQuery): Promise<EntryPage> {
  const values: unknown[] = [query.tenant, query.from, query.to]
  const value = (one: unknown) => `$${values.push(one)}`
  const conditions = [
    query.withDescendants ? "r.path @> array[$1::text]" : "r.path[1] = $1",
    "r.opened_at >= $2", "r.opened_at < $3",
    ...(query.keyId === undefined ? [] : [`r.key_id = ${value(query.keyId)}`]),
    ...(query.model === undefined ? [] : [`r.model = ${value(query.model)}`]),
    ...(query.pool === undefined ? [] : [`r.pool = ${value(query.pool)}`]),
    ...(query.status === undefined ? [] : [query.status === "open" ? "r.outcome is null" : `r.outcome = ${value(query.status)}`]),
  ]
  if (query.after !== undefined) {
    const at = `(timestamptz 'epoch' + ${value(query.after.openedAt)}::bigint * interval '1 microsecond')`
    conditions.push(`r.opened_at <= ${at}`, `(r.opened_at, r.request_id) < (${at}, ${value(query.after.requestId)}::uuid)`)
  }
  const rows = await store.query<EntryRow>(
    `select ${columns} from (select * from fabric_ledger.request r where ${conditions.join(" and ")}
       order by r.opened_at desc, r.request_id desc limit ${value(query.limit + 1)}) r ${parts}
     order by r.opened_at desc, r.request_id desc`, values)
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    entries: rows.slice(0, query.limit).map(entryOf),
    next: last === undefined ? null : { openedAt: last.opened_us, requestId: last.request_id },
  }
}

interface AttemptRow {
  readonly attempt_id: string
  readonly opened_at: Date
  readonly closed_at: Date | null
  readonly pool: string
  readonly target_model: string
  readonly outcome: AttemptEntry["status"] | null
  readonly most_cost: string
  readonly cost: string | null
  readonly tokens: number[] | null
  readonly is_estimated: boolean | null
  readonly is_assumed: boolean | null
  readonly upstream_id: string | null
  readonly answered_model: string | null
  readonly first_token_ms: number | null
  readonly total_ms: number | null
  readonly joules: number | null
  readonly joules_source: AttemptEntry["joulesSource"]
}

const attemptOf = (row: AttemptRow): AttemptEntry => ({
  attemptId: row.attempt_id, openedAt: row.opened_at, closedAt: row.closed_at, pool: row.pool, targetModel: row.target_model,
  status: row.outcome ?? "open", mostCost: BigInt(row.most_cost), cost: BigInt(row.cost ?? 0), tokens: tokensOf(row.tokens, row.is_estimated),
  upstreamId: row.upstream_id, answeredModel: row.answered_model, firstTokenMs: row.first_token_ms, totalMs: row.total_ms,
  joules: row.joules, joulesSource: row.joules_source, isAssumed: row.is_assumed ?? false,
})

interface AdjustmentRow {
  readonly id: string
  readonly attempt_id: string | null
  readonly charge: string
  readonly cost: string
  readonly reason: string
  readonly at: Date
}

const adjustmentOf = (row: AdjustmentRow): AdjustmentEntry => ({
  id: row.id, attemptId: row.attempt_id, charge: BigInt(row.charge), cost: BigInt(row.cost), reason: row.reason, at: row.at,
})

/** A request of `tenant` or of one below it, with all that belongs to it; undefined where there is none. */
export async function readEntry(
  queries: Pick<Store, "query">, { requestId, tenant }: { readonly requestId: string; readonly tenant: string },
): Promise<WholeEntry | undefined> {
  const [row] = await queries.query<EntryRow>(
    `select ${columns} from fabric_ledger.request r ${parts} where r.request_id = $1 and r.path @> array[$2::text]`, [requestId, tenant])
  if (row === undefined) return undefined
  const attempts = await queries.query<AttemptRow>(
    "select * from fabric_ledger.attempt where request_id = $1 order by opened_at, attempt_id", [requestId])
  const adjustments = await queries.query<AdjustmentRow>(
    "select id, attempt_id, charge, cost, reason, at from fabric_ledger.adjustment where request_id = $1 order by at, id", [requestId])
  return { entry: entryOf(row), attempts: attempts.map(attemptOf), adjustments: adjustments.map(adjustmentOf) }
}
