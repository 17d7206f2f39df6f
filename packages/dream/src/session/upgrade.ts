/** Going on in an edited dream: a branch at the nearest place that still holds. The session itself stays as it is. */
import type { Localized } from "@daydream/engine/language"
import type { SessionState } from "../protocol/index.ts"
import { resumeStory } from "../story/index.ts"
import type { ResumePlace, StoryState } from "../story/index.ts"
import { storyOf } from "../turn/index.ts"
import type { Turn } from "../turn/index.ts"
import { append, createWorld } from "../world/index.ts"
import type { Entry, WorldDefinition } from "../world/index.ts"
import { branchSession } from "./changing.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { insertTurn, pathTo, readTurns } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"
import { insertSession, lockSession, playerOf, readSession } from "./rows.ts"
import type { PlayerRow, SessionRow } from "./rows.ts"
import { dialsFor } from "../safety/index.ts"
import { seat } from "./opening.ts"

/** Where the branch begins: after whole turns, and with some entries of the next one. */
interface Place {
  readonly turns: number
  readonly entries: readonly Entry[]
  /** Null: the story goes on as the dream begins it. */
  readonly story: StoryState | null
  readonly lost: readonly Localized[]
}

const unfit = (count: number): Localized[] => (count === 0 ? [] : [{
  en: `${count} ${count === 1 ? "event of the past no longer fits" : "events of the past no longer fit"} the world and ${count === 1 ? "is" : "are"} left out.`,
  zh: `过去的 ${count} 个事件与新的世界不符，已略去。`,
}])
const unreadable: Localized = { en: "The story cannot be read any more; it begins again.", zh: "故事状态已无法读取，只能从头开始。" }

/** Events of these entries that cannot be in the world as it is now. */
function refusedIn(definition: WorldDefinition, entries: readonly Entry[]): number {
  let world = createWorld(definition)
  let refused = 0
  for (const entry of entries) {
    const next = append(world, entry)
    world = next.world
    refused += next.refused
  }
  return refused
}

/** The turns and entries that lie before the world's journal was `length` long. */
function cutAt(turns: readonly Turn[], length: number): Pick<Place, "turns" | "entries"> {
  let before = 0
  for (const [index, turn] of turns.entries()) {
    if (before + turn.entries.length > length) return { turns: index, entries: turn.entries.slice(0, length - before) }
    before += turn.entries.length
  }
  return { turns: turns.length, entries: [] }
}

const pointOf = (place: ResumePlace, turns: readonly Turn[]): Pick<Place, "turns" | "entries"> => {
  if (place.kind === "start") return { turns: 0, entries: [] }
  return place.kind === "checkpoint" ? cutAt(turns, Number(place.world)) : { turns: turns.length, entries: [] }
}

function placeIn(definition: WorldDefinition, story: ReturnType<typeof storyOf>, knots: Readonly<Record<string, Readonly<Record<string, string>>>>, turns: readonly Turn[]): Place {
  const state = turns.findLast((turn) => turn.story !== null)?.story ?? null
  const whole = { turns: turns.length, entries: [] }
  const resumed = state === null || story === null ? null
    : resumeStory(story, { format: 1, story: state.story, knots: knots[state.story] ?? {}, state })
  if (resumed?.refusal !== undefined) return { turns: 0, entries: [], story: null, lost: [unreadable] }
  const point = resumed === null ? whole : pointOf(resumed.place, turns)
  const past = [...turns.slice(0, point.turns).flatMap((turn) => turn.entries), ...point.entries]
  return { ...point, story: resumed?.state ?? null, lost: [...resumed?.lost.map(({ message }) => message) ?? [], ...unfit(refusedIn(definition, past))] }
}

/** The turn that carries the branch over: nothing is played in it. */
const carryingTurn = (player: string, place: Place, text: string): Turn => ({
  index: place.turns, player, input: { kind: "continue" }, calls: [], entries: place.entries, story: place.story, said: [], taken: [], scenes: [], lore: null,
  outputs: text === "" ? [] : [{ type: "notice", code: "upgraded", text }], audience: text === "" ? [] : [[player]],
  addressee: null, refused: null, trace: [], memories: [], ended: null,
})

export async function upgradeSession(context: Context, session: string, player: string): Promise<{ readonly state: SessionState; readonly lost: readonly Localized[] }> {
  const { store, memory, versions, newId, now } = context
  const row = await readSession(store, session)
  const own = playerOf(row, player)
  const { dream, keep } = await versions.current(row.dream)
  if (dream.hash === row.dreamHash) return { state: await branchSession(context, session, player), lost: [] }
  if (!dream.languages.includes(row.language)) throw errors.dream_language_unknown({ language: row.language, languages: dream.languages })
  seat(dream, { id: player, character: own.character, age: own.age }, own.without, [])
  const kept: KeptTurn[] = []
  for await (const one of readTurns(store, memory, await pathTo(store, row.head))) kept.push(one)
  const [version] = await store.query<{ knots: Record<string, Record<string, string>> }>(
    "select knots from dream_session.dream_version where hash = $1", [row.dreamHash])
  const place = placeIn(dream.world, storyOf(dream, row.language), version?.knots ?? {}, kept.map(({ turn }) => turn))
  const id = newId()
  const at = now()
  await store.transaction(async (transaction) => {
    const locked = await lockSession(transaction, session)
    if (locked.head !== row.head) throw errors.session_moved({ expected: row.turns, turns: locked.turns })
    await keep(transaction, at)
    await memory.branch(transaction, row.memories, id, place.turns - 1)
    const parent = place.turns === 0 ? null : kept[place.turns - 1]?.row ?? null
    const firstCursor = parent === null ? 0 : parent.firstCursor + parent.events
    const text = place.lost.map((one) => one[row.language]).join(row.language === "zh" ? "" : " ")
    const turn = carryingTurn(own.character, place, text)
    // Where all begins again there is nothing to carry.
    const written = place.turns === 0 ? null : await insertTurn(transaction, memory, {
      parent: parent?.id ?? null, attempt: 0, player, firstCursor, playedAt: at, turn, language: row.language, definition: dream.world,
    })
    await insertSession(transaction, {
      ...branchOf(row, own), id, dreamHash: dream.hash, dials: dialsFor(dream.dials.values(), { withheld: [] }, row.dials), memories: id,
      head: written?.id ?? null, turns: written === null ? 0 : place.turns + 1, cursor: firstCursor + (written === null ? 0 : turn.outputs.length),
      createdAt: at, playedAt: at, from: { session, turn: place.turns },
    })
  })
  return { state: await stateFor(context, id, player), lost: place.lost }
}

const branchOf = (row: SessionRow, own: PlayerRow) =>
  ({ ...row, owner: own.player, ended: null, next: row.rules.turns === "round" ? own.player : null, players: [own] })
