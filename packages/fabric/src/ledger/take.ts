/** Takes from quotas alone, without a request: for answers that cost nothing. */
import type { Store } from "@daydream/engine/storage"
import { errors } from "./errors.ts"
import type { QuotaState, QuotaTake } from "./ledger.ts"
import { quotaStateOf } from "./open.ts"

export const takeBuckets = `
-- Takes from buckets, all or none. refused: number of the first that has too little, and when it will have enough.
create function take_buckets(p_bucket text[], p_kind text[], p_limit float8[], p_window float8[], p_amount float8[],
  out refused int, out retry_ms float8, out levels float8[]) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp as $$
declare
  v_now timestamptz;
  v_ids bigint[];
begin
  insert into bucket (name, kind, limit_amount, window_seconds, level, updated_at)
    select b.name, b.kind, b.lim, b.win, b.lim, clock_timestamp() from unnest(p_bucket, p_kind, p_limit, p_window) b(name, kind, lim, win)
    where not exists (select from bucket o where o.name = b.name) order by b.name on conflict do nothing;
  -- In the order in which batches lock them.
  perform 1 from bucket where name = any(p_bucket) order by name for update;
  v_now := clock_timestamp();
  -- A changed limit keeps what is used.
  select array_agg(b.id order by u.ord), array_agg(case
      when b.kind <> u.kind then u.lim
      else u.lim - b.limit_amount + refilled(b.kind, b.level, b.limit_amount, b.window_seconds, b.updated_at, v_now) end order by u.ord)
    into v_ids, levels
    from unnest(p_bucket, p_kind, p_limit) with ordinality u(name, kind, lim, ord) join bucket b on b.name = u.name;
  for i in 1 .. cardinality(p_bucket) loop
    if p_amount[i] > levels[i] + 1e-6 then
      refused := i;
      retry_ms := ceil((p_amount[i] - levels[i]) * p_window[i] / p_limit[i] * 1000);
      return;
    end if;
    levels[i] := levels[i] - p_amount[i];
  end loop;
  update bucket b set level = u.level, updated_at = greatest(b.updated_at, v_now), kind = u.kind, limit_amount = u.lim, window_seconds = u.win
    from unnest(v_ids, levels, p_kind, p_limit, p_window) u(id, level, kind, lim, win) where b.id = u.id;
end $$;
`

interface TakenRow {
  readonly refused: number | null
  readonly retry_ms: number | null
  readonly levels: number[]
}

/** Takes all, or throws `quota_exceeded` and takes nothing. Places at once (concurrency) are not for this. */
export async function takeQuotas(store: Pick<Store, "query">, takes: readonly QuotaTake[]): Promise<readonly QuotaState[]> {
  if (takes.length === 0) return []
  if (takes.some((take) => take.kind === "concurrency")) throw new RangeError("A place is taken by an open request alone")
  const [row] = await store.query<TakenRow>("select * from fabric_ledger.take_buckets($1, $2, $3, $4, $5)", [
    takes.map((take) => take.bucket), takes.map((take) => take.kind), takes.map((take) => take.limit),
    takes.map((take) => take.windowSeconds), takes.map((take) => take.amount),
  ])
  if (row === undefined) throw new Error("The database gave no answer to a take")
  if (row.refused === null) return takes.map((take, at) => quotaStateOf(take, row.levels[at] ?? 0))
  const { bucket, kind, limit, amount } = takes[row.refused - 1] as QuotaTake
  throw errors.quota_exceeded({ bucket, kind, limit, amount, retryAfterMs: row.retry_ms ?? 1_000 })
}
