/** Breakers that replicas share: what one finds out of a target, the others know within a second. */
import type { Migration, Store } from "@daydream/engine/storage"
import { follow } from "../follow/index.ts"
import type { BreakerChange, HealthBoard } from "../routing/index.ts"

export const sharingSchema = "fabric_sharing"
const channel = "daydream_fabric_sharing"

export const sharingMigrations: readonly Migration[] = [{
  name: "breakers by target",
  sql: `
    create table breaker (
      target text primary key, breaker text not null, not_before float8 not null, openings int not null,
      -- When it changed (milliseconds since epoch) and in which replica: the latest wins, of equal ones the greater name.
      at float8 not null, changed_by text not null, stored_at timestamptz not null default clock_timestamp());`,
}]

/** Older news concerns nobody: a breaker that long open lets a probe through anyway. */
const keptHours = 1

export interface SharingOptions {
  readonly board: HealthBoard
  /** Milliseconds between two looks whether something changed here; 250 unless set. */
  readonly exportMs?: number
  /** Milliseconds between looks at what others changed, of which no notice came; 2,000 unless set. */
  readonly pollMs?: number
  /** Something failed and will be repeated: for the log. */
  readonly onTrouble?: (error: unknown) => void
}

/** Exchanges the changes of `board` with all replicas on `store` until closed. */
export async function shareHealth(store: Store, options: SharingOptions): Promise<{ close(): Promise<void> }> {
  const { board, exportMs = 250, onTrouble = () => undefined } = options
  await store.migrate(sharingSchema, sharingMigrations)
  const refresh = async () => board.merge(await readChanges(store))
  const follower = await follow(store, { channel, refresh, ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }) })
  let unsent: readonly BreakerChange[] = []
  let sending: Promise<void> | undefined
  const send = async () => {
    unsent = latest([...unsent, ...board.export()])
    if (unsent.length === 0) return
    const sent = unsent
    await writeChanges(store, sent)
    // What changed meanwhile stays for the next time.
    unsent = unsent.filter((change) => !sent.includes(change))
  }
  const timer = setInterval(() => {
    sending ??= send().catch(onTrouble).finally(() => {
      sending = undefined
    })
  }, exportMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await sending
      await send().catch(onTrouble)
      await follower.close()
    },
  }
}

/** Of several changes of one target the last. */
const latest = (changes: readonly BreakerChange[]): readonly BreakerChange[] =>
  [...new Map(changes.map((change) => [change.target, change])).values()]

const readChanges = (store: Store): Promise<BreakerChange[]> => store.query<BreakerChange>(
  `select target, breaker, not_before as "notBefore", openings, at, changed_by as by from fabric_sharing.breaker
   where stored_at > clock_timestamp() - make_interval(hours => ${keptHours})`)

async function writeChanges(store: Store, changes: readonly BreakerChange[]): Promise<void> {
  // In the order of their names, so that two replicas never wait for each other.
  const rows = changes.toSorted((a, b) => (a.target < b.target ? -1 : 1))
  await store.query(
    `with stored as (
       insert into fabric_sharing.breaker as b (target, breaker, not_before, openings, at, changed_by)
       select target, breaker, "notBefore", openings, at, by from json_to_recordset($1)
         as c (target text, breaker text, "notBefore" float8, openings int, at float8, by text)
       on conflict (target) do update set breaker = excluded.breaker, not_before = excluded.not_before,
         openings = excluded.openings, at = excluded.at, changed_by = excluded.changed_by, stored_at = clock_timestamp()
       where (excluded.at, excluded.changed_by) > (b.at, b.changed_by)
       returning target),
     swept as (delete from fabric_sharing.breaker where stored_at < clock_timestamp() - make_interval(hours => ${24 * keptHours}))
     select pg_notify('${channel}', count(*)::text) from stored having count(*) > 0`, [JSON.stringify(rows)])
}
