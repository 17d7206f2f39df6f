/** Tastes by player, on the store. */
import type { Migration, Store } from "@daydream/engine/storage"
import { learnTaste } from "./learn.ts"
import { emptyTaste } from "./model.ts"
import type { Taste, TasteEvidence } from "./model.ts"
import { readTaste } from "./read.ts"

export const schemaName = "dream_taste"

export const migrations: readonly Migration[] = [{
  name: "tastes",
  sql: `
    create table taste (
      player text collate "C" primary key, document jsonb not null, changed_at timestamptz not null default now());`,
}]

/** What each player likes. A player who is not known has no taste yet. */
export interface TasteStore {
  of(player: string): Promise<Taste>
  /** Learns in one transaction: two devices at once lose nothing. */
  learn(player: string, evidence: TasteEvidence): Promise<Taste>
  set(player: string, change: Partial<Pick<Taste, "without" | "language">>): Promise<Taste>
  /** Deletes all that is known of the player's taste. */
  forget(player: string): Promise<void>
}

export async function openTasteStore(store: Store): Promise<TasteStore> {
  await store.migrate(schemaName, migrations)
  const change = (player: string, make: (taste: Taste) => Taste): Promise<Taste> =>
    store.transaction(async (client) => {
      await client.query("select pg_advisory_xact_lock(hashtextextended('dream_taste/' || $1, 0))", [player])
      const { rows } = await client.query<{ document: unknown }>("select document from dream_taste.taste where player = $1", [player])
      const taste = make(readTaste(rows[0]?.document) ?? emptyTaste)
      await client.query(
        `insert into dream_taste.taste (player, document) values ($1, $2)
         on conflict (player) do update set document = excluded.document, changed_at = now()`,
        [player, JSON.stringify(taste)],
      )
      return taste
    })
  return {
    async of(player) {
      const [row] = await store.query<{ document: unknown }>("select document from dream_taste.taste where player = $1", [player])
      return readTaste(row?.document) ?? emptyTaste
    },
    learn: (player, evidence) => change(player, (taste) => learnTaste(taste, evidence)),
    set: (player, changes) => change(player, (taste) => ({ ...taste, ...changes })),
    async forget(player) {
      await store.query("delete from dream_taste.taste where player = $1", [player])
    },
  }
}
