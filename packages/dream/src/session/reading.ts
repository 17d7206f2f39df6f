/** What can be read of a session: its events, its turns, a recap, a transcript. */
import type { Language } from "@daydream/engine/language"
import { perceive } from "../perception/index.ts"
import type { OutputEvent, SessionEvent } from "../protocol/index.ts"
import { generatedNotice, labelOf } from "../safety/index.ts"
import type { Turn } from "../turn/index.ts"
import type { Context } from "./context.ts"
import { eventsOf } from "./events.ts"
import { pathTo, readTurns } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"
import { playerOf, readSession } from "./rows.ts"
import type { SessionRow } from "./rows.ts"
import { heldFacts, textIn, timeText } from "./view.ts"

async function* keptTurns({ store, memory }: Context, row: SessionRow, since = 0): AsyncGenerator<KeptTurn> {
  yield* readTurns(store, memory, await pathTo(store, row.head, since))
}

/** The kept events from `cursor` on that the player's character perceives. */
export async function* eventsFor(context: Context, session: string, player: string, cursor = 0): AsyncGenerator<SessionEvent> {
  const row = await readSession(context.store, session)
  const { character } = playerOf(row, player)
  const options = { about: await context.versions.about(row.dreamHash), language: row.language, character }
  for await (const kept of keptTurns(context, row, await turnWith(context, row, cursor))) yield* eventsOf(kept, options, cursor)
}

/** The index of the turn that holds `cursor`, as far as one can tell without reading what the turns say. */
async function turnWith({ store }: Context, row: SessionRow, cursor: number): Promise<number> {
  if (cursor <= 0 || row.head === null) return 0
  const [found] = await store.query<{ index: number }>(
    `with recursive path as (
       select id, parent, index, first_cursor from dream_session.turn where id = $1
       union all select t.id, t.parent, t.index, t.first_cursor from dream_session.turn t join path p on t.id = p.parent where p.first_cursor > $2)
     select min(index) as index from path`, [row.head, cursor])
  return found?.index ?? 0
}

export async function* turnsOf(context: Context, session: string, since = 0): AsyncGenerator<Turn> {
  const row = await readSession(context.store, session)
  for await (const { turn } of keptTurns(context, row, since)) yield turn
}

/** Lines of the end that a recap repeats. */
const lastLines = 6
/** Facts that a recap names at most. */
const recapFacts = 12

/** What happened so far, without a model: what was learned, what was done, how it ended last time, where one is. */
export async function recapFor(context: Context, session: string, player: string): Promise<{ readonly text: string; readonly origin: string }[]> {
  const { states } = context
  const standing = await states.standing(session)
  const { row, dream, state } = standing
  const { character } = playerOf(row, player)
  const { language } = row
  const begun = await states.stateAt(standing, null)
  const knewBefore = new Set(heldFacts(perceive(begun.world, character, { events: 0 })?.facts ?? [], language).map(({ text }) => text))
  const now = perceive(state.world, character, { events: 0 })
  const learned = heldFacts(now?.facts ?? [], language).filter(({ text }) => !knewBefore.has(text)).slice(0, recapFacts).toReversed()
  const lines: { readonly text: string; readonly origin: string }[] = []
  for await (const event of eventsFor(context, session, player, 0)) {
    if (event.type !== "say" && event.type !== "narrate") continue
    lines.push({ text: event.type === "narrate" ? event.text : spoken(dream.world.entities.get(event.character)?.names ?? {}, event.text, language), origin: event.origin })
    if (lines.length > lastLines) lines.shift()
  }
  const place = now?.place == null ? "" : textIn(now.place.names, language)
  const time = timeText(state.world.state.time, language)
  const where = place === "" ? time : language === "zh" ? `${time}，${place}。` : `${time}, ${place}.`
  return [...learned.map(({ text }) => ({ text, origin: "authored" })), ...lines, { text: where, origin: "authored" }]
}

const spoken = (names: Parameters<typeof textIn>[0], text: string, language: Language) => {
  const name = textIn(names, language)
  return language === "zh" ? `${name}：${text}` : `${name}: ${text}`
}

/** One file of what the player perceived, with the notice and every text's label. */
export async function transcriptFor(context: Context, session: string, player: string, format: "text" | "json"): Promise<string> {
  const row = await readSession(context.store, session)
  const { character } = playerOf(row, player)
  const about = await context.versions.about(row.dreamHash)
  const dream = await context.versions.of(row).catch(() => null)
  const { language } = row
  const nameOf = (id: string) => textIn(dream?.world.entities.get(id)?.names ?? {}, language) || id
  const notice = generatedNotice(about)[language]
  const title = textIn(about.names, language) || row.dream
  const turns: { readonly turn: number; readonly events: OutputEvent[] }[] = []
  for await (const kept of keptTurns(context, row)) turns.push({ turn: kept.turn.index, events: eventsOf(kept, { about, language, character }) })
  if (format === "json") {
    const names = Object.fromEntries([...new Set(turns.flatMap(({ events }) => events.flatMap((event) => ("character" in event ? [event.character] : []))))].map((id) => [id, nameOf(id)]))
    return `${JSON.stringify({ format: "daydream-transcript", version: 1, isGenerated: true, notice, session, dream: row.dream, dreamVersion: row.dreamHash, title, language, names, turns }, null, 2)}\n`
  }
  const labelled = (event: OutputEvent & { readonly origin: Parameters<typeof labelOf>[0] }, text: string) =>
    (event.label?.isGenerated === true ? `${text} ${language === "zh" ? `〔${event.label.text}〕` : `[${event.label.text}]`}` : text)
  const lineOf = (event: OutputEvent): string[] => {
    if (event.type === "narrate") return [labelled(event, event.text)]
    if (event.type === "say") return [labelled(event, spoken({ [language]: nameOf(event.character) }, event.text, language))]
    if (event.type === "do") return event.text === "" ? [] : [`* ${event.text}`]
    if (event.type === "notice") return [`(${event.text})`]
    return event.type === "end" ? ["***"] : []
  }
  return `${[title, notice, "", ...turns.flatMap(({ events }) => [...events.flatMap(lineOf), ""])].join("\n").trimEnd()}\n`
}

