/** The game in the terminal: read a line, do it, show what comes of it, until the player leaves or the dream ends. */
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import type { Sessions } from "@daydream/dream/session"
import type { SessionEvent, SessionState } from "@daydream/dream/protocol"
import type { CommandContext } from "../frame/index.ts"
import { act } from "./actions.ts"
import type { Game } from "./actions.ts"
import { readLine } from "./line.ts"
import type { LineReader } from "./reader.ts"
import type { PlayView } from "./view.ts"

interface LoopOptions {
  readonly context: CommandContext
  readonly sessions: Sessions
  readonly player: string
  readonly state: SessionState
  readonly view: PlayView
  readonly reader: LineReader
  /** Hears which session is played now: a branch has another id. */
  readonly onSession: (session: string) => void
  readonly prompt: string
  readonly rate: (settings: Readonly<Record<string, string>>, liked: number) => Promise<void>
}

/** Plays until the end; gives the last state and every event that was shown. */
export async function playOn(options: LoopOptions): Promise<{ readonly state: SessionState; readonly events: readonly SessionEvent[] }> {
  const { context, sessions, player, view, reader } = options
  const shown: SessionEvent[] = []
  const game: Game = {
    context, sessions, player, view, state: options.state,
    rate: (liked) => options.rate(game.state.dials, liked),
    async show(events) {
      for await (const event of events) {
        shown.push(event)
        view.event(event)
        if (event.type === "committed") game.state = event.state
      }
    },
  }
  const input = (given: Parameters<Sessions["play"]>[0]["input"]) =>
    game.show(sessions.play({ session: game.state.session, player, input: given, expects: game.state.turns, abortSignal: context.abortSignal }))
  if (game.state.turns === 0) await attempt(game, () => input({ kind: "begin" }))
  let offered: SessionState | undefined
  for (;;) {
    if (game.state.ended !== null) break
    options.onSession(game.state.session)
    // What is open is told again only where it may have changed.
    if (offered !== game.state) view.suggestions(game.state)
    offered = game.state
    const line = await reader.next(options.prompt)
    if (line === null || context.abortSignal.aborted) break
    const read = readLine(line, game.state)
    if (read.kind === "command" && read.name === "quit") break
    if (read.kind === "command") {
      const { name, rest } = read
      await attempt(game, () => act(game, name as Exclude<typeof name, "quit">, rest))
    } else if (read.kind === "input") {
      const { input: taken } = read
      const suggestion = taken.kind === "take" ? game.state.suggestions.find(({ option }) => option === taken.option) : undefined
      if (suggestion !== undefined) view.taken(suggestion.text)
      await attempt(game, () => input(taken))
    } else if (read.kind === "nothing") view.suggestions(game.state)
    else context.print({ en: `There is no command /${read.text}: /help lists them.`, zh: `没有命令 /${read.text}，输入 /帮助 查看列表。` })
  }
  return { state: game.state, events: shown }
}

/** What can be mended is told, and the game goes on. */
async function attempt(game: Game, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isDaydreamError(error) || game.context.abortSignal.aborted) throw error
    const { message, hint } = describeError(error, game.context.language)
    const gap = game.context.language === "zh" ? "" : " "
    game.context.print(hint === undefined ? message : `${message}${gap}${hint}`)
    game.state = await game.sessions.state(game.state.session, game.player)
  }
}
