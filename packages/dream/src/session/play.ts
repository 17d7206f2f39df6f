/** Playing a turn: a stream of what comes of it, which is durable once `committed` came. */
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import type { SessionEvent } from "../protocol/index.ts"
import { generatedNotice, reminderNotice, remindersUntil } from "../safety/index.ts"
import { canonicalJson } from "../world/index.ts"
import type { PlayerInput, Turn } from "../turn/index.ts"
import { agree } from "./agreement.ts"
import { commitTurn } from "./commit.ts"
import type { Committed } from "./commit.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { eventsOf, outputEvent } from "./events.ts"
import { readTurn } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"
import type { Queue } from "./queue.ts"
import { playerOf, readSession } from "./rows.ts"
import type { PlayerRow } from "./rows.ts"
import type { Standing } from "./states.ts"

/** What is asked for. Without an input the last turn is taken back and played again; with `isRetry`, played otherwise. */
export interface Asked {
  readonly session: string
  readonly player: string
  readonly input: PlayerInput | null
  readonly isRetry: boolean
  readonly key?: string | undefined
  readonly expects?: number | undefined
  readonly abortSignal?: AbortSignal | undefined
}

/** A turn that can be played now. */
interface Due {
  readonly standing: Standing
  readonly player: PlayerRow
  readonly input: PlayerInput
  readonly parent: string | null
  readonly before: Standing["state"]
  readonly attempt: number
}

/** Turns that are being played in this process, by session. */
export type Playing = Map<string, AbortController>

const longestKey = 200

/** The turn that was played for this key; null: none yet. Throws `turn_taken_back`, `key_reused`. */
async function keptFor({ store, memory }: Context, { session, key, input }: Asked): Promise<KeptTurn | null> {
  if (key === undefined) return null
  if (key.length === 0 || key.length > longestKey) throw errors.session_value_invalid({ field: "key", most: longestKey })
  const [row] = await store.query<{ turn: string | null }>("select turn from dream_session.request_key where session = $1 and key = $2", [session, key])
  if (row === undefined) return null
  const kept = row.turn === null ? undefined : await readTurn(store, memory, row.turn)
  if (kept === undefined) throw errors.turn_taken_back({ key })
  const isSame = input === null || kept.isForgotten || canonicalJson(kept.turn.input) === canonicalJson(input)
  if (!isSame) throw errors.key_reused({ key })
  return kept
}

async function prepare(context: Context, asked: Asked): Promise<Due> {
  const { store, memory, states } = context
  const { session, isRetry, expects } = asked
  const row = await readSession(store, session)
  const player = playerOf(row, asked.player)
  if (expects !== undefined && expects !== row.turns) throw errors.session_moved({ expected: expects, turns: row.turns })
  if (!isRetry) {
    if (row.rules.turns === "round" && row.players.length > 1 && row.next !== null && row.next !== asked.player) throw errors.not_your_turn({ next: row.next })
    const standing = await states.standingOf(row)
    return { standing, player, input: asked.input ?? { kind: "begin" }, parent: row.head, before: standing.state, attempt: 0 }
  }
  const last = row.head === null ? undefined : await readTurn(store, memory, row.head)
  if (last === undefined || (last.isForgotten && asked.input === null)) throw errors.nothing_to_retry({})
  if (asked.input !== null && last.row.player !== asked.player) throw errors.not_your_turn({ next: last.row.player })
  const agreed = await agree(context, session, asked.player, `rewind ${row.turns - 1}`)
  if (agreed.head !== row.head) throw errors.session_moved({ expected: row.turns, turns: agreed.turns })
  const standing = await states.standingOf(agreed)
  const who = agreed.players.find((one) => one.player === last.row.player) ?? player
  const before = await states.stateAt(standing, last.row.parent)
  return { standing, player: who, input: asked.input ?? last.turn.input, parent: last.row.parent, before, attempt: last.row.attempt + 1 }
}

const asErrorEvent = (error: unknown, turn: number, language: "en" | "zh"): SessionEvent => {
  const told = isDaydreamError(error) ? error : errors.turn_failed({ reason: error instanceof Error ? error.name : "unknown" }, error)
  const { message, hint } = describeError(told, language)
  return { type: "error", cursor: null, turn, code: told.code, message, isRetryable: told.isRetryable, ...(hint === undefined ? {} : { hint }) }
}

/** Streams what the acting player perceives; returns the turn. */
async function* stream({ engine, portsOf }: Context, due: Due, character: string, abortSignal: AbortSignal): AsyncGenerator<SessionEvent, Turn, void> {
  const { standing: { row, dream, allowance }, before, input, attempt, player } = due
  const given = { about: dream, language: row.language, character }
  const playing = engine.takeTurn(dream, before, { player: player.character, input, allowance, attempt, abortSignal }, portsOf(row))
  let cursor = row.cursor
  try {
    for (;;) {
      const step = await playing.next()
      abortSignal.throwIfAborted()
      if (step.done === true) return step.value
      const { output, audience, isKept } = step.value
      if (audience.includes(character)) yield outputEvent(output, { cursor: isKept ? cursor : null, turn: before.turns }, given)
      cursor++
    }
  } finally {
    // Whoever left the stream ends the models' work too; what a turn gave is then of no use.
    await playing.return(undefined as never).catch(() => undefined)
  }
}

const noticeEvent = (code: string, text: string, turn: number): SessionEvent => ({ type: "notice", code, text, cursor: null, turn })

async function* committedEvents(context: Context, asked: Asked, { standing, before }: Due, committed: Committed): AsyncGenerator<SessionEvent, void, void> {
  const { row, allowance } = standing
  const { playedSeconds: played } = committed
  if (remindersUntil(played, allowance.isMinor) > remindersUntil(row.playedSeconds, allowance.isMinor))
    yield noticeEvent("reminder", reminderNotice(played)[row.language], before.turns)
  yield { type: "committed", cursor: null, turn: before.turns, turns: before.turns + 1, state: await stateFor(context, asked.session, asked.player) }
}

/** The events of a turn that was played before. */
async function* again(context: Context, asked: Asked, kept: KeptTurn): AsyncGenerator<SessionEvent, void, void> {
  const row = await readSession(context.store, asked.session)
  const { character } = playerOf(row, asked.player)
  const { turn } = kept
  yield { type: "turn", cursor: null, turn: turn.index, player: kept.row.player, text: turn.input.kind === "say" ? turn.input.text : null }
  yield* eventsOf(kept, { about: await context.versions.about(row.dreamHash), language: row.language, character })
  yield { type: "committed", cursor: null, turn: turn.index, turns: turn.index + 1, state: await stateFor(context, asked.session, asked.player) }
}

/**
 * Plays. Throws what refuses the request before a turn begins; once `turn` came, what goes wrong comes as the event
 * `error`, and nothing has happened. A stream that is left before the commit leaves nothing.
 */
export async function* play(context: Context, queue: Queue, playing: Playing, asked: Asked): AsyncGenerator<SessionEvent, void, void> {
  const end = await queue(asked.session, asked.abortSignal)
  const controller = new AbortController()
  try {
    const kept = await keptFor(context, asked)
    if (kept !== null) {
      yield* again(context, asked, kept)
      return
    }
    const due = await prepare(context, asked)
    const { standing: { row, dream }, before, input, player } = due
    playing.set(asked.session, controller)
    const abortSignal = asked.abortSignal === undefined ? controller.signal : AbortSignal.any([controller.signal, asked.abortSignal])
    const { character } = playerOf(row, asked.player)
    yield { type: "turn", cursor: null, turn: before.turns, player: player.player, text: input.kind === "say" ? input.text : null }
    if (before.turns === 0) yield noticeEvent("generated", generatedNotice(dream)[row.language], 0)
    let committed: Committed
    try {
      const turn = yield* stream(context, due, character, abortSignal)
      // Nothing happened, and nothing is kept.
      if (turn.refused !== null) return
      playing.delete(asked.session)
      const after = context.engine.applyTurn(dream, before, turn)
      committed = await commitTurn(context, { ...due, turn, player: player.player, key: asked.key ?? null })
      context.states.keep(due.standing, committed.id, after)
      context.embed(row.memories, [...new Set(turn.memories.map(({ holder }) => holder))])
    } catch (error) {
      if (!isDaydreamError(error) && !abortSignal.aborted) context.onFailure(error)
      yield asErrorEvent(abortSignal.aborted && !isDaydreamError(error) ? errors.turn_interrupted({}) : error, before.turns, row.language)
      return
    }
    context.onChange(asked.session, before.turns + 1)
    yield* committedEvents(context, asked, due, committed)
  } finally {
    if (playing.get(asked.session) === controller) playing.delete(asked.session)
    controller.abort()
    end()
  }
}
