/** Going back, going two ways, and saves. */
import type { Transaction } from "../memory/index.ts"
import type { SessionState } from "../protocol/index.ts"
import { agree } from "./agreement.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { cutFrom, pathTo } from "./journal.ts"
import type { SaveSlot } from "./model.ts"
import { insertSession, lockSession, moveSession, playerOf, readSession, requireOwner } from "./rows.ts"
import type { SessionRow } from "./rows.ts"
import { nextAfter } from "./commit.ts"
import { requireText } from "./opening.ts"

/** A turn of a session's path, or its beginning. */
export interface Point {
  readonly head: string | null
  readonly turns: number
  readonly ended: SessionRow["ended"]
  /** Who played last. */
  readonly player: string | null
  /** The cursor after it. */
  readonly cursor: number
}

const beginning: Point = { head: null, turns: 0, ended: null, player: null, cursor: 0 }

async function pointOf(transaction: Transaction, head: string | null): Promise<Point> {
  if (head === null) return beginning
  const { rows } = await transaction.query<{ index: number; ended: SessionRow["ended"]; player: string; cursor: string }>(
    "select index, ending as ended, player, first_cursor + events as cursor from dream_session.turn where id = $1", [head])
  const row = rows[0]
  if (row === undefined) return beginning
  return { head, turns: row.index + 1, ended: row.ended, player: row.player, cursor: Number(row.cursor) }
}

/** The point at which `turn` turns were played. Throws `turn_unknown`. */
export async function pointAt(transaction: Transaction, row: SessionRow, turn: number): Promise<Point> {
  if (!Number.isSafeInteger(turn) || turn < 0 || turn > row.turns) throw errors.turn_unknown({ turn, turns: row.turns })
  const rows = { query: async <R>(sql: string, values: readonly unknown[] = []) => (await transaction.query(sql, [...values])).rows as R[] }
  const [head = null] = turn === 0 ? [] : await pathTo(rows, row.head, turn - 1)
  return pointOf(transaction, head)
}

const nextAt = (row: SessionRow, point: Point) =>
  (row.rules.turns !== "round" ? null : point.player === null ? row.players[0]?.player ?? null : nextAfter(row, point.player))

export async function rewindSession(context: Context, session: string, player: string, turn: number): Promise<SessionState> {
  const { store, memory } = context
  const before = await readSession(store, session)
  playerOf(before, player)
  if (!Number.isSafeInteger(turn) || turn < 0 || turn > before.turns) throw errors.turn_unknown({ turn, turns: before.turns })
  if (turn === before.turns) return stateFor(context, session, player)
  const agreed = await agree(context, session, player, `rewind ${turn}`)
  await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    if (row.head !== agreed.head) throw errors.session_moved({ expected: agreed.turns, turns: row.turns })
    const point = await pointAt(transaction, row, turn)
    await moveSession(transaction, session, { head: point.head, turns: point.turns, ended: point.ended, next: nextAt(row, point) })
    await memory.rewind(transaction, row.memories, point.turns - 1)
    await cutFrom(transaction, memory, row.head)
  })
  await memory.settle()
  context.onChange(session, turn)
  return stateFor(context, session, player)
}

/** A session of the player's own from a turn of this one on; memories go along, and share their keys. */
export async function branchSession(context: Context, session: string, player: string, turn?: number): Promise<SessionState> {
  const { store, memory, newId, now } = context
  const id = newId()
  await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    const own = playerOf(row, player)
    const point = await pointAt(transaction, row, turn ?? row.turns)
    const at = now()
    await memory.branch(transaction, row.memories, id, point.turns - 1)
    await insertSession(transaction, {
      ...row, id, owner: player, memories: id, head: point.head, turns: point.turns, cursor: point.cursor, ended: point.ended,
      next: row.rules.turns === "round" ? player : null, createdAt: at, playedAt: at, from: { session, turn: point.turns }, players: [own],
    })
  })
  return stateFor(context, id, player)
}

const longestName = 100

interface SaveRow {
  readonly [field: string]: unknown
  readonly name: string
  readonly turn: string | null
  readonly turns: number
  readonly memories: string
  readonly saved_at: Date
}

const slotOf = ({ name, turns, saved_at: at }: Pick<SaveRow, "name" | "turns" | "saved_at">): SaveSlot => ({ name, turn: turns, savedAt: at.toISOString() })

/** A save stands at its turn whatever becomes of the session; one of the same name is replaced. */
export async function saveSession(context: Context, session: string, player: string, name: string): Promise<SaveSlot> {
  const { store, memory, now, newId } = context
  requireText("name", name, longestName)
  const at = now()
  const turns = await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    playerOf(row, player)
    const memories = `${session}/save/${newId()}`
    await memory.branch(transaction, row.memories, memories, row.turns - 1)
    const { rows: [old] } = await transaction.query<SaveRow>("delete from dream_session.save where session = $1 and name = $2 returning *", [session, name])
    await transaction.query(
      "insert into dream_session.save (session, name, turn, turns, memories, saved_at) values ($1, $2, $3, $4, $5, $6)",
      [session, name, row.head, row.turns, memories, at])
    if (old !== undefined) {
      await memory.rewind(transaction, old.memories, -1)
      await cutFrom(transaction, memory, old.turn)
    }
    return row.turns
  })
  await memory.settle()
  return slotOf({ name, turns, saved_at: at })
}

export async function savesOf({ store }: Context, session: string): Promise<SaveSlot[]> {
  await readSession(store, session)
  const rows = await store.query<SaveRow>("select * from dream_session.save where session = $1 order by saved_at desc, name", [session])
  return rows.map(slotOf)
}

/** Goes to a save; the save stays. What was played since and is in no save is gone. */
export async function loadSession(context: Context, session: string, player: string, name: string): Promise<SessionState> {
  const { store, memory, newId } = context
  const slots = await savesOf(context, session)
  playerOf(await readSession(store, session), player)
  const unknown = () => errors.save_unknown({ name, saves: slots.map((slot) => slot.name) })
  if (slots.every((slot) => slot.name !== name)) throw unknown()
  await agree(context, session, player, `load ${name}`)
  const turns = await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    const { rows: [save] } = await transaction.query<SaveRow>("select * from dream_session.save where session = $1 and name = $2", [session, name])
    if (save === undefined) throw unknown()
    const point = await pointOf(transaction, save.turn)
    const memories = `${session}/${newId()}`
    await memory.branch(transaction, save.memories, memories, point.turns - 1)
    await moveSession(transaction, session, { head: point.head, turns: point.turns, ended: point.ended, next: nextAt(row, point), memories })
    await memory.rewind(transaction, row.memories, -1)
    await cutFrom(transaction, memory, row.head)
    return point.turns
  })
  await memory.settle()
  context.onChange(session, turns)
  return stateFor(context, session, player)
}

/** Removes the session with its saves; the keys of its words and memories are destroyed, but for what branches share. */
export async function removeSession(context: Context, session: string, player: string): Promise<void> {
  const { store, memory, states } = context
  await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    requireOwner(row, player, "remove")
    const { rows: saves } = await transaction.query<SaveRow>("select * from dream_session.save where session = $1", [session])
    // A report outlives its session without the words and without who made it.
    await transaction.query("update dream_session.report set player = null, key_id = null, content = null where session = $1", [session])
    await transaction.query("delete from dream_session.session where id = $1", [session])
    for (const memories of [row.memories, ...saves.map((save) => save.memories)]) await memory.rewind(transaction, memories, -1)
    for (const head of [row.head, ...saves.map((save) => save.turn)]) await cutFrom(transaction, memory, head)
  })
  await memory.settle()
  states.clear()
}
