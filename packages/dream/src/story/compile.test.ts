import { describe, expect, it } from "vitest"
import { compileStory } from "./compile.ts"
import { bookshop, ferry, names, speakers } from "./stories.test.data.ts"

const compile = (text: string, options = {}) => compileStory([{ name: "story.ink", text }], options)
const found = (text: string, options = {}) => compile(text, options).findings.map(({ code, file, line }) => `${code}@${file ?? ""}:${line ?? ""}`)
const fine = "# ending: done\n-> END\n"

describe("compiling a story", () => {
  it("gives an identity, knots, checkpoints, endings, speakers and lines", () => {
    const { story, findings } = compileStory(ferry, { names, speakers })
    expect(findings).toEqual([])
    expect(story?.identity).toMatch(/^[0-9a-f]{64}$/)
    expect(story?.flows.map(({ path }) => path).toSorted()).toEqual(["breathe", "home", "light", "quay", "tower"])
    expect(story?.checkpoints).toEqual([{ name: "tower", flow: "tower" }, { name: "light", flow: "light" }, { name: "quay", flow: "quay" }])
    expect(story?.endings.toSorted()).toEqual(["home", "light"])
    expect(story?.speakers).toEqual(["mara"])
    expect(story?.lines.find(({ id }) => id === "mara-cold")?.source).toBe("Mara: {~Cold night.|Colder than the last.}")
    expect(story?.usesChance).toBe(true)
  })

  it("finds nothing amiss in a clean Chinese story", () => {
    const { story, findings } = compileStory(bookshop, { names, speakers })
    expect(findings).toEqual([])
    expect(story?.endings).toEqual(["读者", "过客"])
  })

  it("asks for no name where a story only rests", () => {
    expect(found(`-> a\n=== a\nHi. # rest\n-> END\n=== b\n# entry\n${fine}`)).toEqual([])
  })

  it("gives the same identity for the same text and another for another", () => {
    const one = compile(`Hello.\n${fine}`).story?.identity
    expect(compile(`Hello.\n${fine}`).story?.identity).toBe(one)
    expect(compile(`Hello!\n${fine}`).story?.identity).not.toBe(one)
  })

  it("keeps the ids of lines when lines are added elsewhere", () => {
    const before = compile(`-> a\n=== a\nOne.\nTwo.\n${fine}`).story?.lines.map(({ id }) => id) ?? []
    const after = compile(`-> a\n=== b\nNew.\n-> a\n=== a\nZero.\nOne.\nTwo.\n${fine}`).story?.lines.map(({ id }) => id) ?? []
    expect(before.every((id) => after.includes(id))).toBe(true)
  })
})

describe("what an author is told", () => {
  it.each([
    ["a divert to nowhere", `Hi.\n-> gone\n${fine}`, "target_missing@story.ink:2"],
    ["a syntax error", `{unclosed\n${fine}`, "ink_error@story.ink:1"],
    ["a loose end", `-> a\n=== a\n* [Go]\n  Gone.\n=== b\n${fine}`, "loose_end@story.ink:4"],
    ["a knot that nothing leads to", `Hi.\n${fine}=== lost\nHm.\n${fine}`, "knot_unreachable@story.ink:4"],
    ["a function that no world has", `{weather("rain"): Wet.}\n${fine}`, "external_unknown@story.ink:1"],
    ["an external that no world has", `EXTERNAL weather(x)\n{weather("rain"): Wet.}\n${fine}`, "external_unknown@story.ink:1"],
    ["a story without endings", `Hi.\n-> END\n`, "ending_missing@:"],
    ["an end without a name", `-> a\n=== a\nHi.\n* [x] -> b\n* [y] -> END\n=== b\n${fine}`, "ending_unnamed@story.ink:5"],
    ["an ending tag without a name", `Hi. # ending:\n-> END\n`, "tag_name@story.ink:1"],
    ["two checkpoints of one name", `-> a\n=== a\n# checkpoint: x\nHi.\n-> b\n=== b\n# checkpoint: x\nHo. ${fine}`, "checkpoint_twice@story.ink:7"],
    ["a checkpoint in the middle", `-> a\n=== a\nHi.\n# checkpoint: x\nHo. ${fine}`, "checkpoint_inside@story.ink:4"],
    ["a checkpoint in a knot with parameters", `-> a(1)\n=== a(n)\n# checkpoint: x\nHo {n}. ${fine}`, "checkpoint_impossible@story.ink:3"],
    ["a checkpoint in a tunnel", `-> a ->\n${fine}=== a\n# checkpoint: x\nHo.\n->->\n`, "checkpoint_impossible@story.ink:5"],
    ["two lines of one id", `Hi. # id: x\nHo. # id: x\n${fine}`, "id_twice@story.ink:2"],
    ["half-width punctuation in Chinese", `你好,世界。\n${fine}`, "style_halfwidth@story.ink:1"],
    ["two languages in one line", `你好 friend，请进。\n${fine}`, "style_mixed@story.ink:1"],
    ["full-width punctuation in English", `Hello，friend.\n${fine}`, "style_fullwidth@story.ink:1"],
    ["a command that the world does not have", `~ move("fly mara")\n${fine}`, "command_verb@story.ink:1"],
    ["a command that is not complete", `Hi. # move: put key\n${fine}`, "command_form@story.ink:1"],
    ["a move inside a choice", `* [{move("hide mara")}Go] Gone.\n  ${fine}`, "move_in_text@story.ink:1"],
  ])("%s", (_, text, expected) => {
    expect(found(text)).toContain(expected)
  })

  it.each([
    ["a fact", `{fact("lamp_lid"): Hi.}\n${fine}`, "lamp_lit"],
    ["a character", `{knows("marra", "tide"): Hi.}\n${fine}`, "mara"],
    ["a name in a command", `~ move("send mara towr")\n${fine}`, "tower"],
    ["a name in a tag", `Hi. # move: feel mara afrad\n${fine}`, "afraid"],
    ["a fact's value", `~ move("set tide hig")\n${fine}`, "high"],
    ["a dial", `{dial("tome")}\n${fine}`, "tone"],
  ])("names %s that the world lacks and suggests the nearest", (_, text, near) => {
    const finding = compile(text, { names: { ...names, values: { tide: ["high", "low"] } } }).findings.find(({ code }) => code === "name_unknown")
    expect(finding?.hint.en).toContain(near)
    expect(finding?.hint.zh).toContain(near)
  })

  it("suggests the speaker who was meant, and takes no note for a speaker", () => {
    expect(compile(`Marra: Hi.\n${fine}`, { speakers }).findings[0]?.hint.en).toContain("Mara")
    expect(compile(`Note: the door is shut.\n${fine}`, { speakers }).findings).toEqual([])
  })

  it.each([["../secret.ink", "include_path"], ["/etc/passwd", "include_path"], ["C:\\x.ink", "include_path"], ["other.ink", "include_missing"], ["story.ink", "include_cycle"]])(
    "refuses INCLUDE %s", (name, code) => {
      expect(found(`Hi.\nINCLUDE ${name}\n${fine}`)).toEqual([`${code}@story.ink:2`])
    })

  it("refuses brackets that ink's parser would take for ever over", () => {
    expect(found(`{${"(".repeat(60)}1${")".repeat(60)}}\n${fine}`)).toEqual(["too_large@story.ink:"])
  })

  it("says every finding in both languages, with a fix", () => {
    const { findings } = compile(`你好,friend。\n-> gone\n~ move("fly")\n`)
    for (const { message, hint } of findings) {
      expect(message.zh).toMatch(/\p{Script=Han}/u)
      expect(hint.zh).toMatch(/\p{Script=Han}/u)
      expect(message.en + hint.en).not.toMatch(/undefined/)
      expect(message.zh + hint.zh).not.toMatch(/undefined/)
    }
  })

  it("accepts functions that the author declares for another editor", () => {
    const text = `EXTERNAL fact(id)\n{fact("tide") > 2: High.|Low.}\n${fine}=== function fact(id)\n~ return 3\n`
    expect(compile(text, { names }).findings).toEqual([])
  })
})
