import { Ajv2020 } from "ajv/dist/2020.js"
import { beforeAll, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { dreamTemplate, requireDream } from "../bundle/index.ts"
import type { Dream, DreamFile } from "../bundle/index.ts"
import { createWordChooser } from "../turn/index.ts"
import type { Ports } from "../turn/index.ts"
import { readDreamTests, runDreamTests, testJsonSchema } from "./index.ts"
import type { RunTestsOptions } from "./index.ts"

let dream: Dream
let files: readonly DreamFile[]
beforeAll(async () => {
  files = await dreamTemplate("en", "mine")
  dream = requireDream(files)
})

const fileOf = (text: string): DreamFile[] => [{ path: "tests/one.yaml", bytes: new TextEncoder().encode(text) }]
const ports: Ports = { choose: createWordChooser() }
const read = (text: string) => readDreamTests(dream, fileOf(text))
async function run(text: string, options: Partial<RunTestsOptions> = {}) {
  const { tests, problems } = read(text)
  expect(problems).toEqual([])
  return runDreamTests(dream, tests, { ports, ...options })
}
const failuresOf = async (text: string, options: Partial<RunTestsOptions> = {}) =>
  (await run(text, options)).results.flatMap(({ failures }) => failures.map(({ after, message }) => `${after} | ${message.en}`))

const open = "{take: Stand for a moment and listen to the rain.}"

describe("what is wrong in a file of tests is told where it stands", () => {
  test.each<[string, string, readonly string[]]>([
    ["two inputs in one step", "stories: {a: {play: [{say: hello, wait: 5m}]}}", ["1 one_step"]],
    ["a place that is not there", "stories:\n  a:\n    play: [{go: moon}]", ["3 unknown_reference"]],
    ["a topic that is not there", "personas:\n  a:\n    character: clerk\n    cases: [{says: [hi], expect: {topic: drawr}}]", ["4 unknown_reference"]],
    ["an ending that is not there", "stories:\n  a:\n    play: []\n    expect: {ending: letter_red}", ["4 unknown_reference"]],
    ["a condition that names nothing", "stories:\n  a:\n    play: []\n    expect: {so: {fact: {id: lid}}}", ["4 unknown_reference"]],
    ["a misspelt key", "stories:\n  a:\n    plya: []", ["2 missing_key", "3 unknown_key"]],
    ["a route that is none", "personas:\n  a:\n    character: clerk\n    cases: [{says: [hi], expect: {route: unclaer}}]", ["4 wrong_choice"]],
    ["a dial's setting that is none", "stories:\n  a:\n    dials: {pace: slow}\n    play: []", ["3 wrong_choice"]],
    ["another language", "stories:\n  a:\n    language: zh\n    play: []", ["3 language_foreign"]],
  ])("%s", (_, text, expected) => {
    const { tests, problems } = read(text)
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual(expected)
    expect(tests).toEqual([])
  })
})

describe("each expectation can fail, and says what was met instead", () => {
  test.each<[string, string, string]>([
    ["a line that is not said", `[${open}, {take: Talk about the rain, expect: {says: [thunder]}}]`, 'Talk about the rain | expected "thunder"; said was: “In the wet'],
    ["a phrase that is said", `[${open}, {take: Talk about the rain, expect: {never: [umbrellas ... lost]}}]`, 'Talk about the rain | "umbrellas ... lost" was never to be said'],
    ["another topic", `[${open}, {say: did you know my father, to: clerk, expect: {topic: rain}}]`, "did you know my father | understood was topic:clerk/father rather than topic:clerk/rain"],
    ["something that is not open", `[{take: Open the window}]`, 'Open the window | "Open the window" is not open; open are'],
    ["something that should not be open", `[${open}, {wait: 1m, expect: {closed: [Talk about the rain]}}]`, '1m | "Talk about the rain" is open'],
    ["something that should be open", `[${open}, {wait: 1m, expect: {open: ["Ask about the drawer again, and wait"]}}]`, "1m | \"Ask about the drawer again, and wait\" is not open"],
    ["a condition", `[${open}, {wait: 1m, expect: {so: {fact: {id: allowed}}}}]`, '1m | the condition under "so" does not hold'],
    ["another ending", `[${open}, {wait: 70m, expect: {ending: none}}]`, "70m | the ending is closed rather than none"],
    ["a way that is shut", `[${open}, {go: shelves}]`, "shelves | refused:"],
  ])("%s", async (_, play, message) => {
    const [failure, ...more] = await failuresOf(`stories: {a: {play: ${play}}}`)
    expect(more).toEqual([])
    expect(failure?.startsWith(message) === true ? message : failure).toBe(message)
  })
})

test("a persona's utterances are trials of their own; the share says how many must pass", async () => {
  const text = `personas:
  a:
    character: clerk
    share: 0.5
    after: [${open}]
    cases:
      - {says: [did you know my father, what a wet evening], expect: {topic: father}}
      - {says: [Are you an AI?], expect: {route: nature}}`
  const { results: [result], isPassed } = await run(text, { repeat: 2 })
  expect(result).toMatchObject({ trials: 6, passed: 4, isPassed: true })
  expect(isPassed).toBe(true)
  expect(result?.interval.low).toBeCloseTo(0.3, 1)
  expect((await run(text.replace("share: 0.5", "share: 0.9"))).isPassed).toBe(false)
})

test("what a model words out of voice fails", async () => {
  const words = (text: string): Ports => ({ ...ports, say: { async *say() { yield text } } })
  const text = `personas:
  a:
    character: clerk
    never: [secret sauce]
    longest: 40
    after: [${open}, {take: Hand over the claim ticket}, {go: shelves}, {take: Take the black umbrella}, {go: counter}]
    cases: [{says: [who mended the umbrella], expect: {topic: umbrella}}]`
  expect(await failuresOf(text, { ports: words("A rib was gone.") })).toEqual([])
  expect(await failuresOf(text, { ports: words("That is my secret sauce.") })).toEqual([expect.stringContaining("never to be said")])
  expect(await failuresOf(text, { ports: words("It had lost a rib in a storm, and so I sat down and put it right.") })).toEqual([expect.stringContaining("more than 40 characters")])
})

test("coverage says what no test has met", async () => {
  const { coverage } = await run(`stories: {a: {play: [${open}, {take: Talk about the rain}, {wait: 70m}]}}`)
  expect(coverage.endings).toEqual({ met: 1, of: 5, missing: ["letter_read", "letter_unread", "letter_left", "umbrella_only"] })
  expect(coverage.topics.missing).not.toContain("topic:clerk/rain")
  expect(coverage.lines.missing).toContain("clerk/rain-2")
  expect(coverage.scenes).toEqual({ met: 1, of: 2, missing: ["leaving"] })
})

test("a run can be stopped", async () => {
  const { tests } = readDreamTests(dream, files)
  await expect(runDreamTests(dream, tests, { ports, abortSignal: AbortSignal.abort() })).rejects.toThrow("aborted")
})

test("the published JSON Schema is what the code says (vitest -u writes it), and takes what the code takes", async () => {
  const schema = testJsonSchema()
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot("../../../../docs/reference/dream-test.schema.json")
  const validate = new Ajv2020({ strict: false }).compile(schema)
  for (const { path, bytes } of files.filter((file) => file.path.startsWith("tests/")))
    expect([path, validate(parse(new TextDecoder().decode(bytes)))]).toEqual([path, true])
  expect(validate({ stories: { a: { plya: [] } } })).toBe(false)
})
