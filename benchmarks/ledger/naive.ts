/** The ledger as it is usually written: each call is a transaction of a few statements on a pooled connection. */
import type { Store } from "@daydream/engine/storage"
import type { Ledger } from "@daydream/fabric/ledger"

const schema = `
  create table account (tenant text primary key, limit_amount bigint, spent bigint not null default 0, reserved bigint not null default 0);
  create table request (request_id uuid primary key, opened_at timestamptz not null default now(), tenant text, key_id text,
    api text, model text, most_charge bigint, outcome text, closed_at timestamptz, charge bigint, tokens jsonb);
  create table attempt (attempt_id uuid primary key, request_id uuid not null, pool text, target_model text, most_cost bigint,
    outcome text, closed_at timestamptz, cost bigint, tokens jsonb, upstream_id text, answered_model text, first_token_ms float8, total_ms float8);
  create index on attempt (request_id);
  create table usage_hour (tenant text, hour timestamptz, key_id text, model text, pool text, requests bigint, charge bigint, cost bigint,
    primary key (tenant, hour, key_id, model, pool))`

/** Knows budgets, requests, attempts and hourly sums; no buckets, leases, alerts. */
export async function createNaiveLedger(store: Store): Promise<Pick<Ledger, "open" | "close">> {
  await store.migrate("naive_ledger", [{ name: "tables", sql: schema }])
  await store.query("insert into naive_ledger.account (tenant, limit_amount) select tenant, limit_amount from fabric_ledger.account")
  return {
    open: (opening) => store.transaction(async (client) => {
      const { rows } = await client.query<{ room: string }>(
        "select limit_amount - spent - reserved as room from naive_ledger.account where tenant = any($1) order by tenant for update", [opening.tenantPath])
      if (rows.some((row) => BigInt(row.room) < opening.mostCharge)) throw new Error("budget exceeded")
      await client.query("update naive_ledger.account set reserved = reserved + $2 where tenant = any($1)", [opening.tenantPath, opening.mostCharge])
      await client.query("insert into naive_ledger.request (request_id, tenant, key_id, api, model, most_charge) values ($1, $2, $3, $4, $5, $6)",
        [opening.requestId, opening.tenantPath[0], opening.keyId, opening.api, opening.model, opening.mostCharge])
      const { attempt } = opening
      await client.query("insert into naive_ledger.attempt (attempt_id, request_id, pool, target_model, most_cost) values ($1, $2, $3, $4, $5)",
        [attempt.attemptId, opening.requestId, attempt.pool, attempt.targetModel, attempt.mostCost])
      return { quotas: [] }
    }),
    close: (closing) => store.transaction(async (client) => {
      const { attempt } = closing
      if (attempt === undefined) throw new Error("No attempt")
      const { rows: [request] } = await client.query<{ tenant: string; key_id: string; model: string; most_charge: string }>(
        `update naive_ledger.request set outcome = $2, closed_at = now(), charge = $3, tokens = $4 where request_id = $1 and outcome is null
         returning tenant, key_id, model, most_charge`, [closing.requestId, closing.outcome, closing.charge, closing.tokens])
      if (request === undefined) return { isFirst: false }
      await client.query(
        `update naive_ledger.attempt set outcome = $2, closed_at = now(), cost = $3, tokens = $4, upstream_id = $5, answered_model = $6,
         first_token_ms = $7, total_ms = $8 where attempt_id = $1`,
        [attempt.attemptId, attempt.outcome, attempt.cost, attempt.tokens, attempt.upstreamId, attempt.answeredModel, attempt.firstTokenMs, attempt.totalMs])
      // The root's row first, as opening does: in two orders they would deadlock.
      await client.query("update naive_ledger.account set reserved = reserved - $1, spent = spent + $2 where tenant = 'root'", [request.most_charge, closing.charge])
      await client.query("update naive_ledger.account set reserved = reserved - $2, spent = spent + $3 where tenant = $1", [request.tenant, request.most_charge, closing.charge])
      await client.query(
        `insert into naive_ledger.usage_hour as h values ($1, date_trunc('hour', now()), $2, $3, 'cloud', 1, $4, $5)
         on conflict (tenant, hour, key_id, model, pool) do update set requests = h.requests + 1, charge = h.charge + excluded.charge, cost = h.cost + excluded.cost`,
        [request.tenant, request.key_id, request.model, closing.charge, attempt.cost])
      return { isFirst: true }
    }),
  }
}
