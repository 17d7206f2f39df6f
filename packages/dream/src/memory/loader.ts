/** Memories of holders in this process: read when first asked for, then only what changed since. */
import type { Store } from "@daydream/engine/storage"
import { createHolderMemory } from "./holder-memory.ts"
import type { HolderMemory } from "./holder-memory.ts"
import type { MemoryEvent } from "./event.ts"
import { openEvent, openVector } from "./payload.ts"
import { queryOf } from "./vault.ts"
import type { MemoryVault, Transaction } from "./vault.ts"

/** A holder's memory with the key of each memory. */
export interface Loaded {
  readonly memory: HolderMemory
  readonly keyIds: Map<string, string>
}

export type Load = (session: string, holder: string) => Promise<Loaded>

/** A way to load inside a transaction: anew, as the transaction sees it, without vectors. */
export type LoadWithin = (transaction: Transaction) => Load

interface Kept extends Loaded {
  readonly epoch: string
  changed: string
}

interface Row {
  readonly epoch: string
  readonly newest: string
  /** Null where nothing changed. */
  readonly id: string | null
  readonly key_id: string | null
  readonly content: Buffer | null
  readonly vector: Buffer | null
  readonly vector_space: string | null
  readonly is_pinned: boolean
  readonly is_edited: boolean
}

// One statement, so one moment: the holder's counters and exactly the rows that they count.
const changedRows = `
  select h.epoch, h.changed as newest, m.id, m.key_id, m.content, m.vector, m.vector_space, m.is_pinned, m.is_edited
  from dream_memory.holder h
  left join dream_memory.memory m on m.session = h.session and m.holder = h.holder and (m.changed > $3 or h.epoch <> $4)
  where h.session = $1 and h.holder = $2
  order by m.sequence`

/** Reads holders; keeps the `capacity` that were used last. */
export function createLoader(store: Store, vault: MemoryVault, capacity: number): { load: Load; loadWithin: LoadWithin } {
  const kept = new Map<string, Kept>()
  const busy = new Map<string, Promise<unknown>>()

  const read = async (session: string, holder: string, known?: Kept, transaction?: Transaction): Promise<Kept> => {
    const rows = await queryOf(store, transaction)<Row>(changedRows, [session, holder, known?.changed ?? "-1", known?.epoch ?? "-1"])
    const [first] = rows
    if (first === undefined) return emptyMemory(holder, "-1")
    const current = known?.epoch === first.epoch ? known : emptyMemory(holder, first.epoch)
    const keys = await vault.read(rows.flatMap((row) => row.key_id ?? []), transaction)
    for (const row of rows)
      if (row.id !== null) apply(current, transaction === undefined ? row : { ...row, vector: null }, row.id, keys)
    current.changed = first.newest
    return current
  }
  const refresh = async (name: string, session: string, holder: string): Promise<Loaded> => {
    const known = kept.get(name)
    // Taken out while it changes: after an error, half of the changes would pass for all of them.
    kept.delete(name)
    const current = await read(session, holder, known)
    kept.set(name, current)
    for (const oldest of kept.keys()) if (kept.size > capacity) kept.delete(oldest)
    return current
  }
  const after = async (before: Promise<unknown> | undefined, name: string, session: string, holder: string) => {
    await before?.catch(() => undefined)
    return refresh(name, session, holder)
  }
  return {
    load: async (session, holder) => {
      const name = JSON.stringify([session, holder])
      const next = after(busy.get(name), name, session, holder)
      busy.set(name, next)
      try {
        return await next
      } finally {
        if (busy.get(name) === next) busy.delete(name)
      }
    },
    loadWithin: (transaction) => {
      const once = new Map<string, Promise<Loaded>>()
      return (session, holder) => {
        const name = JSON.stringify([session, holder])
        const loading = once.get(name) ?? read(session, holder, undefined, transaction)
        once.set(name, loading)
        return loading
      }
    },
  }
}

const emptyMemory = (holder: string, epoch: string): Kept =>
  ({ memory: createHolderMemory(holder), keyIds: new Map(), epoch, changed: "-1" })

const valueOf = (event: MemoryEvent) =>
  event.type === "fact" || event.type === "relation" ? { value: event.value } : {}

function apply({ memory, keyIds }: Kept, row: Row, id: string, keys: ReadonlyMap<string, Uint8Array>): void {
  const key = row.key_id === null ? undefined : keys.get(row.key_id)
  if (key === undefined || row.key_id === null || row.content === null) {
    memory.forget([id])
    keyIds.delete(id)
    return
  }
  const marks = { isPinned: row.is_pinned, isEdited: row.is_edited }
  if (memory.get(id) === undefined) {
    if (!memory.add(openEvent(key, row.key_id, row.content), marks)) return
  } else {
    memory.pin(id, row.is_pinned)
    if (keyIds.get(id) !== row.key_id) {
      const event = openEvent(key, row.key_id, row.content)
      memory.edit(id, { text: event.text, importance: event.importance, ...valueOf(event) })
    }
  }
  keyIds.set(id, row.key_id)
  if (row.vector !== null && row.vector_space !== null)
    memory.setVector(id, openVector(key, row.key_id, row.vector), row.vector_space)
}
