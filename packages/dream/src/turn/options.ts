/** What is open to a player now: choices of the story, topics of whoever is there, moves of the world. */
import type { Language } from "@daydream/engine/language"
import type { CastLine, CastMember, ContentKind, Dream, Topic } from "../bundle/index.ts"
import type { Allowance } from "../safety/index.ts"
import type { StoryChoice } from "../story/index.ts"
import { freeAt, holds, legalMoves, seenCharacters } from "../world/index.ts"
import type { LegalMove, Texts, World } from "../world/index.ts"
import type { Option, PlayState } from "./model.ts"
import { examplesOfMove } from "./phrasing.ts"

/** What taking an option comes to. */
export type Act =
  | { readonly kind: "choice"; readonly choice: StoryChoice }
  | { readonly kind: "topic"; readonly member: CastMember; readonly topic: Topic }
  | { readonly kind: "move"; readonly move: LegalMove }

/** An option with what taking it comes to. */
export interface OpenOption {
  readonly option: Option
  readonly act: Act
}

/** The state in which it is asked what is open. */
export type Scene = Pick<PlayState, "language" | "world" | "story" | "taken">

/** The text in `language`, else in any. */
export const textIn = (texts: Texts, language: Language): string => texts[language] ?? Object.values(texts)[0] ?? ""

/** True while the story waits for nothing: it rests, or there is none. */
export const isStoryAtRest = (story: PlayState["story"]): boolean => story === null || (story.status === "ended" && story.isRest)

/** A child in the fiction takes no part in anything romantic, whatever is allowed. */
export const isWithheld = (content: ContentKind | null, member: CastMember | null, withheld: readonly ContentKind[]): boolean =>
  content !== null && (withheld.includes(content) || (content === "romance" && member?.isMinor === true))

/** What `$actor` and `$here` stand for in conditions of lines, topics, reactions and scenes. */
export const bindingsOf = (world: World, player: string) => ({ actor: player, here: world.state.positions[player] ?? "" })

/** True where `line` may be said now, as far as its condition and content go. */
export const isLineOpen = (line: CastLine, member: CastMember, world: World, player: string, withheld: readonly ContentKind[]): boolean =>
  !isWithheld(line.content, member, withheld)
  && (line.when === null || holds(world.definition, world.state, line.when, bindingsOf(world, player)))

const tagValue = (tags: readonly string[], name: string): string[] =>
  tags.flatMap((tag) => {
    const [, key = "", value = ""] = /^\s*([^:：]*?)\s*[:：]\s*(.*?)\s*$/su.exec(tag) ?? []
    return key.toLowerCase() === name && value !== "" ? [value] : []
  })

/** Contents that an author named in tags of the story: `# content: fear`. */
export const contentOfTags = (tags: readonly string[]): ContentKind[] => tagValue(tags, "content") as ContentKind[]

function choicesOf({ story }: Scene, withheld: readonly ContentKind[]): OpenOption[] {
  if (story?.status !== "choosing") return []
  const used = new Map<string, number>()
  return story.choices.flatMap((choice) => {
    const count = (used.get(choice.id) ?? 0) + 1
    used.set(choice.id, count)
    if (contentOfTags(choice.tags).some((content) => withheld.includes(content))) return []
    const option: Option = {
      key: `choice:${choice.id}${count === 1 ? "" : `#${count}`}`,
      kind: "choice", character: null, name: choice.text, examples: tagValue(choice.tags, "example"),
      patterns: tagValue(choice.tags, "pattern"), isSuggested: true,
    }
    return [{ option, act: { kind: "choice" as const, choice } }]
  })
}

function isTopicOpen(scene: Scene, member: CastMember, topic: Topic, player: string, withheld: readonly ContentKind[]): boolean {
  const { world } = scene
  if (topic.isOnce && scene.taken[`topic:${member.character}/${topic.id}`] !== undefined) return false
  if (topic.enters !== null && !isStoryAtRest(scene.story)) return false
  if (topic.when !== null && !holds(world.definition, world.state, topic.when, bindingsOf(world, player))) return false
  return topic.note !== null || topic.lines.some((line) => isLineOpen(line, member, world, player, withheld))
}

/** The cast whom `player` sees, in the world's order. */
export const castPresent = (dream: Dream, world: World, player: string): CastMember[] =>
  seenCharacters(world.definition, world.state, player).flatMap((id) => dream.cast.get(id) ?? [])

function topicsOf(dream: Dream, scene: Scene, player: string, withheld: readonly ContentKind[]): OpenOption[] {
  const { world, language } = scene
  const free = castPresent(dream, world, player).filter(({ character }) => freeAt(world, character) <= world.state.time)
  return free.flatMap((member) =>
    member.topics.filter((topic) => isTopicOpen(scene, member, topic, player, withheld)).map((topic): OpenOption => {
      const name = topic.names[language] ?? ""
      const examples = topic.examples[language] ?? []
      return {
        option: {
          key: `topic:${member.character}/${topic.id}`, kind: "topic", character: member.character,
          name: name === "" ? (examples[0] ?? topic.id) : name, examples, patterns: topic.patterns[language] ?? [],
          isSuggested: name !== "",
        },
        act: { kind: "topic", member, topic },
      }
    }))
}

/** What a player does with words, or by waiting, is no option. */
const spokenMoves = new Set(["say", "tell", "wait"])
/** Open, but too many to suggest. */
const unsuggested = new Set(["drop", "put", "give"])

/** The key of a move with its arguments, in the order of their names. */
export function moveKey(move: string, args: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return `move:${move}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`
}

function movesOf({ world, language, story }: Scene, player: string): OpenOption[] {
  // A scene holds its players until it rests.
  if (!isStoryAtRest(story)) return []
  return legalMoves(world, player).filter(({ move }) => !spokenMoves.has(move)).map((move) => ({
    option: {
      key: moveKey(move.move, move.arguments), kind: "move" as const, character: null, name: textIn(move.names, language),
      examples: examplesOfMove(world.definition, move, language), patterns: [], isSuggested: !unsuggested.has(move.move),
    },
    act: { kind: "move" as const, move },
  }))
}

/** Everything that is open to `player`, in a stable order: choices, topics, moves. Nothing while the story pauses or has ended. */
export function openOptions(dream: Dream, scene: Scene, player: string, withheld: readonly ContentKind[]): OpenOption[] {
  const { story } = scene
  if (story?.status === "ready" || (story?.status === "ended" && !story.isRest)) return []
  return [...choicesOf(scene, withheld), ...topicsOf(dream, scene, player, withheld), ...movesOf(scene, player)]
}

/** What is open to `player` now. Empty before the dream has begun, while the story pauses, and after its end. */
export function optionsOf(
  dream: Dream, state: PlayState, player: string, options: { readonly allowance?: Pick<Allowance, "withheld"> } = {},
): Option[] {
  if (state.turns === 0 || state.ended !== null || !dream.players.includes(player)) return []
  return openOptions(dream, state, player, options.allowance?.withheld ?? []).map(({ option }) => option)
}

/** True where the story pauses, and `continue` goes on. */
export const canContinue = (state: Pick<PlayState, "story" | "turns" | "ended">): boolean =>
  state.turns > 0 && state.ended === null && state.story?.status === "ready"
