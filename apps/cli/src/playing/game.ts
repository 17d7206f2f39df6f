/** `daydream play`: opens the store, finds or begins the session, plays it in the terminal. */
import { createReadStream } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { Dream } from "@daydream/dream/bundle"
import { labelOf } from "@daydream/dream/safety"
import type { AgeBand } from "@daydream/dream/safety"
import { createSessions } from "@daydream/dream/session"
import type { Sessions } from "@daydream/dream/session"
import type { SessionState } from "@daydream/dream/protocol"
import { openTasteStore, positionOf, positionsOf, settingsFor } from "@daydream/dream/taste"
import type { Taste, TasteStore } from "@daydream/dream/taste"
import { openStore } from "@daydream/engine/storage"
import type { Language } from "@daydream/engine/language"
import type { CommandContext } from "../frame/index.ts"
import { libraryFor } from "./dreams.ts"
import { playOn } from "./loop.ts"
import { openPorts } from "./ports.ts"
import { createLineReader } from "./reader.ts"
import { readContentOptions, readDialOptions } from "./settings.ts"
import { styleFor } from "./style.ts"
import { createView } from "./view.ts"

export interface PlayOptions {
  readonly state: string
  readonly language?: Language
  readonly dials?: string
  readonly without?: string
  readonly age: AgeBand
  readonly seed?: string
  readonly model?: string
  readonly new?: boolean
  readonly session?: string
  readonly import?: string
}

/** Who plays on this machine's own store: the same one as over the server's API with its local key. */
const player = "root/owner"

/** The embedded store of the state folder, or that of DATABASE_URL; a server may be at work on it meanwhile. */
async function openPlayStore({ environment }: CommandContext, state: string) {
  await mkdir(state, { recursive: true })
  const url = environment["DATABASE_URL"]
  return openStore(url === undefined || url === "" ? { folder: join(state, "postgres"), connections: 4 } : { url, connections: 4 })
}

/** Plays `given`; the document of `--json` holds every event that was shown. */
export async function playDream(context: CommandContext, given: string, options: PlayOptions) {
  const { library, id } = await libraryFor(given, options.state)
  const dream = await library.find(id)
  const store = await openPlayStore(context, options.state)
  try {
    const language = languageFor(context, dream, options)
    await using ports = await openPorts(context, { model: options.model, dream, language, state: options.state })
    const sessions = await createSessions(store, { dreams: library, ports: ports.ports })
    try {
      const tastes = await openTasteStore(store)
      await learnDials(tastes, dream, options)
      const state = await beginOrResume(context, sessions, dream, options, await tastes.of(player))
      const rate: Shown["rate"] = async (settings, liked) => {
        await tastes.learn(player, { kind: "played", positions: positionsOf(dream, settings), liked })
      }
      return await inTerminal(context, sessions, state, { given, rate, isWish: dream.made.by === "wish", names: namesIn(dream, state.language) })
    } finally {
      await sessions.close()
    }
  } finally {
    await store.close()
  }
}

/** Asked for, else that of the interface where the dream has it. */
const languageFor = (context: CommandContext, dream: Dream, { language }: PlayOptions): Language =>
  language ?? dream.languages.find((one) => one === context.language) ?? dream.languages[0] ?? "en"

async function beginOrResume(
  context: CommandContext, sessions: Sessions, dream: Dream, options: PlayOptions, taste: Taste,
): Promise<SessionState> {
  if (options.import !== undefined) return sessions.import(createReadStream(options.import), { id: player, character: dream.players[0] ?? "", age: options.age })
  if (options.session !== undefined) return resumed(context, sessions, options.session)
  const language = languageFor(context, dream, options)
  const all = await sessions.list(player)
  const last = all.filter((one) => one.dream === dream.id && one.ended === null && one.turns > 0 && one.language === language)
    .toSorted((a, b) => (a.playedAt < b.playedAt ? 1 : -1))[0]
  if (last !== undefined && options.new !== true) return resumed(context, sessions, last.id)
  return sessions.open({
    dream: dream.id, language, ...(options.seed === undefined ? {} : { seed: options.seed }),
    dials: { ...settingsFor(dream, taste), ...readDialOptions(options.dials) },
    without: [...new Set([...taste.without, ...readContentOptions(options.without)])], player: { id: player, age: options.age },
  })
}

async function resumed(context: CommandContext, sessions: Sessions, session: string): Promise<SessionState> {
  const state = await sessions.state(session, player)
  context.note({
    en: `You go on where you were (turn ${state.turns}). To begin anew: --new`,
    zh: `从上次的地方继续（第 ${state.turns} 步）。要重新开始请加 --new`,
  })
  for (const { text } of await sessions.recap(session, player)) context.print(text)
  return state
}

/** What is set by hand is a taste. */
async function learnDials(tastes: TasteStore, dream: Dream, { dials }: PlayOptions): Promise<void> {
  for (const [id, value] of Object.entries(readDialOptions(dials))) {
    const dial = dream.dials.get(id)
    const position = dial === undefined ? undefined : positionOf(dial, value)
    if (position !== undefined) await tastes.learn(player, { kind: "set", dial: id, position })
  }
}

interface Shown {
  readonly rate: (settings: Readonly<Record<string, string>>, liked: number) => Promise<void>
  /** As the user named the dream. */
  readonly given: string
  readonly isWish: boolean
  readonly names: ReadonlyMap<string, string>
}

/** What everything in the dream is called. */
const namesIn = ({ world }: Dream, language: Language): Map<string, string> =>
  new Map([...world.entities.values()].map(({ id, names }) => [id, names[language] ?? Object.values(names)[0] ?? id]))

async function inTerminal(context: CommandContext, sessions: Sessions, state: SessionState, { given, isWish, names, rate }: Shown) {
  const isTerminal = process.stdout.isTTY
  const view = createView({
    print: (line) => context.print(line), language: state.language, style: styleFor(isTerminal, context.environment),
    columns: isTerminal ? process.stdout.columns : undefined, marksTexts: !isWish, names,
  })
  let session = state.session
  const reader = createLineReader({
    input: process.stdin, output: process.stdout,
    // A turn that is being played is stopped; else the game is left, and nothing is lost.
    onInterrupt: () => {
      if (!sessions.interrupt(session)) reader.close()
    },
  })
  const stop = () => reader.close()
  context.abortSignal.addEventListener("abort", stop, { once: true })
  try {
    context.print(state.dream.name)
    if (state.turns > 0) {
      context.print(state.notice)
      view.scene(state)
    }
    context.note({ en: "/help lists the commands; /quit leaves.", zh: "/帮助 列出命令，/退出 离开。" })
    const { state: last, events } = await playOn({
      context, sessions, player, state, view, reader, onSession: (id) => { session = id },
      rate, prompt: isWish ? `${labelOf("generated", state.language).text}> ` : "> ",
    })
    if (last.ended === null)
      context.note({ en: `Kept. Go on with: daydream play ${given}`, zh: `已保存。继续请运行：daydream play ${given}` })
    return { session: last.session, dream: last.dream.id, turns: last.turns, ended: last.ended, events }
  } finally {
    context.abortSignal.removeEventListener("abort", stop)
    reader.close()
  }
}
