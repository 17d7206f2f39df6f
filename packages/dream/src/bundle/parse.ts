/** From the files of a dream's folder to a dream, or to everything that is wrong with it. */
import type { Language } from "@daydream/engine/language"
import { lorebookDialect, readLorebook } from "../lore/index.ts"
import type { Lorebook } from "../lore/index.ts"
import type { Story } from "../story/index.ts"
import { charactersOf, keysOf, nearest, parseWorld, readYamlFile } from "../world/index.ts"
import type { WorldDefinition, WorldFile, WorldProblem, YamlFile } from "../world/index.ts"
import { characterDocument, characterJsonSchema, dreamDocument, dreamJsonSchema } from "./document.ts"
import type { CharacterDocument, DreamDocument } from "./document.ts"
import { bundleErrors } from "./errors.ts"
import { hashFiles, sortFiles } from "./files.ts"
import type { CastMember, Dream, DreamFile, DreamProblem, SceneTrigger } from "./model.ts"
import { attachPlaces } from "./places.ts"
import type { AuthoredPlaces } from "./places.ts"
import { problemOfFile } from "./problem.ts"
import { readCharacter, wholeLists } from "./read-character.ts"
import { readDials } from "./read-dials.ts"
import { checkContentTags, checkInkAlone, readStories } from "./read-stories.ts"
import { createReading, within } from "./reading.ts"
import type { Place, Reading } from "./reading.ts"

/** What became of a dream's files. */
export interface ParsedDream {
  /** Undefined where one of the problems is an error. */
  readonly dream: Dream | undefined
  readonly problems: readonly DreamProblem[]
}

type Problems = (DreamProblem | WorldProblem)[]

const isError = ({ severity }: DreamProblem) => severity === "error"

let known: { readonly dream: ReadonlySet<string>; readonly character: ReadonlySet<string> } | undefined
const keys = () => (known ??= { dream: keysOf(dreamJsonSchema()), character: keysOf(characterJsonSchema()) })

function readLore(files: readonly WorldFile[], problems: Problems): Lorebook[] {
  return files.flatMap(({ name, text }) => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      problems.push(problemOfFile("bad_json", name, { detail: error instanceof Error ? error.message : "" }))
      return []
    }
    if (lorebookDialect(value) === undefined) {
      problems.push(problemOfFile("no_lorebook", name))
      return []
    }
    return [readLorebook(value, name.replace(/^lore\//u, "").replace(/\.json$/u, ""))]
  })
}

function readPlayers(reading: Reading, { document }: YamlFile<DreamDocument>, top: Place): string[] {
  const marked = charactersOf(reading.definition).filter(({ isPlayer }) => isPlayer).map(({ id }) => id)
  if (document.players === undefined) {
    if (marked.length === 0) reading.tell("no_player", top)
    return marked
  }
  for (const [index, id] of document.players.entries()) {
    const at = within(top, "players", index)
    reading.names.reference("character", id, { source: at.file, path: at.path })
    if (reading.definition.entities.get(id)?.kind === "character" && !marked.includes(id))
      reading.tell("player_unmarked", at, { id })
  }
  return [...new Set(document.players)]
}

/** A check that every story has the knot. Where a story did not compile, nothing can be said. */
function knotCheck(reading: Reading, stories: readonly Story[], isWhole: boolean) {
  return (knot: string, place: Place): void => {
    if (!isWhole) return
    const missing = stories.length === 0 ? [undefined] : stories.filter(({ entries }) => !entries.includes(knot))
    for (const story of missing.slice(0, 1)) {
      const near = nearest(knot, story?.entries ?? [])
      reading.tell("knot_unknown", place, {
        id: knot,
        near: near === undefined ? "" : ` Did you mean "${near}"?`,
        nearZh: near === undefined ? "" : `是不是想写“${near}”？`,
      })
    }
  }
}

function readScenes(reading: Reading, authored: DreamDocument["scenes"], enters: (knot: string, place: Place) => void, top: Place) {
  const seen = new Set<string>()
  return (authored ?? []).map((scene, index): SceneTrigger => {
    const at = within(top, "scenes", index)
    if (seen.has(scene.id)) reading.tell("twice", within(at, "id"), { id: scene.id })
    seen.add(scene.id)
    reading.mark(`scene:${scene.id}`, within(at, "id"))
    enters(scene.enters, within(at, "enters"))
    return {
      id: scene.id,
      when: reading.condition(scene.when, within(at, "when")) ?? { op: "all", of: [] },
      enters: scene.enters,
      isRepeated: scene.again ?? false,
    }
  })
}

function readCast(
  reading: Reading,
  dream: Pick<Dream, "freedom" | "contents">,
  enters: (knot: string, place: Place) => void,
  sheets: readonly YamlFile<CharacterDocument>[],
): Map<string, CastMember> {
  const cast = new Map<string, CastMember>()
  const files = new Map<string, string>()
  for (const sheet of sheets) {
    const member = readCharacter(reading, { ...dream, enters }, sheet)
    const place: Place = { file: sheet, path: ["character"] }
    const { character } = member
    const other = files.get(character)
    if (other !== undefined) reading.tell("character_twice", place, { id: character, other })
    else if (sheet.file !== `characters/${character}.yaml`) reading.tell("file_name", place, { id: character })
    files.set(character, sheet.file)
    cast.set(character, member)
  }
  return cast
}

function languagesOf(document: DreamDocument, definition: WorldDefinition): readonly Language[] {
  return document.languages === undefined ? definition.languages : [...new Set(document.languages)]
}

interface Sheets {
  readonly dream: YamlFile<DreamDocument>
  readonly characters: readonly YamlFile<CharacterDocument>[]
}

function build(sorted: ReturnType<typeof sortFiles>, sheets: Sheets, world: WorldDefinition, hash: string, problems: Problems): Dream {
  const { document } = sheets.dream
  const top: Place = { file: sheets.dream, path: [] }
  const languages = languagesOf(document, world)
  const places: AuthoredPlaces = new Map()
  const reading = createReading(world, languages, problems, places)
  reading.mark("dream", top)
  for (const [index, language] of languages.entries())
    if (!world.languages.includes(language)) reading.tell("language_of_world", within(top, "languages", index), { language })
  const { contents = [], freedom = "reword" } = document
  const dials = readDials(reading, document.dials, contents, within(top, "dials"))
  const stories = readStories(sorted.stories, languages, { definition: world, dials: [...dials.keys()] }, problems)
  problems.push(...checkContentTags(sorted.stories, contents))
  const isWhole = !problems.some((problem) => isError(problem) && problem.file.endsWith(".ink"))
  const enters = knotCheck(reading, Object.values(stories), isWhole)
  const unclear = reading.lists(document.unclear, within(top, "unclear"))
  if (Object.keys(unclear).length === 0) reading.tell("list_missing", within(top, "unclear"), { language: languages.join(", ") })
  const dream: Dream = {
    id: document.id,
    names: reading.texts(document.names, within(top, "names")),
    summary: reading.texts(document.summary, within(top, "summary")),
    author: document.author ?? "",
    languages,
    minutes: document.minutes ?? null,
    rating: document.rating,
    contents,
    players: readPlayers(reading, sheets.dream, top),
    secondsPerTurn: document.seconds_per_turn ?? 60,
    freedom,
    world,
    stories,
    cast: readCast(reading, { freedom, contents }, enters, sheets.characters),
    scenes: readScenes(reading, document.scenes, enters, top),
    lore: readLore(sorted.lore, problems),
    dials,
    unclear: wholeLists(reading, unclear, within(top, "unclear")),
    made: document.made === undefined ? { by: "author" } : { by: "wish", ...document.made },
    hash,
  }
  return attachPlaces(dream, places)
}

/** Where a problem stands; the path within the file is dropped. */
const bare = ({ code, severity, file, line, column, message, hint }: DreamProblem): DreamProblem =>
  ({ code, severity, file, line, column, message, hint })

/** Each problem once, by place. */
const ordered = (problems: Problems): DreamProblem[] =>
  [...new Map(problems.map((problem) => [JSON.stringify(bare(problem)), bare(problem)])).values()].toSorted((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1))

/**
 * Reads a dream from the files of its folder. Never throws. All problems are told at once: those of the form first; where
 * the form is right in every file, those of names, texts, story and secrets.
 */
export function parseDream(files: readonly DreamFile[]): ParsedDream {
  const problems: Problems = []
  const sorted = sortFiles(files, problems)
  const dream = sorted.dream === undefined ? undefined : readYamlFile(sorted.dream, dreamDocument, () => keys().dream, problems)
  if (sorted.dream === undefined) problems.push(problemOfFile("file_missing", "dream.yaml", { name: "dream.yaml" }))
  const characters = sorted.characters.flatMap((file) =>
    readYamlFile(file, characterDocument, () => keys().character, problems) ?? [])
  if (sorted.world.length === 0) problems.push(problemOfFile("file_missing", "world.yaml", { name: "world.yaml" }))
  const { definition, problems: ofWorld } = parseWorld(sorted.world)
  if (sorted.world.length > 0) problems.push(...ofWorld)
  const isFormed = dream !== undefined && definition !== undefined && characters.length === sorted.characters.length
  if (!isFormed) {
    problems.push(...checkInkAlone(sorted.stories))
    return { dream: undefined, problems: ordered(problems) }
  }
  const made = build(sorted, { dream, characters }, definition, hashFiles(files), problems)
  return { dream: problems.some(isError) ? undefined : made, problems: ordered(problems) }
}

/** The dream in `files`; throws `invalid_dream` with every problem where there is an error. */
export function requireDream(files: readonly DreamFile[]): Dream {
  const { dream, problems } = parseDream(files)
  if (dream === undefined) throw bundleErrors.invalid_dream({ problems })
  return dream
}
