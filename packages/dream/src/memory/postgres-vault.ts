/**
 * Keys in the store itself (`dream_memory.key`): forgetting is one commit, and several processes may share it.
 * A backup or a write-ahead log archive of the store holds the keys beside what they open: see README.md.
 */
import type { Store } from "@daydream/engine/storage"
import { migrations, schemaName } from "./schema.ts"
import { queryOf } from "./vault.ts"
import type { MemoryVault } from "./vault.ts"

export async function createPostgresVault(store: Store): Promise<MemoryVault> {
  await store.migrate(schemaName, migrations)
  return {
    joinsTransaction: true,
    keep: async (keys, transaction) => {
      await transaction.query(
        `insert into dream_memory.key (key_id, key) select * from unnest($1::uuid[], $2::bytea[])
         on conflict (key_id) do update set key = excluded.key`,
        [[...keys.keys()], [...keys.values()].map((key) => Buffer.from(key))])
    },
    read: async (keyIds, transaction) => {
      const rows = await queryOf(store, transaction)<{ key_id: string; key: Buffer }>(
        "select key_id, key from dream_memory.key where key_id = any($1::uuid[])", [[...keyIds]])
      return new Map(rows.map((row) => [row.key_id, row.key]))
    },
    destroy: async (keyIds, transaction) => {
      await queryOf(store, transaction)("delete from dream_memory.key where key_id = any($1::uuid[])", [[...keyIds]])
    },
  }
}
