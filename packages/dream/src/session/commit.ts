/** A turn becomes durable: its record, its memories, its key and where the session stands, in one transaction. */
import type { MemoryEntry, Transaction } from "../memory/index.ts"
import type { Turn } from "../turn/index.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { cutFrom, insertTurn } from "./journal.ts"
import type { WrittenTurn } from "./journal.ts"
import type { SessionRow } from "./rows.ts"
import type { Standing } from "./states.ts"

export interface TurnToCommit {
  /** As it was when the turn began. */
  readonly standing: Standing
  /** After which turn it stands: the session's head, or, where that one is taken back, the one before. */
  readonly parent: string | null
  readonly turn: Turn
  readonly attempt: number
  /** Who played it. */
  readonly player: string
  readonly key: string | null
}

export interface Committed {
  readonly id: string
  readonly playedSeconds: number
}

/** A pause as long as this is not play. */
const longestPause = 600

/** Wall-clock seconds of play so far, with the time since the last turn. */
const playedSeconds = (row: SessionRow, now: Date): number => {
  const since = Math.max(0, (now.getTime() - row.playedAt.getTime()) / 1000)
  return row.playedSeconds + (row.turns > 0 && since <= longestPause ? since : 0)
}

/** Whose turn it is after `player`, where players go round. */
export function nextAfter({ rules, players }: SessionRow, player: string): string | null {
  if (rules.turns !== "round" || players.length === 0) return null
  const at = players.findIndex((one) => one.player === player)
  return players[(at + 1) % players.length]?.player ?? null
}

/** Shorter words are found within others by chance, unless they are quoted. */
const telling = 4

const quotes = (text: string, words: string) => text.includes(`“${words}”`) || text.includes(`"${words}"`)

/** Memories that hold words of the turn name the key of those: forgetting them takes the journal's words too. */
export function withKey(memories: readonly MemoryEntry[], { keyId, texts }: WrittenTurn, journalIndex: number): MemoryEntry[] {
  const holds = (text: string) =>
    texts.some((one) => one === text || (one.length >= telling && text.includes(one)) || (text.length >= telling && one.includes(text)) || quotes(text, one))
  return memories.map((entry) => {
    const { event } = entry
    const sealedKeys = keyId !== null && holds(event.text) ? [...event.sealedKeys ?? [], keyId] : event.sealedKeys
    return { ...entry, event: { ...event, journalIndex, ...(sealedKeys === undefined ? {} : { sealedKeys }) } }
  })
}

/** Throws `session_moved` where another turn, or another change, came first. */
export async function commitTurn({ store, memory, now }: Context, given: TurnToCommit): Promise<Committed> {
  const { standing, parent, turn, attempt, player, key } = given
  const { row, dream } = standing
  const at = now()
  const isRetry = parent !== row.head
  const played = playedSeconds(row, at)
  const id = await store.transaction(async (transaction) => {
    const written = await insertTurn(transaction, memory, {
      parent, attempt, player, firstCursor: row.cursor, playedAt: at, turn, language: row.language, definition: dream.world,
    })
    await moveOn(transaction, given, written.id, { at, played })
    if (key !== null)
      await transaction.query("insert into dream_session.request_key (session, key, turn) values ($1, $2, $3)", [row.id, key, written.id])
    if (isRetry) {
      await transaction.query("delete from dream_session.vote where session = $1", [row.id])
      await memory.rewind(transaction, row.memories, turn.index - 1)
      await cutFrom(transaction, memory, row.head)
    }
    await memory.append(transaction, row.memories, withKey(turn.memories, written, turn.index))
    return written.id
  })
  if (isRetry) await memory.settle()
  return { id, playedSeconds: played }
}

async function moveOn(
  transaction: Transaction, { standing: { row }, turn, player }: TurnToCommit, head: string, { at, played }: { readonly at: Date; readonly played: number },
): Promise<void> {
  const { rowCount } = await transaction.query(
    `update dream_session.session set head = $4, turns = $5, cursor = $6, ending = $7, played_seconds = $8, played_at = $9, next_player = $10
     where id = $1 and revision = $2 and head is not distinct from $3`,
    [row.id, row.revision, row.head, head, turn.index + 1, row.cursor + turn.outputs.length, turn.ended, played, at, nextAfter(row, player)])
  if (rowCount === 1) return
  const { rows } = await transaction.query<{ turns: number }>("select turns from dream_session.session where id = $1", [row.id])
  throw rows[0] === undefined ? errors.session_unknown({ session: row.id }) : errors.session_moved({ expected: row.turns, turns: rows[0].turns })
}
