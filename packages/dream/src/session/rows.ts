/** Sessions as rows of the store. */
import type { Language } from "@daydream/engine/language"
import type { Store } from "@daydream/engine/storage"
import type { ContentKind } from "../bundle/index.ts"
import type { Transaction } from "../memory/index.ts"
import type { AgeBand } from "../safety/index.ts"
import { errors } from "./errors.ts"
import type { SessionRules } from "./model.ts"

/** A player of a session, in order of joining. */
export interface PlayerRow {
  readonly player: string
  readonly character: string
  readonly age: AgeBand
  readonly without: readonly ContentKind[]
}

export interface SessionRow {
  readonly id: string
  readonly owner: string
  readonly dream: string
  readonly dreamHash: string
  readonly language: Language
  readonly seed: string
  /** As asked for; what limits close stands at its first value all the same. */
  readonly dials: Readonly<Record<string, string>>
  readonly rules: SessionRules
  /** The session of the memory store. */
  readonly memories: string
  /** The turn at which it stands; null before the first. */
  readonly head: string | null
  readonly turns: number
  readonly cursor: number
  readonly revision: number
  /** Whose turn it is, where players go round. */
  readonly next: string | null
  readonly ended: { readonly ending: string | null } | null
  readonly playedSeconds: number
  readonly createdAt: Date
  readonly playedAt: Date
  readonly from: { readonly session: string; readonly turn: number } | null
  readonly players: readonly PlayerRow[]
  /** Of all forgetting in this store. */
  readonly epoch: string
}

interface Raw {
  readonly [field: string]: unknown
  readonly id: string
  readonly cursor: string
  readonly from_session: string | null
  readonly from_turn: number | null
}

const columns = `s.id, s.owner, s.dream, s.dream_hash as "dreamHash", s.language, s.seed, s.dials, s.rules, s.memories, s.head, s.turns,
  s.cursor, s.revision, s.next_player as next, s.ending as ended, s.played_seconds as "playedSeconds", s.created_at as "createdAt",
  s.played_at as "playedAt", s.from_session, s.from_turn, (select epoch from dream_session.forgetting) as epoch,
  (select coalesce(json_agg(json_build_object('player', p.player, 'character', p.character, 'age', p.age, 'without', p.without) order by p.place), '[]')
   from dream_session.player p where p.session = s.id) as players`

const read = ({ from_session: from, from_turn: turn, ...raw }: Raw): SessionRow =>
  ({ ...raw, cursor: Number(raw.cursor), from: from === null ? null : { session: from, turn: turn ?? 0 } }) as unknown as SessionRow

/** Throws `session_unknown`. */
export async function readSession(store: Store, session: string): Promise<SessionRow> {
  const [row] = await store.query<Raw>(`select ${columns} from dream_session.session s where s.id = $1`, [session])
  if (row === undefined) throw errors.session_unknown({ session })
  return read(row)
}

/** The row, which nobody else changes until the transaction ends. Throws `session_unknown`. */
export async function lockSession(transaction: Transaction, session: string): Promise<SessionRow> {
  // Locked first: a row that was waited for is read anew, what stands beside it is not.
  await transaction.query("select from dream_session.session where id = $1 for update", [session])
  const { rows } = await transaction.query<Raw>(`select ${columns} from dream_session.session s where s.id = $1`, [session])
  if (rows[0] === undefined) throw errors.session_unknown({ session })
  return read(rows[0])
}

/** Sessions in which `player` takes part, the one played last first. */
export async function sessionsOf(store: Store, player: string): Promise<SessionRow[]> {
  const rows = await store.query<Raw>(
    `select ${columns} from dream_session.session s join dream_session.player own on own.session = s.id and own.player = $1
     order by s.played_at desc, s.id`, [player])
  return rows.map(read)
}

export type NewSession = Omit<SessionRow, "revision" | "epoch" | "playedSeconds">

export async function insertSession(transaction: Transaction, row: NewSession): Promise<void> {
  await transaction.query(
    `insert into dream_session.session (id, owner, dream, dream_hash, language, seed, dials, rules, memories, head, turns, cursor, next_player,
       ending, created_at, played_at, from_session, from_turn)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [row.id, row.owner, row.dream, row.dreamHash, row.language, row.seed, row.dials, row.rules, row.memories, row.head, row.turns, row.cursor, row.next,
      row.ended, row.createdAt, row.playedAt, row.from?.session ?? null, row.from?.turn ?? null])
  for (const player of row.players) await insertPlayer(transaction, row.id, player)
}

export async function insertPlayer(transaction: Transaction, session: string, { player, character, age, without }: PlayerRow): Promise<void> {
  await transaction.query(
    `insert into dream_session.player (session, place, player, character, age, without)
     select $1, coalesce(max(place), -1) + 1, $2, $3, $4, $5 from dream_session.player where session = $1`,
    [session, player, character, age, [...without]])
}

/** Throws `not_in_session`. */
export function playerOf(row: SessionRow, player: string): PlayerRow {
  const found = row.players.find((one) => one.player === player)
  if (found === undefined) throw errors.not_in_session({ session: row.id, player })
  return found
}

/** Throws `not_in_session` or `only_the_owner`. */
export function requireOwner(row: SessionRow, player: string, what: string): PlayerRow {
  const found = playerOf(row, player)
  if (row.owner !== player) throw errors.only_the_owner({ session: row.id, what })
  return found
}

/** Moves the session to another turn of its tree, or to none. */
export interface Move {
  readonly head: string | null
  readonly turns: number
  readonly ended: SessionRow["ended"]
  readonly next: string | null
  readonly memories?: string
}

/** Under the row's lock. */
export async function moveSession(transaction: Transaction, session: string, { head, turns, ended, next, memories }: Move): Promise<void> {
  await transaction.query(
    `update dream_session.session set head = $2, turns = $3, ending = $4, next_player = $5, memories = coalesce($6, memories), revision = revision + 1
     where id = $1`, [session, head, turns, ended, next, memories ?? null])
  await transaction.query("delete from dream_session.vote where session = $1", [session])
}
