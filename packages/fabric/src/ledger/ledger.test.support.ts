/** A database of its own, and openings and closings in short, for the tests of the ledger. */
import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isDaydreamError } from "@daydream/engine/errors"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { noTokens } from "../call/index.ts"
import { createBudgetAdministration } from "./index.ts"
import type { Ledger, QuotaTake, RequestClosing, RequestOpening } from "./index.ts"

export interface Trial {
  readonly store: Store
  readonly folder: string
  end(): Promise<void>
}

export async function openTrial(): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), "daydream-ledger-"))
  await chmod(folder, 0o755)
  const store = await openStore({ folder })
  return { store, folder, end: async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  } }
}

export const openingOf = (mostCharge: bigint, tenantPath: readonly string[], quotas: readonly QuotaTake[] = []): RequestOpening => ({
  requestId: randomUUID(), tenantPath, keyId: "k_1", api: "chat", model: "chat", mostCharge, quotas,
  attempt: { attemptId: randomUUID(), pool: "cloud", targetModel: "some-model", mostCost: 100n },
})

export const closingOf = (opening: RequestOpening, charge: bigint, change: Partial<RequestClosing> = {}): RequestClosing => ({
  requestId: opening.requestId, outcome: "completed", charge, tokens: { ...noTokens, input: 10, output: 5 },
  attempt: { attemptId: opening.attempt.attemptId, outcome: "completed", tokens: { ...noTokens, input: 10, output: 5 }, cost: 40n, totalMs: 12 },
  quotaUsed: {}, ...change,
})

let names = 0
/** A tenant that no other test has. */
export const newTenant = (): string => `tenant-${++names}`

/** What every book of the ledger must satisfy, whatever happened. Gives what is wrong. */
export async function faultsOf(store: Store): Promise<readonly string[]> {
  const rows = await store.query<{ fault: string }>(`
    set search_path = fabric_ledger;
    select 'reserved of ' || a.tenant || ' ' || a.period as fault from account a
      where a.reserved <> (select coalesce(sum(r.most_charge), 0) from request r where r.outcome is null and a.id = any(r.accounts))
    union all
    select 'attempts of ' || r.request_id from request r
      where not exists (select from attempt t where t.request_id = r.request_id)
    union all
    select 'open attempt of closed ' || r.request_id from request r join attempt t using (request_id)
      where r.outcome is not null and t.outcome is null
    union all
    select 'charges of the hours' where (select coalesce(sum(charge), 0) from usage_hour)
      <> (select coalesce(sum(charge), 0) from request) + (select coalesce(sum(charge), 0) from adjustment)
    union all
    select 'costs of the hours' where (select coalesce(sum(cost), 0) from usage_hour)
      <> (select coalesce(sum(cost), 0) from attempt) + (select coalesce(sum(cost), 0) from adjustment)
    union all
    select 'counts of the hours' where (select coalesce(sum(requests), 0) from usage_hour) <> (select count(*) from request where outcome is not null)
      or (select coalesce(sum(attempts), 0) from usage_hour) <> (select count(*) from attempt where outcome is not null);
    reset search_path`)
  return rows.map((row) => row.fault)
}

/** What the callers of {@link load} were told. */
export interface Seen {
  readonly opened: RequestOpening[]
  readonly closed: RequestOpening[]
  readonly unavailable: RequestOpening[]
  readonly others: unknown[]
}

/** Opens and closes until stopped, and notes what was acknowledged. */
export function load(ledger: Ledger, tenant: string, callers: number) {
  const seen: Seen = { opened: [], closed: [], unavailable: [], others: [] }
  const state = { isStopped: false }
  const pair = async () => {
    const opening = openingOf(10n, [tenant])
    try {
      await ledger.open(opening)
      seen.opened.push(opening)
      await ledger.close(closingOf(opening, 7n))
      seen.closed.push(opening)
    } catch (error) {
      if (isDaydreamError(error) && error.code === "ledger_unavailable") seen.unavailable.push(opening)
      else seen.others.push(error)
    }
  }
  const running = Promise.all(Array.from({ length: callers }, async () => { while (!state.isStopped) await pair() }))
  return { seen, stop: async () => {
    state.isStopped = true
    await running
  } }
}

/** What contradicts what callers were told: nothing acknowledged may be missing, nothing else charged. */
export async function contradictionsOf(store: Store, tenant: string, seen: Seen): Promise<readonly unknown[]> {
  const rows = await store.query<{ id: string; outcome: string; attempts: number }>(
    `select r.request_id as id, r.outcome, (select count(*)::int from fabric_ledger.attempt a where a.request_id = r.request_id) as attempts
     from fabric_ledger.request r`)
  const outcomes = new Map(rows.map((row) => [row.id, row.outcome]))
  const closed = new Set(seen.closed.map((opening) => opening.requestId))
  const failed = new Set(seen.unavailable.map((opening) => opening.requestId))
  const [state] = await createBudgetAdministration(store).budgets(tenant)
  const spent = 7n * BigInt(closed.size)
  return [
    ...seen.others, ...await faultsOf(store),
    ...seen.opened.filter((opening) => outcomes.get(opening.requestId) !== "completed"),
    // What callers were told had failed is not there, or closed as not sent.
    ...rows.filter((row) => row.attempts !== 1 || !(row.outcome === "completed" ? closed.has(row.id) : row.outcome === "failed" && failed.has(row.id))),
    ...(state?.spent === spent && state.reserved === 0n ? [] : [{ state, spent }]),
  ]
}
