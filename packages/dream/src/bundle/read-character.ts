/** One character's sheet: `characters/<id>.yaml`. */
import { normalise } from "../world/index.ts"
import type { TextLists, YamlFile } from "../world/index.ts"
import type { AuthoredTopic, AuthoredVoice, CharacterDocument } from "./document.ts"
import { freedoms } from "./model.ts"
import type { CastMember, ContentKind, Freedom, Reaction, Topic } from "./model.ts"
import { readHabit } from "./read-habit.ts"
import { readLines } from "./read-lines.ts"
import type { LineRules } from "./read-lines.ts"
import { within } from "./reading.ts"
import type { Place, Reading } from "./reading.ts"

/** What the dream says about all its characters. */
export interface CastRules {
  readonly freedom: Freedom
  readonly contents: readonly ContentKind[]
  /** Checks that the story has a knot that may be entered. */
  enters(knot: string, place: Place): void
}

/** Lists by language, each language present where the author wrote any. */
export function wholeLists(reading: Reading, lists: TextLists, place: Place): TextLists {
  if (Object.keys(lists).length > 0)
    for (const language of reading.languages)
      if ((lists[language] ?? []).length === 0) reading.tell("list_missing", place, { language })
  return lists
}

function readPatterns(reading: Reading, authored: AuthoredTopic["patterns"], place: Place): TextLists {
  const lists = reading.lists(authored, place)
  for (const text of Object.values(lists).flat()) {
    const pieces = text.split(/\.{3,}|…+/u).filter((piece) => piece.trim() !== "")
    if (pieces.some((piece) => normalise(piece.replace(/\*$/u, "")).text.replaceAll(/[.,!? ]/gu, "") === ""))
      reading.tell("pattern_empty", place, { text })
  }
  return lists
}

function readTopic(reading: Reading, rules: CastRules & LineRules, id: string, authored: AuthoredTopic, place: Place): Topic {
  reading.mark(`topic:${rules.character}/${id}`, place)
  const examples = wholeLists(reading, reading.lists(authored.examples, within(place, "examples")), within(place, "examples"))
  const patterns = readPatterns(reading, authored.patterns, within(place, "patterns"))
  const isNamed = authored.names !== undefined
  if (!isNamed && Object.values(examples).flat().length + Object.values(patterns).flat().length === 0)
    reading.tell("topic_unreachable", place)
  if ((authored.lines ?? []).length === 0 && authored.note === undefined) reading.tell("topic_empty", place)
  if (authored.enters !== undefined) rules.enters(authored.enters, within(place, "enters"))
  return {
    id,
    names: reading.texts(authored.names, within(place, "names")),
    examples,
    patterns,
    when: reading.condition(authored.when, within(place, "when")),
    isOnce: authored.once ?? false,
    effects: reading.effects(authored.effects, within(place, "effects")),
    lines: readLines(reading, rules, authored.lines, id, within(place, "lines")),
    note: authored.note === undefined ? null : reading.texts(authored.note, within(place, "note")),
    enters: authored.enters ?? null,
  }
}

function readVoice(reading: Reading, authored: AuthoredVoice | undefined, place: Place): CastMember["voice"] {
  if (authored === undefined) return {}
  const { languages, tell } = reading
  const [only] = languages
  if (Array.isArray(authored)) {
    if (languages.length === 1 && only !== undefined) return { [only]: authored }
    place.file.report("language_needed", place.path, undefined)
    return {}
  }
  for (const language of languages) if ((authored[language] ?? []).length === 0) tell("list_missing", place, { language })
  return Object.fromEntries(languages.map((language) => [language, authored[language] ?? []]))
}

/** Reads the sheet of one character. */
export function readCharacter(reading: Reading, dream: CastRules, file: YamlFile<CharacterDocument>): CastMember {
  const { document } = file
  const top: Place = { file, path: [] }
  const { character, minor: isMinor = false, freedom = dream.freedom } = document
  reading.names.reference("character", character, { source: file, path: ["character"] })
  if (freedoms.indexOf(freedom) > freedoms.indexOf(dream.freedom))
    reading.tell("freedom_exceeded", within(top, "freedom"), { own: freedom, dream: dream.freedom })
  const rules = { ...dream, character, isMinor, ids: new Set<string>() }
  reading.mark(`character:${character}`, within(top, "character"))
  for (const list of ["unclear", "off_world", "nature", "voice"] as const)
    reading.mark(`list:${character}/${list}`, within(top, document[list] === undefined ? "character" : list))
  const topics = Object.entries(document.topics ?? {}).map(([id, topic]) =>
    readTopic(reading, rules, id, topic, within(top, "topics", id)))
  const reactions = Object.entries(document.reactions ?? {}).map(([id, reaction]): Reaction => {
    const place = within(top, "reactions", id)
    reading.mark(`reaction:${character}/${id}`, place)
    return {
      id,
      // The schema asks for it.
      when: reading.condition(reaction.when, within(place, "when")) ?? { op: "all", of: [] },
      effects: reading.effects(reaction.effects, within(place, "effects")),
      lines: readLines(reading, rules, reaction.lines, id, within(place, "lines")),
    }
  })
  const habits = (document.habits ?? []).map((habit, index) => {
    const place = within(top, "habits", index)
    if ((document.habits ?? []).slice(0, index).some(({ id }) => id === habit.id)) reading.tell("twice", place, { id: habit.id })
    return readHabit(reading, habit, character, place)
  })
  return {
    character,
    isMinor,
    freedom,
    persona: reading.texts(document.persona, within(top, "persona")),
    voice: readVoice(reading, document.voice, within(top, "voice")),
    topics,
    reactions,
    habits,
    unclear: readLines(reading, rules, document.unclear, "unclear", within(top, "unclear")),
    offWorld: readLines(reading, rules, document.off_world, "off_world", within(top, "off_world")),
    nature: readLines(reading, rules, document.nature, "nature", within(top, "nature")),
  }
}
