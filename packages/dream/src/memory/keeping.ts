/** Writing memories: in the caller's transaction, so that a turn and what is remembered of it are one. */
import { randomUUID } from "node:crypto"
import { checkEvent } from "./event.ts"
import type { MemoryEvent } from "./event.ts"
import { sealEvent } from "./payload.ts"
import { createKey } from "./seal.ts"
import type { Sealed } from "./seal.ts"
import { compareText } from "./timeline.ts"
import type { MemoryVault, Transaction } from "./vault.ts"

/** What one holder is to remember. */
export interface MemoryEntry {
  readonly holder: string
  readonly event: MemoryEvent
  /** Marks that it had, where a session is imported. */
  readonly isPinned?: boolean
  readonly isEdited?: boolean
}

/** A memory that was kept, as a journal may hold it: id and sealed bytes. */
export interface KeptMemory extends Sealed {
  readonly holder: string
  readonly id: string
}

/** Many may append at once; who forgets does so alone, so that nothing new can rest on what is going. */
export const takeAppendLock = (transaction: Transaction) =>
  transaction.query("select pg_advisory_xact_lock_shared(hashtextextended('dream_memory', 0))")
export const takeForgetLock = (transaction: Transaction) =>
  transaction.query("select pg_advisory_xact_lock(hashtextextended('dream_memory', 0))")

/** Locks the holder's row and counts on; gives the last number of each counter. */
async function reserve(transaction: Transaction, session: string, holder: string, count: number) {
  const { rows } = await transaction.query<{ sequence: string; changed: string }>(
    `insert into dream_memory.holder as h (session, holder, sequence, changed) values ($1, $2, $3, $3)
     on conflict (session, holder) do update set sequence = h.sequence + $3, changed = h.changed + $3
     returning sequence, changed`, [session, holder, count])
  return { sequence: BigInt(rows[0]?.sequence ?? 0), changed: BigInt(rows[0]?.changed ?? 0) }
}

/** Those of `events` that can be kept: not there yet, not forgotten, and all that they rest on is there. */
async function keepable(
  transaction: Transaction, session: string, holder: string, events: readonly MemoryEvent[],
): Promise<MemoryEvent[]> {
  const named = [...new Set(events.flatMap((event) => [event.id, ...event.basis ?? []]))]
  const { rows } = await transaction.query<{ id: string; is_there: boolean }>(
    "select id, key_id is not null as is_there from dream_memory.memory where session = $1 and holder = $2 and id = any($3)",
    [session, holder, named])
  const known = new Set(rows.map((row) => row.id))
  const there = new Set(rows.filter((row) => row.is_there).map((row) => row.id))
  return events.filter((event) => {
    if (known.has(event.id) || event.basis?.some((id) => !there.has(id)) === true) return false
    known.add(event.id)
    there.add(event.id)
    return true
  })
}

/** See `MemoryStore.append`. */
export async function keep(
  vault: MemoryVault, transaction: Transaction, session: string, entries: readonly MemoryEntry[],
): Promise<KeptMemory[]> {
  for (const { event } of entries) checkEvent(event)
  if (entries.length === 0) return []
  await takeAppendLock(transaction)
  const all: KeptMemory[] = []
  // Always in the same order: two transactions that append for the same holders wait, and do not block each other.
  for (const holder of [...new Set(entries.map((entry) => entry.holder))].toSorted(compareText)) {
    const own = entries.filter((entry) => entry.holder === holder)
    const counters = await reserve(transaction, session, holder, own.length)
    const events = await keepable(transaction, session, holder, own.map((entry) => entry.event))
    const isMarked = (mark: "isPinned" | "isEdited") => events.map((event) => own.find((entry) => entry.event === event)?.[mark] ?? false)
    const keys = new Map(events.map(() => [randomUUID() as string, createKey()]))
    const keyIds = [...keys.keys()]
    if (keyIds.length === 0) continue
    await vault.keep(keys, transaction)
    const kept = events.map((event, index): KeptMemory => {
      const keyId = keyIds[index] as string
      return { holder, id: event.id, keyId, content: sealEvent(keys.get(keyId) as Buffer, keyId, event) }
    })
    const numbers = (last: bigint) => events.map((_, index) => String(last - BigInt(own.length - 1 - index)))
    await transaction.query(
      `insert into dream_memory.memory (session, holder, id, sequence, changed, journal_index, key_id, content, is_pinned, is_edited)
       select $1, $2, * from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::uuid[], $8::bytea[], $9::bool[], $10::bool[])`,
      [session, holder, kept.map((one) => one.id), numbers(counters.sequence), numbers(counters.changed),
        events.map((event) => event.journalIndex), keyIds, kept.map((one) => one.content), isMarked("isPinned"), isMarked("isEdited")])
    for (const key of keys.values()) key.fill(0)
    all.push(...kept)
  }
  return all
}
