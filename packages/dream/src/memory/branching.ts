/** Memories when a session goes back, or goes two ways. */
import { doom } from "./forgetting.ts"
import { takeForgetLock } from "./keeping.ts"
import type { MemoryVault, Transaction } from "./vault.ts"

/** Keys that another branch still needs are kept. */
export async function rewind(vault: MemoryVault, transaction: Transaction, session: string, journalIndex: number): Promise<void> {
  await takeForgetLock(transaction)
  const { rows } = await transaction.query<{ key_id: string | null }>(
    "delete from dream_memory.memory where session = $1 and journal_index > $2 returning key_id", [session, journalIndex])
  await transaction.query("update dream_memory.holder set epoch = epoch + 1 where session = $1", [session])
  const { rows: unneeded } = await transaction.query<{ key_id: string }>(
    `select gone.key_id from (select distinct unnest($1::uuid[]) as key_id) gone
     where not exists (select 1 from dream_memory.memory m where m.key_id = gone.key_id)`,
    [rows.flatMap((row) => row.key_id ?? [])])
  await doom(vault, transaction, unneeded.map((row) => row.key_id))
}

/** The new session must not have memories yet. */
export async function branch(transaction: Transaction, from: string, to: string, journalIndex: number): Promise<void> {
  await takeForgetLock(transaction)
  await transaction.query(
    `insert into dream_memory.holder (session, holder, epoch, changed, sequence)
     select $2, holder, 0, changed, sequence from dream_memory.holder where session = $1`, [from, to])
  await transaction.query(
    `insert into dream_memory.memory
       (session, holder, id, sequence, changed, journal_index, key_id, content, vector, vector_space, is_pinned, is_edited)
     select $2, holder, id, sequence, changed, journal_index, key_id, content, vector, vector_space, is_pinned, is_edited
     from dream_memory.memory where session = $1 and journal_index <= $3`, [from, to, journalIndex])
}
