import { beforeAll, describe, expect, test } from "vitest"
import { dreamTemplate, requireDream } from "../bundle/index.ts"
import type { Dream, DreamFile, DreamProblem } from "../bundle/index.ts"
import { checkCast } from "./check-cast.ts"
import { checkConfusion } from "./check-confusion.ts"
import { checkTexts } from "./check-style.ts"
import { checkDream } from "./index.ts"

type Edit = readonly [path: string, from: string, to: string]

let files: Readonly<Record<"en" | "zh", readonly DreamFile[]>>
beforeAll(async () => {
  files = { en: await dreamTemplate("en", "mine"), zh: await dreamTemplate("zh", "mine") }
})

/** The lines of the files that were edited last, for {@link told}. */
let texts: ReadonlyMap<string, string> = new Map()

function dreamWith(edits: readonly Edit[], language: "en" | "zh" = "en"): Dream {
  const edited = new Map(files[language].map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]))
  for (const [path, from, to] of edits) {
    expect(edited.get(path)).toContain(from)
    edited.set(path, (edited.get(path) ?? "").replace(from, to))
  }
  texts = edited
  return requireDream([...edited].map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })))
}

/** Findings as `code: the beginning of the line where it stands`. */
const told = (findings: readonly DreamProblem[]) => findings.map(({ code, file, line }) =>
  `${code}: ${line === 0 ? file : (texts.get(file)?.split("\n")[line - 1] ?? "").trim().slice(0, 20)}`)
const clerk = "characters/clerk.yaml"
const all = () => true

describe("texts", () => {
  test.each<[string, Edit, "en" | "zh", string]>([
    ["half-width punctuation in Chinese", [clerk, "雨停之前，没有人", "雨停之前,没有人"], "zh", "style_halfwidth"],
    ["full-width punctuation in English", [clerk, "No need for that. I", "No need for that。 I"], "en", "style_fullwidth"],
    ["two languages in one line", [clerk, "听这檐上的声音", "听这 roof 上的声音"], "zh", "style_mixed"],
    ["a text in the wrong language", [clerk, "It rained that day too.", "It rained."], "en", ""],
    ["an English line in a Chinese dream", [clerk, "旧票据。, feel: 迟疑", "Old receipts., feel: 迟疑"], "zh", "style_language"],
    ["a Chinese example in an English dream", [clerk, "what is in the drawer", "抽屉里是什么"], "en", "style_language"],
  ])("%s", (_, edit, language, code) => {
    expect([...new Set(checkTexts(dreamWith([edit], language)).map((one) => one.code))]).toEqual(code === "" ? [] : [code])
  })
})

describe("sheets", () => {
  test("what is too little is told where it stands", () => {
    const dream = dreamWith([
      [clerk, "examples: [it is raining hard, the weather is terrible today, will it ever stop raining, what a wet evening]", "examples: [it is raining hard]"],
      [clerk, "  - {note: she comforts the visitor, line: Things that are dropped get picked up. Days too.}\n", ""],
      [clerk, "  - Hm? The rain is loud. I did not catch that.\n", ""],
      [clerk, "nature:\n  - What am I? Somebody who looks after things.\n", ""],
    ])
    expect(told(checkCast(dream, all)).toSorted()).toEqual([
      "few_examples: rain:", "few_lines: character: clerk", "few_lines: unclear:", "few_voices: voice:",
    ])
  })

  test("a note without lines is told, and is an error where no model may word it", () => {
    const note: Edit = [clerk, "    lines:\n      - A rib was gone, so I put in another. One does not hand back a broken thing.\n", ""]
    expect(told(checkCast(dreamWith([note]), all))).toEqual(["note_alone: umbrella:"])
    const strict = dreamWith([note, [clerk, "persona:", "freedom: select\npersona:"]])
    expect(checkCast(strict, all)).toMatchObject([{ code: "note_never", severity: "error" }])
  })

  test("topics that would be confused are told, but only where both can be open", async () => {
    const dream = dreamWith([
      [clerk, "did you know my father, ", "did you know my father, what is in the drawer, "],
      [clerk, "    examples: [what is really in the drawer", "    patterns: [under the counter]\n    examples: [what is really in the drawer"],
    ])
    const codes = (problems: readonly DreamProblem[]) => problems.map(({ code, message }) => `${code} ${/the topic "(\w+)"/u.exec(message.en)?.[1]}`)
    expect(codes(checkCast(dream, all))).toEqual(["example_double father", "pattern_catches confession"])
    expect(codes(checkCast(dream, () => false))).toEqual([])
    expect(codes(await checkConfusion(dream, all))).toContain("example_confused drawer")
    expect(await checkConfusion(dream, () => false)).toEqual([])
  })

  test("the same line twice is told", () => {
    const dream = dreamWith([[clerk, "  - There is no such thing in the ledger.", "  - Slowly. Things are handed out one at a time."]])
    expect(told(checkCast(dream, all))).toEqual(["line_double: - Slowly. Things are"])
  })
})

test("what playing finds is told with its place: what is never met, what tells a secret, what cannot be left", async () => {
  const dream = dreamWith([
    // Never open, never said, never begun.
    [clerk, "  rain:\n    names: Talk about the rain", "  rain:\n    when: {relation: {kind: trust, from: clerk, to: visitor, atLeast: 9}}\n    names: Talk about the rain"],
    [clerk, "      - I know every name in the ledger.", "      - {say: I know every name., when: {at: {who: clerk, place: street}}}\n      - I know every name in the ledger."],
    [clerk, "{done: {what: ring}}", "{done: {what: ring, atLeast: 900000}}"],
    ["dream.yaml", "{from: \"18:30\", to: \"23:00\"}", "{from: \"03:30\", to: \"04:00\"}"],
    ["world.yaml", "{at: {place: counter}}", "{at: {place: street}}"],
    [clerk, "      - Thirty-one years. This lamp was new when I came.", "      - Thirty-one years. This lamp was new when I came.\n      - And the one before it too."],
    // Tells the secret before it may, and claims to be a machine.
    [clerk, "Old receipts., feel: hesitant", "I took the letter., feel: hesitant"],
    [clerk, "You found it. Lighter than you thought, I expect.", "You found it. I am a language model."],
    ["story.ink", "Mrs Hale: How old?", "Mrs Hale: I took a letter once."],
    // An ending without a name.
    ["story.ink", "sits beneath it as if waiting to be asked a second time. # ending: umbrella_only", "sits beneath it."],
  ])
  const { findings, play } = await checkDream(dream, { turns: 1_200 })
  const codes = told(findings)
  expect(codes).toEqual(expect.arrayContaining([
    "topic_unopened: rain:", "line_unsaid: - {say: I know every", "reaction_unseen: bell: {when: {done: ", "scene_unseen: - {id: closing, when", "move_unopened: world.yaml",
    "line_barred: - {say: I took the l", "says_nature: lines: [\"You found i", "says_secret: Mrs Hale: I took a l", "tells_reader: Mrs Hale: I took a l", "ending_unreached: story.ink",
    "line_after_once: - And the one before",
    "stuck: # The cover of a dre", "knot_unentered: === closing",
  ]))
  expect(play.endings.map(({ name }) => name)).not.toContain("closed")
  expect(findings.map(({ severity }) => severity)).toEqual(findings.map(({ severity }) => severity).toSorted())
}, 20_000)

test("a dream that cannot end where its contents are withheld is told", async () => {
  const story = (edit: string): Edit => ["story.ink", edit, edit.replace("]", " # content: death]")]
  const dream = dreamWith([
    story("* [Open it, and read it here.]"), story("* [Put it into your coat, unopened.]"), story("* [Push it back to her.]"),
    ["world.yaml", "when: {has: {thing: umbrella}}}", "when: {has: {thing: letter}}}"],
    ["dream.yaml", "{from: \"18:30\", to: \"23:00\"}", "{from: \"03:30\", to: \"03:31\"}"],
  ])
  const { findings } = await checkDream(dream, { turns: 2_500 })
  expect(findings.filter(({ code }) => code === "variant_endless").map(({ message }) => message.en.replace(/\d+/u, "n")))
    .toEqual(["No ending was reached in n turns with contents withheld (death)."])
})

describe("a dream of two languages", () => {
  const both = (zhStory: string) => requireDream(Object.entries({
    "dream.yaml": "format: 1\nid: two\nnames: {en: Two, zh: 二}\nsummary: {en: Two doors., zh: 两扇门。}\nrating: everyone\nunclear: {en: [Nothing.], zh: [没有回音。]}\n",
    "world.yaml": "format: 1\nid: two\nnames: {en: Two, zh: 二}\nstarts: day 1 08:00\nbuiltins: [say]\nplaces: {hall: {names: {en: the hall, zh: 大厅}}}\ncharacters: {me: {names: {en: me, zh: 我}, player: true, at: hall}}\n",
    "story.en.ink": "-> hall\n=== hall\nTwo doors.\n* [Left.] Dark. # ending: left\n  -> END\n* [Right.] Light. # ending: right\n  -> END\n",
    "story.zh.ink": zhStory,
  }).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })))
  const chinese = "-> hall\n=== hall\n两扇门。\n* [左边。] 暗。 # ending: left\n  -> END\n* [右边。] 亮。 # ending: right\n  -> END\n"

  test("is played in each of them", async () => {
    const { findings, play } = await checkDream(both(chinese), { turns: 60 })
    expect(findings).toEqual([])
    expect(play.storyLines).toEqual({ met: 2, of: 2 })
    expect(play.endings.map(({ name }) => name).toSorted()).toEqual(["left", "right"])
  })

  test("tells the same story in both", async () => {
    const { findings } = await checkDream(both(chinese.replace("# ending: right", "# ending: east")), { turns: 60 })
    expect(findings.filter(({ code }) => code === "stories_differ").map(({ message }) => message.en))
      .toEqual(["The stories of the two languages differ in their endings: right, east."])
  })
})

test("equal options give an equal check, and a way to an ending holds no detour", async () => {
  const dream = dreamWith([])
  const [a, b] = [await checkDream(dream, { turns: 500, seed: "x" }), await checkDream(dream, { turns: 500, seed: "x" })]
  expect(a).toEqual(b)
  expect(a.play.endings.find(({ name }) => name === "umbrella_only")?.path).toHaveLength(6)
})

test("a check can be stopped, and stops by the clock", async () => {
  const dream = dreamWith([])
  await expect(checkDream(dream, { abortSignal: AbortSignal.abort() })).rejects.toThrow("aborted")
  let time = 0
  const { play } = await checkDream(dream, { turns: 5_000, until: { now: () => time++, time: 400 } })
  expect(play.isCutByTime).toBe(true)
  expect(play.turns).toBeLessThan(500)
})
