/** A player's reports of texts, kept for the operator. The text stays sealed under its turn's key: forgetting reaches it. */
import type { Store } from "@daydream/engine/storage"
import type { MemoryStore } from "../memory/index.ts"
import type { TurnOutput } from "../turn/index.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { isFor } from "./events.ts"
import { fillTexts, hideOutput } from "./hidden-texts.ts"
import { pathTo, readTurns } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"
import type { Report } from "./model.ts"
import { requireText } from "./opening.ts"
import { playerOf, readSession } from "./rows.ts"

const longestReason = 100
const longestNote = 2_000

async function turnAt({ store, memory }: Context, head: string | null, cursor: number): Promise<KeptTurn | undefined> {
  for await (const kept of readTurns(store, memory, await pathTo(store, head)))
    if (cursor >= kept.row.firstCursor && cursor < kept.row.firstCursor + kept.row.events) return kept
  return undefined
}

export async function reportText(
  context: Context, session: string, player: string, report: { readonly event: number; readonly reason: string; readonly note?: string },
): Promise<string> {
  const { event, reason, note } = report
  requireText("reason", reason, longestReason)
  if (note !== undefined) requireText("note", note, longestNote)
  const row = await readSession(context.store, session)
  const { character } = playerOf(row, player)
  const kept = await turnAt(context, row.head, event)
  const index = kept === undefined ? -1 : event - kept.row.firstCursor
  const output = kept?.turn.outputs[index]
  if (kept === undefined || output === undefined || !("text" in output) || !isFor(kept.turn, index, character)) throw errors.event_unknown({ event })
  const id = context.newId()
  const { row: { record, standIns, keyId, content } } = kept
  await context.store.query(
    `insert into dream_session.report (id, session, dream, dream_hash, player, turn, cursor, output, stand_ins, key_id, content, reason, note, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [id, session, row.dream, row.dreamHash, player, kept.turn.index, event, hideOutput(record, index), JSON.stringify(standIns), keyId, content, reason,
      note ?? null, context.now()])
  return id
}

interface Raw {
  readonly [field: string]: unknown
  readonly id: string
  readonly session: string
  readonly dream: string
  readonly dream_hash: string
  readonly player: string | null
  readonly turn: number
  readonly output: string
  readonly stand_ins: readonly string[]
  readonly key_id: string | null
  readonly content: Buffer | null
  readonly reason: string
  readonly note: string | null
  readonly made_at: Date
}

/** Reports since then, oldest first. */
export async function reportsSince({ store, memory }: { readonly store: Store; readonly memory: MemoryStore }, since: Date, limit: number): Promise<Report[]> {
  const rows = await store.query<Raw>("select * from dream_session.report where made_at >= $1 order by made_at, id limit $2", [since, limit])
  const sealed = rows.flatMap(({ id, key_id: keyId, content }) => (keyId === null || content === null ? [] : [{ id, keyId, content }]))
  const opened = new Map((await memory.unsealAll(sealed)).map((text, index) => [sealed[index]?.id ?? "", text]))
  return rows.map((row) => {
    const texts = opened.get(row.id) ?? null
    const output = fillTexts(row.output, texts === null ? null : JSON.parse(texts) as string[], row.stand_ins) as TurnOutput
    return {
      id: row.id, session: row.session, dream: row.dream, version: row.dream_hash, player: row.player, turn: row.turn, output, reason: row.reason,
      note: row.note, madeAt: row.made_at.toISOString(),
    }
  })
}
