/** What a player changes of a memory: a pin, or its words. */
import { randomUUID } from "node:crypto"
import type { Store } from "@daydream/engine/storage"
import { errors } from "./errors.ts"
import { editEvent } from "./event.ts"
import type { Memory, MemoryEdit, MemoryEvent } from "./event.ts"
import { closureOf, doom, empty, settle, touchEach } from "./forgetting.ts"
import type { InForgetting, MemoryAddress } from "./forgetting.ts"
import type { LoadWithin } from "./loader.ts"
import { takeAppendLock, takeForgetLock } from "./keeping.ts"
import { sealEvent } from "./payload.ts"
import { createKey } from "./seal.ts"
import type { MemoryVault } from "./vault.ts"

/** Throws `memory_not_found`. */
export async function pinMemory(store: Store, address: MemoryAddress, isPinned: boolean): Promise<void> {
  const { session, holder, id } = address
  await store.transaction(async (transaction) => {
    await takeAppendLock(transaction)
    await touchEach(transaction, [address], async ({ changed }) => {
      const { rowCount } = await transaction.query(
        `update dream_memory.memory set is_pinned = $4, changed = $5
         where session = $1 and holder = $2 and id = $3 and key_id is not null`, [session, holder, id, isPinned, changed])
      if (rowCount === 0) throw errors.memory_not_found({ holder, id })
    })
  })
}

function eventOf(memory: Memory): MemoryEvent {
  const { isPinned, isEdited, ...event } = memory
  void [isPinned, isEdited]
  return event
}

const isSameClaim = (a: MemoryEvent, b: MemoryEvent) =>
  a.text === b.text && (a.type !== "fact" && a.type !== "relation" || "value" in b && a.value === b.value)

/** The words go under a new key and the old key is destroyed. Throws `memory_not_found`, `memory_invalid`. */
export async function editMemory(
  store: Store, vault: MemoryVault, loadWithin: LoadWithin, address: MemoryAddress, edit: MemoryEdit,
  also?: InForgetting,
): Promise<{ readonly changed: readonly MemoryAddress[]; readonly forgotten: MemoryAddress[] }> {
  const { session, holder, id } = address
  const result = await store.transaction(async (transaction) => {
    await takeForgetLock(transaction)
    const load = loadWithin(transaction)
    const { memory, keyIds } = await load(session, holder)
    const before = memory.get(id)
    const oldKey = keyIds.get(id)
    if (before === undefined || oldKey === undefined) throw errors.memory_not_found({ holder, id })
    const event = editEvent(eventOf(before), edit)
    const { rows: changed } = await transaction.query<MemoryAddress>(
      "select session, holder, id from dream_memory.memory where key_id = $1", [oldKey])
    const isChanged = (one: MemoryAddress) =>
      changed.some((other) => other.session === one.session && other.holder === one.holder && other.id === one.id)
    const resting: MemoryAddress[] = []
    if (!isSameClaim(event, before)) {
      for (const one of changed) {
        const other = await load(one.session, one.holder)
        resting.push(...other.memory.dependents([one.id]).map((dependent) => ({ ...one, id: dependent })))
      }
    }
    const closure = await closureOf(transaction, load, resting)
    const forgotten = closure.addresses.filter((one) => !isChanged(one))
    await empty(transaction, forgotten)
    const keyId = randomUUID()
    const key = createKey()
    await vault.keep(new Map([[keyId, key]]), transaction)
    const content = sealEvent(key, keyId, event)
    await touchEach(transaction, changed, (group) => transaction.query(
      `update dream_memory.memory set key_id = $4, content = $5, vector = null, vector_space = null, is_edited = true, changed = $6
       where session = $1 and holder = $2 and id = any($3)`, [group.session, group.holder, group.ids, keyId, content, group.changed]))
    await doom(vault, transaction, [...closure.keyIds, oldKey])
    await also?.(transaction)
    return { changed, forgotten }
  })
  await settle(store, vault)
  return result
}
