/** Taking memories away for good, with all that rests on them, in every branch that shares their keys. */
import type { Store } from "@daydream/engine/storage"
import { takeForgetLock } from "./keeping.ts"
import type { Load, LoadWithin } from "./loader.ts"
import { compareText } from "./timeline.ts"
import type { MemoryVault, Transaction } from "./vault.ts"

/** One holder's memory of one session. */
export interface MemoryAddress {
  readonly session: string
  readonly holder: string
  readonly id: string
}

const nameOf = ({ session, holder, id }: MemoryAddress) => JSON.stringify([session, holder, id])

interface Closure {
  readonly addresses: readonly MemoryAddress[]
  /** Keys of the memories, and of the texts elsewhere that hold the same words. */
  readonly keyIds: readonly string[]
}

/** `from`, what rests on them, the same memories in other branches, what rests on those, and so on. */
export async function closureOf(transaction: Transaction, load: Load, from: readonly MemoryAddress[]): Promise<Closure> {
  const found = new Map<string, MemoryAddress>()
  const keyIds = new Set<string>()
  let due = [...from]
  while (due.length > 0) {
    const keysOfRound: string[] = []
    for (const address of due) {
      const { memory, keyIds: keys } = await load(address.session, address.holder)
      for (const id of [address.id, ...memory.dependents([address.id])]) {
        const one = { ...address, id }
        if (found.has(nameOf(one))) continue
        found.set(nameOf(one), one)
        const keyId = keys.get(id)
        if (keyId !== undefined) keysOfRound.push(keyId)
        for (const sealed of memory.get(id)?.sealedKeys ?? []) keyIds.add(sealed)
      }
    }
    for (const keyId of keysOfRound) keyIds.add(keyId)
    const { rows } = await transaction.query<MemoryAddress>(
      "select session, holder, id from dream_memory.memory where key_id = any($1::uuid[])", [keysOfRound])
    due = rows.filter((row) => !found.has(nameOf(row)))
  }
  return { addresses: [...found.values()].toSorted((a, b) => compareText(nameOf(a), nameOf(b))), keyIds: [...keyIds] }
}

/** Counts a change of each holder and gives its number. */
async function touch(transaction: Transaction, session: string, holder: string): Promise<string> {
  const { rows } = await transaction.query<{ changed: string }>(
    "update dream_memory.holder set changed = changed + 1 where session = $1 and holder = $2 returning changed", [session, holder])
  return rows[0]?.changed ?? "0"
}

/** Memories of one holder that change together, and the number of the change. */
export interface HolderChange {
  readonly session: string
  readonly holder: string
  readonly ids: readonly string[]
  readonly changed: string
}

/** Runs `change` once a holder. */
export async function touchEach(
  transaction: Transaction, addresses: readonly MemoryAddress[],
  change: (group: HolderChange) => Promise<unknown>,
): Promise<void> {
  const groups = Map.groupBy(addresses, ({ session, holder }) => JSON.stringify([session, holder]))
  for (const name of [...groups.keys()].toSorted(compareText)) {
    const group = groups.get(name) ?? []
    const [first] = group
    if (first === undefined) continue
    const { session, holder } = first
    await change({ session, holder, ids: group.map(({ id }) => id), changed: await touch(transaction, session, holder) })
  }
}

/** Empties the rows; what is left is the id. */
export const empty = (transaction: Transaction, addresses: readonly MemoryAddress[]): Promise<void> =>
  touchEach(transaction, addresses, ({ session, holder, ids, changed }) => transaction.query(
    `update dream_memory.memory set key_id = null, content = null, vector = null, vector_space = null, is_pinned = false,
     is_edited = false, changed = $4 where session = $1 and holder = $2 and id = any($3)`, [session, holder, ids, changed]))

/** Destroys keys in the commit where the vault can; else writes down, in the commit, that they are to be destroyed. */
export async function doom(vault: MemoryVault, transaction: Transaction, keyIds: readonly string[]): Promise<void> {
  if (keyIds.length === 0) return
  if (vault.joinsTransaction) return vault.destroy(keyIds, transaction)
  await transaction.query(
    "insert into dream_memory.doomed_key select * from unnest($1::uuid[]) on conflict do nothing", [[...keyIds]])
}

/** Those of `keyIds` whose destruction is decided but perhaps not done. */
export async function doomedOf(store: Store, vault: MemoryVault, keyIds: readonly string[]): Promise<string[]> {
  if (vault.joinsTransaction || keyIds.length === 0) return []
  const rows = await store.query<{ key_id: string }>("select key_id from dream_memory.doomed_key where key_id = any($1::uuid[])", [[...keyIds]])
  return rows.map((row) => row.key_id)
}

/** What the caller writes in the very commit that forgets: whoever keeps something made from memories learns of it, or nothing was forgotten. */
export type InForgetting = (transaction: Transaction) => Promise<unknown>

/** Destroys the keys that were written down. Safe to repeat, and to be killed at any point. */
export async function settle(store: Store, vault: MemoryVault): Promise<void> {
  const rows = await store.query<{ key_id: string }>("select key_id from dream_memory.doomed_key")
  const keyIds = rows.map((row) => row.key_id)
  if (keyIds.length === 0) return
  await vault.destroy(keyIds)
  await store.query("delete from dream_memory.doomed_key where key_id = any($1::uuid[])", [keyIds])
}

/** Forgets in one commit; gives what was forgotten. */
export async function forgetAll(
  store: Store, vault: MemoryVault, loadWithin: LoadWithin, session: string, ids: readonly string[], holder?: string,
  also?: InForgetting,
): Promise<MemoryAddress[]> {
  const forgotten = await store.transaction(async (transaction) => {
    await takeForgetLock(transaction)
    const { rows } = await transaction.query<MemoryAddress>(
      `select session, holder, id from dream_memory.memory
       where session = $1 and id = any($2) and ($3::text is null or holder = $3) and key_id is not null`,
      [session, [...ids], holder ?? null])
    const closure = await closureOf(transaction, loadWithin(transaction), rows)
    await empty(transaction, closure.addresses)
    await doom(vault, transaction, closure.keyIds)
    await also?.(transaction)
    return [...closure.addresses]
  })
  await settle(store, vault)
  return forgotten
}
