/** Opening and joining sessions. */
import { languages } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import type { SessionState } from "../protocol/index.ts"
import { allowanceOf } from "../safety/index.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import type { OpenSession, Player } from "./model.ts"
import { insertPlayer, insertSession, lockSession, readSession } from "./rows.ts"
import type { PlayerRow } from "./rows.ts"

/** Throws `session_value_invalid` where `text` is no text of 1 to `most` characters. */
export function requireText(field: string, text: string, most: number): void {
  if (typeof text !== "string" || text.trim() === "" || text.length > most || !text.isWellFormed() || text.includes("\0"))
    throw errors.session_value_invalid({ field, most })
}

const longestId = 200

/** Who plays what. Throws `character_not_free`, `dream_closed`. */
export function seat(dream: Dream, player: OpenSession["player"], without: PlayerRow["without"], taken: readonly string[]): PlayerRow {
  requireText("player", player.id, longestId)
  const free = dream.players.filter((one) => !taken.includes(one))
  const character = player.character ?? free[0]
  if (character === undefined || !free.includes(character)) throw errors.character_not_free({ character: character ?? "", free })
  if (!allowanceOf(dream, { age: player.age, without }).isOpen) throw errors.dream_closed({ dream: dream.id, rating: dream.rating })
  return { player: player.id, character, age: player.age, without }
}

/** Throws `dial_unknown`. */
export function requireDials({ dials }: Dream, asked: Readonly<Record<string, string>>): void {
  for (const [dial, value] of Object.entries(asked)) {
    if (dials.get(dial)?.values.some((one) => one.value === value) === true) continue
    throw errors.dial_unknown({ dial, value, dials: [...dials.values()].map(({ id, values }) => `${id} (${values.map((one) => one.value).join(", ")})`) })
  }
}

export async function openSession(context: Context, request: OpenSession): Promise<SessionState> {
  const { store, versions, newId, now } = context
  const { dream, keep } = await versions.current(request.dream)
  const language = request.language ?? dream.languages[0] ?? languages[0]
  if (!dream.languages.includes(language)) throw errors.dream_language_unknown({ language, languages: dream.languages })
  const { dials = {}, seed = newId(), rules = { turns: "free", rewind: "owner" } } = request
  requireDials(dream, dials)
  requireText("seed", seed, longestId)
  const player = seat(dream, request.player, [...new Set([...request.without ?? [], ...request.player.without ?? []])], [])
  const id = newId()
  const at = now()
  await store.transaction(async (transaction) => {
    await keep(transaction, at)
    await insertSession(transaction, {
      id, owner: player.player, dream: dream.id, dreamHash: dream.hash, language, seed, dials, rules, memories: id, head: null, turns: 0, cursor: 0,
      next: rules.turns === "round" ? player.player : null, ended: null, createdAt: at, playedAt: at, from: null, players: [player],
    })
  })
  return stateFor(context, id, player.player)
}

/** Whoever plays already only gets the state. What is left out for one is left out for all from now on. */
export async function joinSession(context: Context, session: string, player: Omit<Player, "character"> & { readonly character?: string }): Promise<SessionState> {
  const { store, versions } = context
  const dream = await versions.of(await readSession(store, session))
  const turns = await store.transaction(async (transaction) => {
    const row = await lockSession(transaction, session)
    if (row.players.some((one) => one.player === player.id)) return null
    await insertPlayer(transaction, session, seat(dream, player, player.without ?? [], row.players.map(({ character }) => character)))
    await transaction.query("update dream_session.session set revision = revision + 1 where id = $1", [session])
    return row.turns
  })
  if (turns !== null) context.onChange(session, turns)
  return stateFor(context, session, player.id)
}
