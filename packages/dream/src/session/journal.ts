/** Turns as rows of the store: a tree that only grows, and is cut where nobody stands any more. */
import type { Language } from "@daydream/engine/language"
import type { Store } from "@daydream/engine/storage"
import type { MemoryStore, Transaction } from "../memory/index.ts"
import type { WorldDefinition } from "../world/index.ts"
import type { Turn } from "../turn/index.ts"
import { fillTexts, hideTexts } from "./hidden-texts.ts"

/** A turn as it is kept. */
export interface TurnRow {
  readonly id: string
  readonly parent: string | null
  readonly index: number
  /** 0 for the first time; each retry draws otherwise. */
  readonly attempt: number
  /** Who played it. */
  readonly player: string
  readonly record: string
  readonly standIns: readonly string[]
  readonly keyId: string | null
  readonly content: Buffer | null
  readonly firstCursor: number
  readonly events: number
  readonly playedAt: Date
}

/** A kept turn that was read. */
export interface KeptTurn {
  readonly row: TurnRow
  /** Without its memories: those are in the memory store. */
  readonly turn: Turn
  /** Its words were forgotten. */
  readonly isForgotten: boolean
}

interface Raw extends Omit<TurnRow, "firstCursor"> {
  readonly [field: string]: unknown
  readonly firstCursor: string
}

const columns = `t.id, t.parent, t.index, t.attempt, t.player, t.record, t.stand_ins as "standIns", t.key_id as "keyId", t.content,
  t.first_cursor as "firstCursor", t.events, t.played_at as "playedAt"`
const read = (raw: Raw): TurnRow => ({ ...raw, firstCursor: Number(raw.firstCursor) })

/** Ids of the turns that lead to `head`, from index `since` on, oldest first. */
export async function pathTo(store: Pick<Store, "query">, head: string | null, since = 0): Promise<string[]> {
  if (head === null) return []
  const rows = await store.query<{ id: string }>(
    `with recursive path as (
       select id, parent, index from dream_session.turn where id = $1 and index >= $2
       union all select t.id, t.parent, t.index from dream_session.turn t join path p on t.id = p.parent where t.index >= $2)
     select id from path order by index`, [head, since])
  return rows.map(({ id }) => id)
}

/** Turns of a page; whole journals are read page by page. */
const pageSize = 100

export async function* readTurns(store: Store, memory: MemoryStore, ids: readonly string[]): AsyncGenerator<KeptTurn> {
  for (let at = 0; at < ids.length; at += pageSize) {
    const rows = await store.query<Raw>(
      `select ${columns} from dream_session.turn t where t.id = any($1::bigint[]) order by t.index`, [ids.slice(at, at + pageSize)])
    yield* await openTurns(memory, rows.map(read))
  }
}

export async function readTurn(store: Store, memory: MemoryStore, id: string): Promise<KeptTurn | undefined> {
  for await (const kept of readTurns(store, memory, [id])) return kept
  return undefined
}

async function openTurns(memory: MemoryStore, rows: readonly TurnRow[]): Promise<KeptTurn[]> {
  const sealed = rows.flatMap(({ id, keyId, content }) => (keyId === null || content === null ? [] : [{ id, keyId, content }]))
  const opened = await memory.unsealAll(sealed)
  const texts = new Map(sealed.map(({ id }, index) => [id, opened[index] ?? null]))
  return rows.map((row) => {
    const text = texts.get(row.id)
    const known = typeof text === "string" ? JSON.parse(text) as string[] : null
    return { row, turn: { ...fillTexts(row.record, known, row.standIns) as Turn, memories: [] }, isForgotten: row.keyId !== null && known === null }
  })
}

export interface NewTurn extends Pick<TurnRow, "parent" | "attempt" | "player" | "firstCursor" | "playedAt"> {
  readonly turn: Turn
  readonly language: Language
  readonly definition: WorldDefinition
}

export interface WrittenTurn {
  readonly id: string
  /** The key of its words; null where it has none. */
  readonly keyId: string | null
  /** The words that were sealed. */
  readonly texts: readonly string[]
}

/** Writes a turn; its words are sealed under one key. */
export async function insertTurn(transaction: Transaction, memory: MemoryStore, given: NewTurn): Promise<WrittenTurn> {
  const { turn, definition, language } = given
  const { record, texts, standIns } = hideTexts(definition, turn, language)
  const sealed = texts.length === 0 ? null : await memory.seal(transaction, JSON.stringify(texts))
  const { rows } = await transaction.query<{ id: string }>(
    `insert into dream_session.turn (parent, index, attempt, player, record, stand_ins, key_id, content, first_cursor, events, ending, played_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
    [given.parent, turn.index, given.attempt, given.player, record, JSON.stringify(standIns), sealed?.keyId ?? null,
      sealed === null ? null : Buffer.from(sealed.content), given.firstCursor, turn.outputs.length, turn.ended, given.playedAt])
  return { id: rows[0]?.id as string, keyId: sealed?.keyId ?? null, texts }
}

/** Only one cuts at a time: two who each see that the other still stands there would both leave it. */
const takeCutLock = (transaction: Transaction) =>
  transaction.query("select pg_advisory_xact_lock(hashtextextended('dream_session cut', 0))")

/**
 * Removes the turns from `head` back to the first one that something still stands on or goes through, after the session
 * has left it; their keys are destroyed unless a report or a branch that shares them needs them.
 */
export async function cutFrom(transaction: Transaction, memory: MemoryStore, head: string | null): Promise<void> {
  await takeCutLock(transaction)
  const keys: string[] = []
  for (let at = head; at !== null;) {
    const { rows } = await transaction.query<{ parent: string | null; key_id: string | null }>(
      `delete from dream_session.turn t where t.id = $1
         and not exists (select from dream_session.turn c where c.parent = t.id)
         and not exists (select from dream_session.session s where s.head = t.id)
         and not exists (select from dream_session.save v where v.turn = t.id)
       returning parent, key_id`, [at])
    const [gone] = rows
    if (gone === undefined) break
    if (gone.key_id !== null) keys.push(gone.key_id)
    at = gone.parent
  }
  if (keys.length === 0) return
  const { rows } = await transaction.query<{ key_id: string }>(
    `select k.key_id from unnest($1::uuid[]) k (key_id)
     where not exists (select from dream_session.turn t where t.key_id = k.key_id)
       and not exists (select from dream_session.report r where r.key_id = k.key_id)`, [keys])
  await memory.destroySeals(transaction, rows.map((row) => row.key_id))
}
