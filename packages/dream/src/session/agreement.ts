/** Who may take turns back. */
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { lockSession, playerOf, requireOwner } from "./rows.ts"
import type { SessionRow } from "./rows.ts"

/**
 * Lets `player` do what takes turns back, as the session's rules say. Where all must agree, the vote is kept until the
 * session moves. Throws `only_the_owner`, `agreement_missing`. Gives the row that was agreed on.
 */
export async function agree({ store }: Context, session: string, player: string, what: string): Promise<SessionRow> {
  const { row, missing } = await store.transaction(async (transaction) => {
    const locked = await lockSession(transaction, session)
    playerOf(locked, player)
    if (locked.rules.rewind === "owner" || locked.players.length === 1) return { row: locked, missing: [] }
    await transaction.query(
      `insert into dream_session.vote (session, player, what, head) values ($1, $2, $3, $4)
       on conflict (session, player) do update set what = excluded.what, head = excluded.head`, [session, player, what, locked.head ?? -1])
    const { rows } = await transaction.query<{ player: string }>(
      "select player from dream_session.vote where session = $1 and what = $2 and head = $3", [session, what, locked.head ?? -1])
    return { row: locked, missing: locked.players.map((one) => one.player).filter((one) => rows.every((vote) => vote.player !== one)) }
  })
  if (missing.length > 0) throw errors.agreement_missing({ missing })
  if (row.rules.rewind === "owner") requireOwner(row, player, what)
  return row
}
