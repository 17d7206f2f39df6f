/** One turn of play: perceive → route → speak → check → commit. */
import type { Dream } from "../bundle/index.ts"
import type { Allowance } from "../safety/index.ts"
import { freeAt } from "../world/index.ts"
import type { World } from "../world/index.ts"
import { addresseeOf, decide } from "./decide.ts"
import type { Decision } from "./decide.ts"
import { TurnDraft } from "./draft.ts"
import { liveOn } from "./live-on.ts"
import { memoriesOf } from "./memories.ts"
import type { PlayerInput, PlayState, Route, Turn, TurnOutput } from "./model.ts"
import { deeds, notices, nothingComes, refusals } from "./notices.ts"
import type { TurnRefusal } from "./notices.ts"
import { moveKey, openOptions, textIn } from "./options.ts"
import type { OpenOption } from "./options.ts"
import type { Ports } from "./port.ts"
import { react } from "./react.ts"
import { readPlayerInput } from "./read-input.ts"
import { recordPorts } from "./recording.ts"
import type { RecordedPorts } from "./recording.ts"
import { sayLine } from "./say-line.ts"
import { speak } from "./speak/index.ts"
import { beginScenes, tellStory } from "./story-turn.ts"

/** How a turn is played. */
export interface TakeTurnOptions {
  readonly abortSignal?: AbortSignal
  /** What is left out for these players. */
  readonly allowance?: Pick<Allowance, "withheld">
  /** 0, or one more for each time that the turn was taken back: a model draws otherwise then. */
  readonly attempt?: number
  /** Story time at which the turn begins; default: as it is. */
  readonly time?: number
  /** What characters do by themselves while time passes. Must be pure. Default: their habits. */
  readonly pass?: (world: World, until: number) => World
}

/** An input that is not open: whatever was tried is thrown away. */
class Refused extends Error {
  readonly code: TurnRefusal
  constructor(code: TurnRefusal) {
    super(code)
    this.code = code
  }
}

interface Play {
  readonly draft: TurnDraft
  readonly ports: RecordedPorts
  readonly options: TakeTurnOptions
}

const longestWait = 86_400

/** Goes on to `time`. */
async function passTime({ draft, options }: Play, time: number): Promise<void> {
  if (time <= draft.world.state.time) return
  if (options.pass === undefined) await liveOn(draft, time, options.abortSignal)
  else draft.take(options.pass(draft.world, time))
  draft.tick(time)
}

function begin({ draft }: Play): void {
  draft.seconds = 0
  draft.showScenes(true)
  if (tellStory(draft, { kind: "continue" }) !== null) throw new Refused("story_failed")
}

function choose(draft: TurnDraft, choice: number): void {
  if (tellStory(draft, { kind: "choose", choice }) !== null) throw new Refused("story_failed")
}

/** Facts that the player comes to see by what it does are told. */
function tellSeen(draft: TurnDraft, since: World, player: string): void {
  const { definition, state } = draft.world
  const place = state.positions[player] ?? null
  if (place !== null && since.state.positions[player] !== place && draft.before.said[`place/${place}`] === undefined) {
    const text = textIn(definition.entities.get(place)?.description ?? {}, draft.language)
    draft.said.push(`place/${place}`)
    if (text !== "") draft.emit({ type: "narrate", text, language: draft.language, origin: "authored", line: `place/${place}` }, [player])
  }
  for (const [id, items] of Object.entries(state.knowledge[player] ?? {}))
    for (const item of items) {
      if (item.entry < since.journal.length || item.source.kind !== "seen" || item.until !== undefined) continue
      const fact = definition.facts.get(id)
      if (fact === undefined || fact.type === "number") continue
      const text = fact.values.get(item.value)?.says[draft.language] ?? ""
      if (text !== "") draft.emit({ type: "narrate", text, language: draft.language, origin: "authored", line: `fact/${id}` }, [player])
    }
}

function move(draft: TurnDraft, name: string, args: Readonly<Record<string, string>>): void {
  const { player, world, language } = draft
  const fact = name === "tell" ? world.definition.facts.get(args.fact ?? "") : undefined
  const value = fact === undefined ? undefined : [...fact.values.keys()].find((one) => JSON.stringify(one) === args.value)
  const text = value === undefined ? "" : (fact?.values.get(value)?.says[language] ?? "")
  const speech = text === "" ? {} : { speech: { text, language, origin: "player" as const } }
  if (draft.act(player, { move: name, arguments: args, ...speech }) !== null) throw new Refused("option_closed")
  draft.seconds = world.definition.moves.get(name)?.takes || draft.seconds
  draft.showScenes()
  tellSeen(draft, world, player)
}

/** Takes an open option. */
async function* take(play: Play, { option, act }: OpenOption, route: Route, said: string | null): AsyncGenerator<TurnOutput, void, void> {
  const { draft, ports, options } = play
  draft.taken.push(option.key)
  if (act.kind === "choice") choose(draft, act.choice.index)
  else if (act.kind === "move") move(draft, act.move.move, act.move.arguments)
  else {
    const { member, topic } = act
    draft.addressee = member.character
    const origin = route.by === "model" ? "selected" : "authored"
    const note = topic.note === null ? "" : textIn(topic.note, draft.language)
    const mayWord = note !== "" && draft.freedomOf(member) !== "select"
    const spoken = mayWord ? yield* speak(draft, ports, member, { kind: "note", note, hears: said }, options) : "unasked"
    const lines = spoken === "said" || sayLine(draft, member, topic.lines, { origin: spoken === "refused" ? "fallback" : origin })
    if (!lines && !sayLine(draft, member, member.unclear, { origin: "fallback", why: "fallback" })) narrateUnclear(draft)
    draft.effect(topic.effects)
    if (topic.enters !== null && draft.story !== null) {
      draft.trace.push({ step: "scene", trigger: option.key, knot: topic.enters })
      tellStory(draft, { kind: "enter", knot: topic.enters })
    }
  }
}

function narrateUnclear(draft: TurnDraft): void {
  const { dream, language, before, index } = draft
  const texts = dream.unclear[language] ?? []
  const text = texts.length === 0 ? nothingComes[language] : (texts[index % texts.length] ?? "")
  draft.trace.push({ step: "line", speaker: "", line: `unclear/${texts.length === 0 ? 0 : index % texts.length}`, why: "fallback" })
  draft.emit({ type: "narrate", text, language: before.language, origin: "fallback", line: null })
}

/** Answers what is no option. */
async function* answer(play: Play, route: Route, said: string): AsyncGenerator<TurnOutput, void, void> {
  const { draft, ports, options } = play
  const { language } = draft
  const member = route.addressee === null ? undefined : draft.dream.cast.get(route.addressee)
  const other = "other" in route.to ? route.to.other : "unclear"
  if (other === "crisis") {
    draft.emit({ type: "notice", code: "crisis", text: notices.crisis[language] })
    return
  }
  if (other === "nature") {
    draft.emit({ type: "notice", code: "nature", text: notices.nature[language] })
    if (member !== undefined) sayLine(draft, member, member.nature, { origin: "authored" })
    return
  }
  if (other === "small_talk" && member !== undefined && (yield* speak(draft, ports, member, { kind: "talk", hears: said }, options)) === "said") return
  const lines = other === "off_world" ? [member?.offWorld ?? [], member?.unclear ?? []] : [member?.unclear ?? []]
  const isSaid = member !== undefined && lines.some((some) => sayLine(draft, member, some, { origin: "authored", why: "fallback" }))
  if (!isSaid) narrateUnclear(draft)
}

/** Words that a fiction should not hear: they are never said in the world, and so reach no prompt. */
const isOutside = ({ to }: Route) => "other" in to && (to.other === "crisis" || to.other === "nature" || to.other === "off_world")

/** The player's own words are said in the world, unless they only name what the player does. */
function sayAloud(draft: TurnDraft, text: string, { route, open }: Decision, isNamed: boolean): void {
  const { player, language } = draft
  const to = route.addressee === null ? [] : [route.addressee]
  const isDeed = open?.act.kind === "move" && !isNamed
  if (!isOutside(route) && !isDeed) {
    const refusal = draft.act(player, { move: "say", arguments: {}, speech: { text, language, origin: "player", to } })
    if (refusal === null) return
  }
  const audience = isOutside(route) ? [player] : draft.companions()
  draft.emit({ type: "say", character: player, text, language, origin: "player", line: null }, audience)
}

async function* say(play: Play, text: string, to: string | undefined): AsyncGenerator<TurnOutput, void, void> {
  const { draft, ports, options } = play
  const addressee = addresseeOf(draft, text, to)
  if (to !== undefined && addressee.character === null) throw new Refused("not_here")
  const decision = await decide(draft, ports, { text, addressee }, options.abortSignal)
  options.abortSignal?.throwIfAborted()
  const { route, open } = decision
  draft.addressee = route.addressee
  draft.trace.push({ step: "route", route })
  if ("other" in route.to && route.to.other === "crisis") draft.seconds = 0
  sayAloud(draft, text, decision, addressee.isNamed)
  yield* draft.fresh()
  if (open === null) yield* answer(play, route, text)
  else yield* take(play, open, route, text)
}

/** Everything that an input itself leads to. */
async function* enact(play: Play, input: PlayerInput): AsyncGenerator<TurnOutput, void, void> {
  const { draft } = play
  const { dream, player, language } = draft
  switch (input.kind) {
    case "begin":
      begin(play)
      break
    case "continue":
      if (tellStory(draft, { kind: "continue" }) !== null) throw new Refused("story_failed")
      draft.seconds = 0
      break
    case "wait":
      draft.seconds = input.seconds ?? draft.seconds
      draft.emit({ type: "do", character: player, move: "wait", arguments: {}, text: deeds.waits[language] })
      break
    case "say":
      yield* say(play, input.text.trim(), input.to)
      break
    case "take":
    case "do": {
      const key = input.kind === "take" ? input.option : moveKey(input.move, input.arguments)
      const open = openOptions(dream, draft.scene, player, draft.withheld).find(({ option }) => option.key === key)
      const isTelling = input.kind === "do" && input.move === "tell" && draft.before.story?.status !== "choosing"
      if (open === undefined && !isTelling) throw new Refused("option_closed")
      const addressee = open?.option.character ?? null
      const route: Route = { to: { option: key }, by: "key", confidence: 1, candidates: [], addressee }
      draft.trace.push({ step: "route", route })
      if (open === undefined) move(draft, "tell", input.kind === "do" ? input.arguments : {})
      else yield* take(play, open, route, null)
    }
  }
}

/** Why the input cannot be taken in this state; null: it may be tried. */
function refusalOf(dream: Dream, state: PlayState, player: string, input: PlayerInput | undefined): TurnRefusal | null {
  if (input === undefined) return "input_malformed"
  if (!dream.players.includes(player)) return "player_unknown"
  if (state.ended !== null) return "ended"
  if (input.kind === "begin") return state.turns > 0 ? "begun_already" : null
  if (state.turns === 0) return "not_begun"
  const isPaused = state.story?.status === "ready"
  if (input.kind === "continue") return isPaused ? null : "nothing_to_continue"
  if (isPaused) return "story_paused"
  if (input.kind === "wait" && (input.seconds ?? 0) > longestWait) return "wait_too_long"
  if (input.kind !== "say") return null
  if (input.text.trim() === "") return "text_empty"
  return input.text.length > 1_000 ? "text_too_long" : null
}

function refusedTurn(draft: TurnDraft, code: TurnRefusal): Turn {
  return {
    index: draft.index, player: draft.player, input: draft.input, calls: draft.calls, entries: [], story: null, said: [], taken: [],
    scenes: [], lore: null, outputs: [{ type: "refused", code, text: refusals[code][draft.language] }], audience: [[draft.player]],
    addressee: null, refused: code, trace: draft.trace, memories: [], ended: null,
  }
}

function finish(draft: TurnDraft): Turn {
  const { before, story, ended } = draft
  return {
    index: draft.index, player: draft.player, input: draft.input, calls: draft.calls, entries: draft.entries,
    story: story === before.story ? null : story, said: draft.said, taken: draft.taken, scenes: draft.scenes, lore: draft.lore,
    outputs: draft.heard.map(({ output }) => output), audience: draft.heard.map(({ audience }) => audience),
    addressee: draft.addressee, refused: null, trace: draft.trace, memories: memoriesOf(draft), ended,
  }
}

/**
 * Plays one turn. Yields outputs as they are ready, all of them for the players who perceive them (see `Turn.audience`);
 * the return value is the turn, with which {@link applyTurn} gives the next state. `state` stays as it is. An input that is
 * not open gives one output `refused` and a turn that changes nothing. Equal dream, state, input and answers of the ports give
 * an equal turn. Throws only what `abortSignal` carries; then nothing has happened.
 */
export async function* takeTurn(
  dream: Dream, state: PlayState, player: string, input: PlayerInput, ports: Ports, options: TakeTurnOptions = {},
): AsyncGenerator<TurnOutput, Turn, void> {
  const read = readPlayerInput(input)
  const draft = new TurnDraft(dream, state, player, read ?? { kind: "wait" }, options.allowance?.withheld ?? [])
  const refusal = refusalOf(dream, state, player, read)
  options.abortSignal?.throwIfAborted()
  if (refusal !== null || read === undefined) {
    const turn = refusedTurn(draft, refusal ?? "input_malformed")
    yield* turn.outputs
    return turn
  }
  const play: Play = { draft, ports: recordPorts(ports, draft.calls), options }
  try {
    await passTime(play, Math.max(options.time ?? 0, freeAt(draft.world, player)))
    yield* enact(play, read)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const turn = refusedTurn(draft, error.code)
    yield* turn.outputs
    return turn
  }
  yield* draft.fresh()
  if (draft.ended === null) {
    await passTime(play, draft.world.state.time + draft.seconds)
    draft.showScenes()
    if (read.kind !== "begin") react(draft)
    beginScenes(draft)
    draft.showScenes()
  }
  if (draft.ended !== null) draft.emit({ type: "end", ending: draft.ended.ending }, dream.players)
  yield* draft.fresh()
  return finish(draft)
}

/** Plays one turn to its end. */
export async function playTurn(...[dream, state, player, input, ports, options]: Parameters<typeof takeTurn>): Promise<Turn> {
  const outputs = takeTurn(dream, state, player, input, ports, options)
  for (;;) {
    const { done, value } = await outputs.next()
    if (done === true) return value
  }
}
