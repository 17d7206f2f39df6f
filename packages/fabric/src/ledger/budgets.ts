/** Administration of ceilings and credit. */
import type { Nano } from "@daydream/engine/money"
import type { Store } from "@daydream/engine/storage"
import type { ClientBase } from "pg"
import type { BudgetAdministration, BudgetPeriod, BudgetSetting } from "./budget.ts"
import { plain } from "./arrays.ts"
import { errors } from "./errors.ts"
import { migrations, schemaName } from "./migrations.ts"

/** Four thousand million units of money: sums stay within 64 bits. */
const mostLimit = 4_000_000_000_000_000_000n

function checkSetting({ limit, alertsAt }: BudgetSetting): void {
  if (limit < 0n || limit > mostLimit) throw errors.bad_budget({ field: "limit", problem: `${limit} nano-units` })
  for (const share of alertsAt) if (!(share > 0 && share <= 100)) throw errors.bad_budget({ field: "alertsAt", problem: String(share) })
}

// Openings and closings hold ROW SHARE on this table: while a ceiling is made, none of them is under way, so that what
// was spent and what is open is counted exactly once.
const quiet = "lock table fabric_ledger.account in exclusive mode"

/** Reserves what is open under the tenant in the account that begins to count. */
const reserveOpen = `
  with joined as (
    update fabric_ledger.request r set accounts = coalesce(r.accounts, '{}') || $1::bigint
      where r.opened_at >= (select min(low_water) from fabric_ledger.holder) and r.outcome is null and r.path @> array[$2::text]
        and not coalesce(r.accounts @> array[$1::bigint], false)
      returning r.most_charge)
  update fabric_ledger.account set reserved = reserved + coalesce((select sum(most_charge) from joined), 0) where id = $1`

// Alerts that were told in this period are remembered in their own table: counting from zero tells none twice.
const setAll = `
  with wanted as (select tenant, period, lim, alerts::float8[] as alerts from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) w(tenant, period, lim, alerts)),
  changed as (
    update fabric_ledger.account a set limit_amount = w.lim, alerts_at = w.alerts, alerts_told = 0
      from wanted w where a.tenant = w.tenant and a.period = w.period returning a.tenant, a.period),
  missing as materialized (
    select w.*, fabric_ledger.period_start(w.period, now()) as start from wanted w
    where not exists (select from changed c where c.tenant = w.tenant and c.period = w.period)),
  -- One way through all that is below any of them.
  below as (select m.tenant, m.period, m.start, l.tenant as lower from fabric_ledger.lineage l cross join unnest(l.path) x(tenant) join missing m on m.tenant = x.tenant),
  used as (
    select b.tenant, b.period, sum(h.charge) as charge from below b join fabric_ledger.usage_hour h on h.tenant = b.lower and h.hour >= b.start
    group by b.tenant, b.period)
  insert into fabric_ledger.account (tenant, period, limit_amount, alerts_at, period_start, spent)
    select m.tenant, m.period, m.lim, m.alerts, m.start, greatest(0, coalesce(u.charge, 0))
    from missing m left join used u on u.tenant = m.tenant and u.period = m.period returning id, tenant`

/** Reserves what is open now in accounts that begin to count. */
const reserveAllOpen = `
  with made as (select id, tenant from unnest($1::bigint[], $2::text[]) m(id, tenant)),
  joined as (
    update fabric_ledger.request r set accounts = coalesce(r.accounts, '{}') || (select array_agg(m.id) from made m where m.tenant = any(r.path))
      where r.opened_at >= (select min(low_water) from fabric_ledger.holder) and r.outcome is null and r.path && $2::text[]
      returning r.path, r.most_charge),
  sums as (select m.id, sum(j.most_charge) as most from joined j join made m on m.tenant = any(j.path) group by m.id)
  update fabric_ledger.account a set reserved = a.reserved + s.most from sums s where a.id = s.id`

async function setBudgets(client: ClientBase, settings: readonly BudgetSetting[]): Promise<void> {
  if (settings.length === 0) return
  await client.query(quiet)
  const { rows: made } = await client.query<{ id: string; tenant: string }>(setAll, [
    settings.map((one) => one.tenant), settings.map((one) => one.period), settings.map((one) => one.limit),
    settings.map((one) => plain([...one.alertsAt].toSorted((a, b) => a - b))),
  ])
  if (made.length > 0) await client.query(reserveAllOpen, [made.map((one) => one.id), made.map((one) => one.tenant)])
}

interface Credit {
  readonly id: string
  readonly limit_amount: string
  readonly spent: string
  readonly reserved: string
  readonly is_active: boolean
}

/** The account of what was paid ahead, locked. */
async function lockCredit(client: ClientBase, tenant: string): Promise<Credit> {
  await client.query(
    `insert into fabric_ledger.account (tenant, period, is_active, limit_amount, period_start)
     values ($1, 'credit', false, 0, '-infinity') on conflict do nothing`, [tenant])
  const { rows: [account] } = await client.query<Credit>(
    `select id, limit_amount, spent, reserved, is_active from fabric_ledger.account
     where tenant = $1 and period = 'credit' for update`, [tenant])
  if (account === undefined) throw new Error(`No credit account of ${tenant}`)
  return account
}

async function addCredit(client: ClientBase, credit: Parameters<BudgetAdministration["addCredit"]>[0]): Promise<Nano> {
  const { tenant, amount, id, note } = credit
  if (amount > mostLimit / 4n || amount < -mostLimit) throw errors.bad_budget({ field: "amount", problem: `${amount} nano-units` })
  const account = await lockCredit(client, tenant)
  const balance = BigInt(account.limit_amount) - BigInt(account.spent)
  const free = balance - BigInt(account.reserved)
  // What open requests may still cost is not given back.
  const change = amount >= 0n ? amount : -(free < 0n ? 0n : free < -amount ? free : -amount)
  if (balance + change > mostLimit) throw errors.bad_budget({ field: "amount", problem: `${amount} nano-units` })
  const { rowCount } = await client.query(
    "insert into fabric_ledger.credit (id, tenant, amount, note) values ($1, $2, $3, $4) on conflict do nothing",
    [id, tenant, change, note])
  if (rowCount === 0) return balance
  await client.query("update fabric_ledger.account set limit_amount = limit_amount + $2 where id = $1", [account.id, change])
  return balance + change
}

async function setBilling(client: ClientBase, tenant: string, billing: "prepaid" | "postpaid"): Promise<void> {
  await client.query(quiet)
  const account = await lockCredit(client, tenant)
  const isActive = billing === "prepaid"
  if (account.is_active === isActive) return
  await client.query("update fabric_ledger.account set is_active = $2 where id = $1", [account.id, isActive])
  if (isActive) await client.query(reserveOpen, [account.id, tenant])
}

const budgetsOf = `
  select tenant, period, limit_amount, alerts_at, reserved, fabric_ledger.period_end(period, now()) as resets_at,
    case when period_start < fabric_ledger.period_start(period, now()) then 0 else spent end as spent
  from fabric_ledger.account where tenant = $1 and period <> 'credit' order by period`

interface BudgetRow {
  readonly tenant: string
  readonly period: BudgetPeriod
  readonly limit_amount: string
  readonly alerts_at: number[]
  readonly reserved: string
  readonly spent: string
  readonly resets_at: Date | null
}

/** Budgets and credit on `store`. Changes hold for the next opening of every process. */
export function createBudgetAdministration(store: Store): BudgetAdministration {
  let ready: Promise<unknown> | undefined
  const migrated = () => (ready ??= store.migrate(schemaName, migrations).catch((error: unknown) => {
    ready = undefined
    throw error
  }))
  const inTransaction = async <T>(work: (client: ClientBase) => Promise<T>): Promise<T> => {
    await migrated()
    return store.transaction(work)
  }
  return {
    setBudget: async (setting) => {
      checkSetting(setting)
      await inTransaction((client) => setBudgets(client, [setting]))
    },
    setBudgets: async (settings) => {
      for (const setting of settings) checkSetting(setting)
      await inTransaction((client) => setBudgets(client, settings))
    },
    removeBudget: async (tenant, period) => {
      await migrated()
      await store.query("delete from fabric_ledger.account where tenant = $1 and period = $2 and period <> 'credit'", [tenant, period])
    },
    budgets: async (tenant) => {
      await migrated()
      const rows = await store.query<BudgetRow>(budgetsOf, [tenant])
      return rows.map((row) => ({
        tenant: row.tenant, period: row.period, limit: BigInt(row.limit_amount), alertsAt: row.alerts_at,
        spent: BigInt(row.spent), reserved: BigInt(row.reserved), resetsAt: row.resets_at,
      }))
    },
    addCredit: (credit) => inTransaction((client) => addCredit(client, credit)),
    balance: async (tenant) => {
      await migrated()
      const [row] = await store.query<{ balance: string }>(
        "select limit_amount - spent as balance from fabric_ledger.account where tenant = $1 and period = 'credit'", [tenant])
      return BigInt(row?.balance ?? 0)
    },
    setBilling: (tenant, billing) => inTransaction((client) => setBilling(client, tenant, billing)),
  }
}
