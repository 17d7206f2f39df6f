import { readFileSync } from "node:fs"
import { createRandom } from "@daydream/engine/random"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { randomWorldFile } from "../testing/index.ts"
import { describeProblems, parseWorld, requireWorld, worldJsonSchema } from "./index.ts"

const example = ["world.yaml", "plot.yaml"].map((name) => ({
  name,
  text: readFileSync(new URL(`example/${name}`, import.meta.url), "utf8"),
}))

const good = `format: 1
id: small
names: Small
languages: [en]
starts: day 1 08:00
feelings: [calm]
places:
  hall: {names: the hall, exits: [yard]}
  yard: {names: the yard, exits: [hall]}
characters:
  anna: {names: Anna, at: hall, player: true}
  tom: {names: Tom, at: yard}
things:
  box: {names: the box, at: hall, container: true}
facts:
  thief:
    starts: tom
    known: [tom]
    values:
      tom: {says: Tom took the ring., words: [ring thief]}
    guard: {tell: [{who: [tom]}]}
`

const told = (text: string, file = "world.yaml") =>
  parseWorld([{ name: file, text }]).problems.map(
    ({ line, column, code, severity }) => `${line}:${column} ${code}${severity === "warning" ? " (warning)" : ""}`,
  )

test("a good file has no problem", () => {
  expect(told(good)).toEqual([])
})

test.each([
  [
    "a misspelt key is told where it stands, with what was meant",
    good.replace("exits: [yard]", "exit: [yard]"),
    ["8:27 unknown_key"],
  ],
  ["a place that is not there", good.replace("at: yard", "at: gard"), ["12:25 unknown_reference"]],
  ["a character is no place", good.replace("exits: [hall]", "exits: [anna]"), ["9:35 unknown_reference"]],
  ["a wrong time", good.replace("day 1 08:00", "8 o'clock"), ["5:9 bad_time"]],
  ["a missing name", good.replace("names: Tom, ", ""), ["12:3 missing_key"]],
  ["a value that the fact has not", good.replace("starts: tom", "starts: tim"), ["17:13 value_unknown"]],
  [
    "a thing in what holds nothing",
    good.replace(
      "box: {names: the box, at: hall, container: true}",
      "box: {names: the box, at: hall}\n  ring: {names: the ring, at: box}",
    ),
    ["15:31 not_a_container"],
  ],
  [
    "a secret in a description",
    good.replace("names: the yard,", "names: the yard, description: Here lives a ring thief.,"),
    ["9:40 secret_in_text"],
  ],
  ["a wrong type", good.replace("player: true", "player: maybe"), ["11:41 wrong_type"]],
  ["an id that is none", good.replace("  anna:", "  Anna B:"), ["11:3 bad_id"]],
  ["a reserved id", good.replace("  tom: {", "  actor: {").replaceAll("[tom]", "[actor]"), ["12:3 reserved_id"]],
  [
    "no characters",
    good
      .replace(/characters:\n.*\n.*\n/u, "")
      .replace("known: [tom]", "known: []")
      .replace("guard: {tell: [{who: [tom]}]}", "guard: {}"),
    ["1:1 no_characters"],
  ],
  [
    "a language that is not spoken",
    good.replace("names: the hall", "names: {en: the hall, zh: 大厅}"),
    ["8:36 language_foreign"],
  ],
  [
    "one syntax error, not all that follow from it",
    good.replace("names: the hall,", "names: {the hall,"),
    ["9:3 yaml_syntax"],
  ],
  [
    "the same key twice",
    good.replace("  tom: {names", "  anna: {names").replaceAll("[tom]", "[anna]"),
    ["12:3 yaml_twice"],
  ],
])("%s", (_name, text, problems) => {
  const found = told(text)
  expect(found.slice(0, problems.length)).toEqual(problems)
})

test("conditions and effects are checked to the last name", () => {
  const moves = `moves:
  search:
    names: Search
    arguments: {what: {kind: thing, from: here}}
    when: {all: [{at: {place: hall}}, {has: {thing: $what}}, {has: {thing: $that}}, {knows: {fact: theif}}]}
    effects:
      - {set: {fact: thief, value: nobody}, reveal: box}
      - set: {fact: thief, value: nobody}
      - feel: {feeling: clam}
    takes: soon
`
  expect(told(good + moves)).toEqual(["28:9 one_effect"])
  const rest = moves.replace("      - {set: {fact: thief, value: nobody}, reveal: box}\n", "")
  expect(told(good + rest)).toEqual([
    "26:76 binding_unknown",
    "26:100 unknown_reference",
    "28:35 value_unknown",
    "29:25 unknown_reference",
    "30:12 bad_duration",
  ])
  const hints = parseWorld([{ name: "w.yaml", text: good + rest }]).problems.map(({ hint }) => hint.en)
  expect(hints[1]).toBe('Did you mean "thief"?')
  expect(hints[3]).toBe('Did you mean "calm"?')
})

test("many problems are told at once, in both languages, by file, line and column", () => {
  const { definition, problems } = parseWorld([
    { name: "a.yaml", text: good.replace("at: yard", "at: gard").replace("at: hall, player", "at: hell, player") },
    {
      name: "b.yaml",
      text: "things:\n  box: {names: another box}\nplaces:\n  attic: {names: the attic, exits: [roof]}\n",
    },
  ])
  expect(definition).toBeUndefined()
  expect(describeProblems(problems, "en").split("\n")).toEqual([
    'a.yaml:11:27: There is no place "hell". Did you mean "hall"?',
    'a.yaml:12:25: There is no place "gard". Did you mean "yard"?',
    'b.yaml:2:3: "box" stands already in a.yaml: things.box. Rename or remove one of the two.',
    'b.yaml:4:37: There is no place "roof". Correct the id, or add what it names.',
  ])
  expect(describeProblems(problems, "zh")).toContain("a.yaml:11:27：没有名为“hell”的地点。是不是想写“hall”？")
})

test("a world that must be right throws with everything that is wrong", () => {
  expect(() => requireWorld([{ name: "world.yaml", text: good.replace("at: yard", "at: gard") }])).toThrow(
    /world\.yaml:12:25/u,
  )
})

test("whatever is in a file gives problems or a world, never an exception, and every problem has a place", () => {
  const lines = example
    .map(({ text }) => text)
    .join("\n")
    .split("\n")
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
      const random = createRandom("damage", seed)
      const damaged = lines.map((line) => line)
      for (let count = 0; count <= random.integer(4); count++) {
        const at = random.integer(damaged.length)
        const line = damaged[at] ?? ""
        const cut = random.integer(line.length + 1)
        damaged[at] =
          [
            line.slice(0, cut),
            `${line.slice(0, cut)}*x${line.slice(cut)}`,
            `${line}${line}`,
            `${line.slice(0, cut)}: [${line.slice(cut)}`,
            " __proto__: {a: 1}",
            line.replaceAll(/\w+/gu, "null"),
          ][random.integer(6)] ?? ""
      }
      for (const { line, column, message, hint } of parseWorld([{ name: "w.yaml", text: damaged.join("\n") }])
        .problems) {
        expect(line).toBeGreaterThan(0)
        expect(column).toBeGreaterThan(0)
        expect(
          [message.en, message.zh, hint.en, hint.zh].every((text) => text !== "" && !text.includes("undefined")),
        ).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseWorld([{ name: "w.yaml", text }])
    }),
    { numRuns: 300 },
  )
})

test("an alias bomb is a problem of the file", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`
  expect(told(bomb)).toEqual(["1:1 yaml_syntax"])
})

test("the order of the files does not matter to the definition's content", () => {
  const [a, b] = [parseWorld(example), parseWorld(example.toReversed())].map(({ definition }) => definition)
  expect([...(a?.facts.keys() ?? [])]).toEqual([...(b?.facts.keys() ?? [])])
  expect(a?.starts).toBe(b?.starts)
})

test("the published JSON Schema is what the code says (vitest -u writes it), and takes what the code takes", async () => {
  const schema = worldJsonSchema()
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    "../../../../docs/reference/world.schema.json",
  )
  const validate = new Ajv2020({ strict: false }).compile(schema)
  for (const { text } of [...example, { text: good }, randomWorldFile(createRandom("schema"))]) {
    expect(validate(parse(text))).toBe(true)
  }
  expect(validate(parse(good.replace("exits: [yard]", "exit: [yard]")))).toBe(false)
})
