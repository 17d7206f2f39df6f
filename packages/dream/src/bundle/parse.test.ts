import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { characterJsonSchema, dreamJsonSchema, openDreamLibrary, parseDream, readDreamFolder, requireDream } from "./index.ts"
import type { DreamFile } from "./index.ts"

const good: Readonly<Record<string, string>> = {
  "dream.yaml": `format: 1
id: lamp
names: {zh: 灯}
summary: 一盏灯。
rating: everyone
contents: [fear]
freedom: reword
dials:
  fear: {names: 恐惧, values: {low: {names: 低}, high: {names: 高}}, starts: low, content: fear}
scenes:
  - {id: storm, when: {fact: {id: lit}}, enters: storm}
unclear: [没有人回答。]
`,
  "world.yaml": `format: 1
id: lamp
names: 灯
languages: [zh]
starts: day 1 20:00
feelings: [calm]
places:
  room: {names: 灯室, exits: [stairs]}
  stairs: {names: 楼梯, exits: [room]}
characters:
  keeper: {names: 守灯人, player: true, at: room}
  mara: {names: 玛拉, at: room}
relations:
  trust: {range: [-5, 5]}
`,
  "world/facts.yaml": `facts:
  lit: {says: 灯亮着。, not: {says: 灯灭了。}, where: room}
`,
  "characters/mara.yaml": `character: mara
persona: 你是玛拉。
voice: [{note: 她同意, line: 嗯。}]
topics:
  lamp:
    names: 问灯
    examples: [灯怎么了]
    patterns: [灯...坏, 熄灯*]
    when: {fact: {id: lit, is: false}}
    effects: [{relate: {kind: trust, from: mara, to: keeper, add: 1}}]
    lines:
      - 灯没坏。
      - {say: 灯坏了。, feel: calm, claims: [{fact: lit, value: false}], content: fear}
    enters: storm
reactions:
  dark: {when: {fact: {id: lit, is: false}}, lines: [好黑。]}
habits:
  - {id: away, move: go, arguments: {to: stairs}, every: 10m}
unclear: [嗯？]
`,
  "story.ink": `-> top
=== top
风很大。
+ [等。] -> top
=== storm
# entry
风暴来了。 # ending: storm
-> END
`,
  "lore/town.json": `{"entries": [{"keys": ["镇"], "content": "一座小镇。"}]}`,
  "tests/first.yaml": "stories: {}\n",
  "README.md": "# Lamp\n",
}

const encode = (texts: Readonly<Record<string, string>>): DreamFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))

const edited = (path: string, from: string | RegExp, to: string) => {
  const text = (good[path] ?? "").replace(from, to)
  expect(text).not.toBe(good[path])
  return encode({ ...good, [path]: text })
}

/** Problems as `file:line code "what stands there"`. */
const told = (files: readonly DreamFile[]) =>
  parseDream(files).problems.map(({ file, line, column, code, severity }) => {
    const bytes = files.find(({ path }) => path === file)?.bytes
    const there = new TextDecoder().decode(bytes).split("\n")[line - 1]?.slice(column - 1)
    const word = line === 0 ? "" : ` "${/^[^\s,:}\]]*/u.exec(there ?? "")?.[0] ?? ""}"`
    return `${file}:${line} ${code}${word}${severity === "warning" ? " (warning)" : ""}`
  })

test("a good folder becomes a dream, without a problem", () => {
  expect(told(encode(good))).toEqual([])
  const dream = requireDream(encode(good))
  expect(dream).toMatchObject({ id: "lamp", languages: ["zh"], players: ["keeper"], secondsPerTurn: 60, made: { by: "author" } })
  expect(dream.cast.get("mara")?.topics[0]?.lines.map(({ id }) => id)).toEqual(["lamp-1", "lamp-2"])
  expect(dream.cast.get("mara")).toMatchObject({ freedom: "reword", habits: [{ every: 600 }] })
  expect(dream.stories.zh?.entries).toEqual(["storm"])
  expect(dream.lore.map(({ id }) => id)).toEqual(["town"])
  expect([...dream.dials.values()]).toMatchObject([{ starts: "low", content: "fear", values: [{ value: "low" }, { value: "high" }] }])
})

describe("each mistake is told where it stands", () => {
  const mara = "characters/mara.yaml"
  test.each<[string, readonly DreamFile[], readonly string[]]>([
    ["a misspelt key", edited(mara, "persona:", "personna:"), [`${mara}:1 missing_key "character"`, `${mara}:2 unknown_key "personna"`]],
    ["a topic that depends on what is not there", edited(mara, "id: lit, is: false}}\n    effects", "id: lid, is: false}}\n    effects"), [`${mara}:9 unknown_reference "lid"`]],
    ["a relation that is not there", edited(mara, "kind: trust", "kind: trist"), [`${mara}:10 unknown_reference "trist"`]],
    ["a feeling that is not there", edited(mara, "feel: calm", "feel: clam"), [`${mara}:13 unknown_reference "clam"`]],
    ["a value that the fact has not", edited(mara, "value: false", "value: 3"), [`${mara}:13 value_unknown "3"`]],
    ["a kind of content that the dream does not declare", edited("dream.yaml", "contents: [fear]", "contents: []"), ['characters/mara.yaml:13 content_undeclared "fear"', 'dream.yaml:9 content_undeclared "fear"']],
    ["a child in romance", encode({ ...good, "dream.yaml": (good["dream.yaml"] ?? "").replace("[fear]", "[fear, romance]"), [mara]: (good[mara] ?? "").replace("persona", "minor: true\npersona").replace("content: fear", "content: romance") }), [`${mara}:14 minor_romance "romance"`]],
    ["a knot that is not to be entered", edited(mara, "enters: storm", "enters: top"), [`${mara}:14 knot_unknown "top"`]],
    ["a scene into a knot that is not there", edited("dream.yaml", "enters: storm", "enters: strom"), ['dream.yaml:11 knot_unknown "strom"']],
    ["more freedom than the dream has", edited(mara, "persona", "freedom: talk\npersona"), [`${mara}:2 freedom_exceeded "talk"`]],
    ["a move that no world has", edited(mara, "move: go", "move: fly"), [`${mara}:18 unknown_reference "fly"`]],
    ["a move without its argument", edited(mara, "{to: stairs}", "{into: stairs}"), [`${mara}:18 move_arguments "arguments"`]],
    ["a place that an argument cannot be", edited(mara, "{to: stairs}", "{to: mara}"), [`${mara}:18 argument_unknown "mara"`]],
    ["a duration that is none", edited(mara, "10m", "soon"), [`${mara}:18 bad_duration "soon"`]],
    ["a pattern of marks alone", edited(mara, "熄灯*", "'...*'"), [`${mara}:8 phrase_empty "patterns"`, `${mara}:8 pattern_empty "patterns"`]],
    ["a gap with nothing on one side", edited(mara, "灯...坏", "灯...！"), [`${mara}:8 pattern_empty "patterns"`]],
    ["a topic that nothing leads to", edited(mara, / {4}names: 问灯\n.*\n.*\n/u, ""), [`${mara}:5 topic_unreachable "lamp"`]],
    ["a topic with nothing to say", edited(mara, / {4}lines:\n.*\n.*\n/u, ""), [`${mara}:5 topic_empty "lamp"`]],
    ["two lines of one id", edited(mara, "say: 灯坏了。", "id: lamp-1, say: 灯坏了。"), [`${mara}:13 line_twice "{id"`]],
    ["a line that is none", edited(mara, "- 灯没坏。", "- 3"), [`${mara}:12 bad_line "3"`]],
    ["a misspelt key within a line", edited(mara, "feel: calm", "feels: calm"), [`${mara}:13 unknown_key "feels"`]],
    ["a language that the dream does not speak", edited(mara, "- 灯没坏。", "- {zh: 灯没坏。, en: Fine.}"), [`${mara}:12 language_foreign "Fine."`]],
    ["a character that the world has not", edited(mara, "character: mara", "character: lena"), [`${mara}:1 unknown_reference "lena"`, `${mara}:1 file_name "lena" (warning)`]],
    ["a player whom no human plays", edited("dream.yaml", "rating", "players: [mara]\nrating"), ['dream.yaml:5 player_unmarked "mara"']],
    ["no player at all", edited("world.yaml", ", player: true", ""), ['dream.yaml:1 no_player "format"']],
    ["a dial that begins nowhere", edited("dream.yaml", "starts: low", "starts: mid"), ['dream.yaml:9 dial_start "mid"']],
    ["a dial of one setting", edited("dream.yaml", ", high: {names: 高}", ""), ['dream.yaml:9 dial_values "values"']],
    ["no rating", edited("dream.yaml", "rating: everyone\n", ""), ['dream.yaml:1 missing_key "format"']],
    ["broken YAML", edited("dream.yaml", "contents: [fear]", "contents: [fear"), ['dream.yaml:7 yaml_syntax "freedom"']],
    ["a world that is wrong", edited("world.yaml", "at: room}\nrel", "at: rom}\nrel"), ['world.yaml:12 unknown_reference "rom"']],
    ["a story that is wrong", edited("story.ink", "-> top\n===", "-> tap\n==="), ['story.ink:1 target_missing "->"']],
    ["a fact that the story does not find", edited("story.ink", "风很大。", "风{fact(\"lid\")}。"), ['story.ink:3 name_unknown "风{fact("lid")"']],
    ["content of the story that is no kind", edited("story.ink", "风很大。", "风很大。 # content: fera"), ['story.ink:3 content_unknown "#"']],
    ["content of the story that is not declared", edited("story.ink", "风很大。", "风很大。 # content: violence"), ['story.ink:3 content_undeclared "#"']],
    ["a lorebook that is none", encode({ ...good, "lore/town.json": "[]" }), ["lore/town.json:0 no_lorebook"]],
    ["JSON that is none", encode({ ...good, "lore/town.json": "{" }), ["lore/town.json:0 bad_json"]],
    ["a file in the wrong place", encode({ ...good, "character/tom.yaml": "character: tom" }), ["character/tom.yaml:0 file_unread (warning)"]],
    ["bytes that are no text", [...encode(good).filter(({ path }) => path !== "story.ink"), { path: "story.ink", bytes: new Uint8Array([0xff, 0xfe, 0x2d]) }], ["story.ink:0 not_utf8"]],
    ["an empty folder", [], ["dream.yaml:0 file_missing", "world.yaml:0 file_missing"]],
  ])("%s", (_, files, expected) => {
    expect(told(files)).toEqual(expected)
  })
})

test("in a dream of two languages every text stands in both, and so does the story", () => {
  const both = {
    ...good,
    "dream.yaml": (good["dream.yaml"] ?? "").replace("rating", "languages: [zh, en]\nrating"),
    "world.yaml": (good["world.yaml"] ?? "").replace("languages: [zh]", "languages: [zh, en]").replaceAll(/names: (\p{Script=Han}+)/gu, "names: {zh: $1, en: A}"),
    "world/facts.yaml": "facts: {lit: {says: {zh: 灯亮着。, en: It burns.}, where: room}}",
  }
  const codes = new Set(parseDream(encode(both)).problems.map(({ code }) => code))
  expect(codes).toEqual(new Set(["language_missing", "language_needed", "story_missing", "list_missing"]))
})

test("problems speak both languages and name the fix", () => {
  const [problem] = parseDream(edited("characters/mara.yaml", "kind: trust", "kind: trist")).problems
  expect(problem?.message.en).toBe('There is no relation "trist".')
  expect(problem?.hint).toEqual({ en: 'Did you mean "trust"?', zh: "是不是想写“trust”？" })
})

test("the hash changes with every byte and every name, and not with the order", () => {
  const files = encode(good)
  const { hash } = requireDream(files)
  expect(requireDream(files.toReversed()).hash).toBe(hash)
  expect(requireDream(encode({ ...good, "README.md": "# Lamp \n" })).hash).not.toBe(hash)
  expect(requireDream(encode({ ...good, "tests/second.yaml": "" })).hash).not.toBe(hash)
})

test("whatever stands in the files, parsing gives a dream or says why not", () => {
  const paths = Object.keys(good)
  fc.assert(fc.property(fc.constantFrom(...paths), fc.nat(), fc.nat(40), fc.string({ maxLength: 12, unit: "binary" }), (path, at, length, put) => {
    const text = good[path] ?? ""
    const start = at % (text.length + 1)
    const { dream, problems } = parseDream(encode({ ...good, [path]: text.slice(0, start) + put + text.slice(start + length) }))
    expect(dream === undefined).toBe(problems.some(({ severity }) => severity === "error"))
  }), { numRuns: 100, seed: 7 })
})

test("the published JSON Schemas are what the code says (vitest -u writes them), and take what the code takes", async () => {
  for (const [schema, name, path] of [
    [dreamJsonSchema(), "dream", "dream.yaml"],
    [characterJsonSchema(), "character", "characters/mara.yaml"],
  ] as const) {
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(`../../../../docs/reference/${name}.schema.json`)
    const validate = new Ajv2020({ strict: false }).compile(schema)
    expect(validate(parse(good[path] ?? ""))).toBe(true)
    expect(validate({ ...parse(good[path] ?? "") as object, nonsense: 1 })).toBe(false)
  }
})

describe("folders", async () => {
  const root = await mkdtemp(join(tmpdir(), "daydream-bundle-"))
  afterAll(() => rm(root, { recursive: true, force: true }))
  async function write(folder: string, texts: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(texts)) {
      await mkdir(dirname(join(root, folder, path)), { recursive: true })
      await writeFile(join(root, folder, path), text)
    }
  }

  test("a folder is read whole, but for hidden files", async () => {
    await write("whole/lamp", { ...good, ".git/config": "x" })
    const files = await readDreamFolder(join(root, "whole/lamp"))
    expect(files.map(({ path }) => path).toSorted()).toEqual(Object.keys(good).toSorted())
    expect(requireDream(files).hash).toBe(requireDream(encode(good)).hash)
  })

  test("links are not followed, too much is not read, and a file is no folder", async () => {
    await write("linked", good)
    await symlink("/etc/hostname", join(root, "linked/lore/host.json"))
    await expect(readDreamFolder(join(root, "linked"))).rejects.toMatchObject({ code: "dream_link" })
    await write("many", Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`tests/${at}.yaml`, ""])))
    await expect(readDreamFolder(join(root, "many"))).rejects.toMatchObject({ code: "dream_too_large" })
    await expect(readDreamFolder(join(root, "nowhere"))).rejects.toMatchObject({ code: "dream_folder_missing" })
    await expect(readDreamFolder(join(root, "many/tests/1.yaml"))).rejects.toMatchObject({ code: "dream_folder_missing" })
  })

  test("a library finds dreams by id, tells broken ones, and reads again what has changed", async () => {
    await write("library/lamp", good)
    await write("library/broken", { ...good, "dream.yaml": "format: 1\nid: broken\n" })
    await write("library/other", { "notes.md": "no dream" })
    await write("library/linked", good)
    await symlink("/etc/hostname", join(root, "library/linked/lore/host.json"))
    await write("second/lamp", { ...good, "README.md": "the second" })
    const library = openDreamLibrary({ folders: [join(root, "library"), join(root, "second"), join(root, "none")] })
    const list = await library.list()
    expect(list.map(({ id, dream }) => [id, dream === undefined])).toEqual([["broken", true], ["lamp", false], ["linked", true]])
    const before = await library.find("lamp")
    expect(await library.find("lamp")).toBe(before)
    await write("library/lamp", { "README.md": "changed" })
    expect((await library.find("lamp")).hash).not.toBe(before.hash)
    await expect(library.find("broken")).rejects.toMatchObject({ code: "invalid_dream" })
    await expect(library.find("../second/lamp")).rejects.toMatchObject({ code: "dream_unknown", facts: { known: ["broken", "lamp", "linked"] } })
  })
})
