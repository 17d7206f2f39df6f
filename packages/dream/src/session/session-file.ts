/** The form of an exported session: JSON lines, a header first, what it came to last. Nobody vouches for such a file. */
import { z } from "zod"
import { languages } from "@daydream/engine/language"
import { hashOf, readEntry, stateHash, append } from "../world/index.ts"
import { canonicalJson } from "../world/index.ts"
import type { Dream } from "../bundle/index.ts"
import type { MemoryEntry } from "../memory/index.ts"
import { readStoryState } from "../story/index.ts"
import { storyOf } from "../turn/index.ts"
import type { PlayState, Turn } from "../turn/index.ts"

export const fileFormat = "daydream-session"
export const fileVersion = 1

const count = z.int().min(0)
const id = z.string().max(600)
const text = z.string().max(20_000).refine((value) => value.isWellFormed(), "must be text")
const ids = z.array(id).max(1_000)
const settings = z.record(z.string().max(200), z.string().max(200))
const language = z.enum(languages)
const origin = z.enum(["authored", "selected", "reworded", "generated", "fallback"])
const ended = z.strictObject({ ending: z.string().max(200).nullable() }).nullable()
/** Checked where it is used. */
const raw = z.unknown()

export const headerLine = z.strictObject({
  format: z.literal(fileFormat), version: z.literal(fileVersion),
  dream: z.strictObject({ id, hash: z.string().regex(/^[0-9a-f]{64}$/u) }),
  language, seed: z.string().min(1).max(200), dials: settings,
  rules: z.strictObject({ turns: z.enum(["free", "round"]), rewind: z.enum(["owner", "all"]) }),
})

const output = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("narrate"), text, language, origin, line: id.nullable() }),
  z.strictObject({ type: z.literal("say"), character: id, text, language, origin: z.union([origin, z.literal("player")]), line: id.nullable() }),
  z.strictObject({ type: z.literal("do"), character: id, move: id, arguments: settings, text }),
  z.strictObject({ type: z.literal("feel"), character: id, feeling: id }),
  z.strictObject({ type: z.literal("scene"), place: id.nullable(), characters: ids, things: ids }),
  z.strictObject({ type: z.literal("notice"), code: id, text }),
  z.strictObject({ type: z.literal("refused"), code: id, text }),
  z.strictObject({ type: z.literal("end"), ending: z.string().max(200).nullable() }),
])

const input = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("begin") }),
  z.strictObject({ kind: z.literal("say"), text, to: id.exactOptional() }),
  z.strictObject({ kind: z.literal("take"), option: id }),
  z.strictObject({ kind: z.literal("do"), move: id, arguments: settings }),
  z.strictObject({ kind: z.literal("continue") }),
  z.strictObject({ kind: z.literal("wait"), seconds: count.exactOptional() }),
])

const call = z.discriminatedUnion("port", [
  z.strictObject({ port: z.literal("choose"), probabilities: z.record(id, z.number()), by: z.enum(["model", "words"]) }),
  z.strictObject({ port: z.literal("say"), sentences: z.array(text).max(100) }),
  z.strictObject({ port: z.literal("recall"), memories: ids }),
])

const effect = z.strictObject({ since: count, from: count, until: count })
const lore = z.strictObject({
  entries: z.record(id, z.strictObject({ fingerprint: id, firstMatch: count.exactOptional(), sticky: effect.exactOptional(), cooldown: effect.exactOptional() })),
})

export const turnLine = z.strictObject({
  attempt: count, firstCursor: count, playedAt: z.iso.datetime(),
  turn: z.strictObject({
    index: count, player: id, input, calls: z.array(call).max(1_000), entries: z.array(raw).max(10_000), story: raw, said: ids, taken: ids, scenes: ids,
    lore: lore.nullable(), outputs: z.array(output).max(10_000), audience: z.array(z.array(id).max(64)), addressee: id.nullable(), refused: z.null(),
    trace: z.array(z.record(z.string(), raw)).max(10_000), ended,
  }),
})

const value = z.union([z.string().max(4_000), z.number(), z.boolean()]).nullable()
const memoryBase = {
  id: z.string().min(1).max(600), at: z.number(), journalIndex: count, text, importance: z.number().min(0).max(1), source: z.enum(["seen", "told", "said"]),
  toldBy: id.exactOptional(), place: id.exactOptional(), present: ids.exactOptional(), about: ids.exactOptional(), basis: ids.exactOptional(),
}
export const memoryLine = z.strictObject({
  holder: id, isPinned: z.boolean(), isEdited: z.boolean(),
  event: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("episode"), ...memoryBase }),
    z.strictObject({ type: z.literal("fact"), ...memoryBase, subject: id, attribute: id, value }),
    z.strictObject({ type: z.literal("relation"), ...memoryBase, from: id, to: id, name: id, value }),
    z.strictObject({ type: z.literal("reflection"), ...memoryBase, basis: ids }),
  ]),
})
export const saveLine = z.strictObject({ name: z.string().min(1).max(100), turn: count, savedAt: z.iso.datetime() })
export const endLine = z.strictObject({ turns: count, state: z.string().regex(/^[0-9a-f]{64}$/u) })

export type HeaderLine = z.infer<typeof headerLine>
export type TurnLine = Omit<z.infer<typeof turnLine>, "turn"> & { readonly turn: Omit<Turn, "memories"> }
export type MemoryLine = MemoryEntry & { readonly isPinned: boolean; readonly isEdited: boolean }
export type SaveLine = z.infer<typeof saveLine>

/** Equal for plays that stand at the same place. */
export const playHash = ({ world, story, said, taken, scenes, lore: known, addressees, recent, turns, ended: over }: PlayState): string =>
  hashOf(stateHash(world), world.journal.length, story, said, taken, scenes, known, addressees, recent, turns, over)

/** What is wrong with a turn that is to follow `state`; null: nothing. The world accepts all of it, or it is refused. */
export function faultOf(dream: Dream, state: PlayState, turn: Turn): string | null {
  if (turn.index !== state.turns) return `turn ${turn.index} does not follow ${state.turns} turns`
  if (state.ended !== null) return "a turn follows the end"
  if (!dream.players.includes(turn.player)) return "nobody plays this character"
  if (turn.audience.length !== turn.outputs.length) return "outputs and audiences do not match"
  if (turn.audience.some((one) => one.some((player) => !dream.players.includes(player)))) return "an audience is no player's character"
  if (turn.story !== null) {
    const story = readStoryState(turn.story)
    if (story === undefined || story.story !== storyOf(dream, state.language)?.identity) return "the story's state is not of this dream"
  }
  let { world } = state
  for (const given of turn.entries) {
    const entry = readEntry(given)
    if (entry === undefined || entry.index !== world.journal.length || canonicalJson(entry) !== canonicalJson(given)) return "an entry of the world is malformed"
    const next = append(world, entry)
    if (next.refused > 0) return "an event cannot happen in the world"
    world = next.world
  }
  return null
}
