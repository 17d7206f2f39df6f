/** An author's tests, read against the dream that they are of. */
import type { Language } from "@daydream/engine/language"
import type { Dream, DreamFile, DreamProblem } from "../bundle/index.ts"
import { actorBindings, createNames, keysOf, nearest, parseDuration, readYamlFile, vocabularyOfDefinition } from "../world/index.ts"
import type { Path, WorldProblem, YamlFile } from "../world/index.ts"
import type { PlayerInput } from "../turn/index.ts"
import { testDocument, testJsonSchema } from "./document.ts"
import type { AuthoredExpectation, AuthoredStep, TestDocument } from "./document.ts"
import type { DreamTest, Expectation, TestStep } from "./model.ts"

/** What became of the test files. */
export interface ReadTests {
  readonly tests: readonly DreamTest[]
  readonly problems: readonly DreamProblem[]
}

type Names = ReturnType<typeof createNames>
type File = YamlFile<TestDocument>

let known: ReadonlySet<string> | undefined
const keys = () => (known ??= keysOf(testJsonSchema()))

const others = ["unclear", "off_world", "nature", "crisis", "small_talk"]

interface Reader {
  readonly dream: Dream
  readonly names: Names
  readonly file: File
}

/** A topic's key; a topic without its character is looked for with everybody. */
function topicKey({ dream, file }: Reader, topic: string, character: string | null, path: Path): string {
  const all = [...dream.cast.values()].flatMap((member) => member.topics.map(({ id }) => `${member.character}/${id}`))
  const wanted = topic.includes("/") ? [topic] : character === null ? all.filter((key) => key.endsWith(`/${topic}`)) : [`${character}/${topic}`]
  const found = wanted.find((key) => all.includes(key))
  if (found === undefined) file.report("unknown_reference", path, { kind: "topic", id: topic, near: nearest(topic, [...all, ...all.map((key) => key.split("/")[1] ?? "")]) })
  return `topic:${found ?? topic}`
}

function readExpectation(reader: Reader, authored: AuthoredExpectation, path: Path, character: string | null = null): Expectation {
  const { file, names } = reader
  const { says = [], never = [], open = [], closed = [], route, topic, so, ending } = authored
  if (route !== undefined && !route.includes(":") && !others.includes(route)) file.report("wrong_choice", [...path, "route"], { allowed: [...others, "topic:…", "choice:…", "move:…"] })
  const endings = Object.values(reader.dream.stories).flatMap((story) => story.endings)
  if (ending !== undefined && ending !== "none" && !endings.includes(ending))
    file.report("unknown_reference", [...path, "ending"], { kind: "ending", id: ending, near: nearest(ending, endings) })
  return {
    says, never, open, closed,
    route: topic === undefined ? (route ?? null) : topicKey(reader, topic, character, [...path, "topic"]),
    so: names.condition(so, { source: file, path: [...path, "so"], bindings: actorBindings }),
    ending: ending ?? null,
  }
}

function inputOf({ names, file }: Reader, step: AuthoredStep, path: Path): PlayerInput {
  if (step.say !== undefined) {
    if (step.to !== undefined) names.reference("character", step.to, { source: file, path: [...path, "to"] })
    return { kind: "say", text: step.say, ...(step.to === undefined ? {} : { to: step.to }) }
  }
  if (step.take !== undefined) return { kind: "take", option: step.take }
  if (step.go !== undefined) return { kind: "do", move: "go", arguments: { to: names.reference("place", step.go, { source: file, path: [...path, "go"] }) } }
  if (step.wait === undefined) return { kind: "continue" }
  const seconds = parseDuration(step.wait)
  if (seconds === null) file.report("bad_duration", [...path, "wait"], { text: step.wait })
  return { kind: "wait", seconds: seconds ?? 0 }
}

const readSteps = (reader: Reader, steps: readonly AuthoredStep[] | undefined, path: Path): TestStep[] =>
  (steps ?? []).map((step, index) => {
    const at = [...path, index]
    return {
      input: inputOf(reader, step, at),
      expect: step.expect === undefined ? null : readExpectation(reader, step.expect, [...at, "expect"]),
      text: step.say ?? step.take ?? step.go ?? step.wait ?? ">",
    }
  })

function readFile(reader: Reader): DreamTest[] {
  const { file, dream, names } = reader
  const { stories = {}, personas = {} } = file.document
  const [first = "en"] = dream.languages
  const setting = (one: { language?: Language | undefined; dials?: Readonly<Record<string, string>> | undefined }, name: string, path: Path) => {
    if (one.language !== undefined && !dream.languages.includes(one.language)) file.report("language_foreign", [...path, "language"], { language: one.language })
    for (const [dial, value] of Object.entries(one.dials ?? {})) {
      const values = dream.dials.get(dial)?.values.map((setting) => setting.value)
      if (values === undefined) file.report("unknown_reference", [...path, "dials", dial], { kind: "dial", id: dial, near: nearest(dial, dream.dials.keys()) })
      else if (!values.includes(value)) file.report("wrong_choice", [...path, "dials", dial], { allowed: values })
    }
    return { name, file: file.file, line: file.placeOf(path).line, language: one.language ?? first, dials: one.dials ?? {} }
  }
  const storyTests = Object.entries(stories).map(([name, story]): DreamTest => {
    const path = ["stories", name]
    return {
      kind: "story", ...setting(story, name, path), play: readSteps(reader, story.play, [...path, "play"]),
      expect: story.expect === undefined ? null : readExpectation(reader, story.expect, [...path, "expect"]),
    }
  })
  const personaTests = Object.entries(personas).map(([name, persona]): DreamTest => {
    const path = ["personas", name]
    const { character, never = [], longest = null, share = 1 } = persona
    if (!dream.cast.has(character)) names.reference("character", character, { source: file, path: [...path, "character"] })
    return {
      kind: "persona", ...setting(persona, name, path), character, never, longest, share, after: readSteps(reader, persona.after, [...path, "after"]),
      cases: persona.cases.map(({ says, expect }, index) => ({ says, expect: readExpectation(reader, expect, [...path, "cases", index, "expect"], character) })),
    }
  })
  return [...storyTests, ...personaTests]
}

const bare = ({ code, severity, file, line, column, message, hint }: DreamProblem): DreamProblem => ({ code, severity, file, line, column, message, hint })

/** Reads the tests among a dream's files. Tests of files with errors are left out; `problems` say why. */
export function readDreamTests(dream: Dream, files: readonly DreamFile[]): ReadTests {
  const problems: WorldProblem[] = []
  const names = createNames({ ...vocabularyOfDefinition(dream.world), languages: dream.languages })
  const tests = files.filter(({ path }) => /^tests\/[^/]+\.yaml$/u.test(path)).toSorted((a, b) => (a.path < b.path ? -1 : 1)).flatMap(({ path, bytes }) => {
    const own: WorldProblem[] = []
    const file = readYamlFile({ name: path, text: new TextDecoder().decode(bytes) }, testDocument, keys, own)
    const found = file === undefined ? [] : readFile({ dream, names, file })
    problems.push(...own)
    return own.some(({ severity }) => severity === "error") ? [] : found
  })
  return { tests, problems: problems.map(bare) }
}
