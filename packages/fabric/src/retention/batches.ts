/** The batches of removing, as statements. */
import type { ClientBase } from "pg"
import type { Store } from "@daydream/engine/storage"

interface EntriesRow {
  readonly upto: Date | null
  readonly requests: number
  readonly attempts: number
  readonly adjustments: number
  readonly charge: string
  readonly cost: string
}

/** Removes some closed requests, the oldest first. */
export async function removeEntries(
  client: ClientBase, { from, before, most }: { readonly from: Date; readonly before: Date; readonly most: number },
) {
  const { rows: [row] } = await client.query<EntriesRow>(
    "select * from fabric_ledger.remove_entries($1, $2, $3)", [from, before, most])
  if (row === undefined) throw new Error("The database gave no answer to a batch")
  return { ...row, charge: BigInt(row.charge), cost: BigInt(row.cost) }
}

/** Removes some audit entries, the oldest first, and counts them by day and act. */
export async function removeAudit(
  client: ClientBase, { after, before, most }: { readonly after: string; readonly before: Date; readonly most: number },
): Promise<{ readonly entries: number; readonly upto: string | null }> {
  const { rows: [row] } = await client.query<{ entries: number; upto: string | null }>(
    `with old as (select id from (select id, at from fabric_tenancy.audit where id > $1 order by id limit $3) a where at < $2),
       gone as (delete from fabric_tenancy.audit where id in (select id from old) returning id, at, act),
       days as (insert into fabric_tenancy.removed_day as k (day, act, entries)
         select (at at time zone 'UTC')::date, act, count(*) from gone group by 1, 2
         on conflict (day, act) do update set entries = k.entries + excluded.entries)
     select count(*)::int as entries, max(id) as upto from gone`, [after, before, most])
  return row ?? { entries: 0, upto: null }
}

const tenantsAtOnce = 100

/** Makes hours before `day` rows of their days, some tenants at a time. */
export async function foldHours(
  store: Store, day: Date, isAlone: (client: ClientBase) => Promise<boolean>, pause: () => Promise<boolean>,
): Promise<void> {
  const [due] = await store.query<{ from: Date | number }>(
    "select folded_until as \"from\" from fabric_ledger.kept where folded_until < $1", [day])
  if (due === undefined) return
  // Told first: who asks for hours of these days is given whole days from here on.
  await store.query("update fabric_ledger.kept set usage_day = greatest(usage_day, $1)", [day])
  for (let after: string | null = ""; after !== null;) {
    const start: string = after
    const tenants: readonly { tenant: string }[] = await store.query<{ tenant: string }>(
      "select tenant from fabric_ledger.lineage where tenant > $1 order by tenant limit $2", [start, tenantsAtOnce])
    after = tenants.at(-1)?.tenant ?? null
    if (after === null) break
    const isDone = await store.transaction(async (client) => {
      if (!(await isAlone(client))) return false
      await client.query("select fabric_ledger.fold_hours($1, (select folded_until from fabric_ledger.kept), $2)", [tenants.map((one) => one.tenant), day])
      return true
    })
    if (!isDone || !(await pause())) return
  }
  await store.query("update fabric_ledger.kept set folded_until = greatest(folded_until, $1)", [day])
}
