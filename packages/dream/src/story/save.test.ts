import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { advanceStory } from "./advance.ts"
import { compileStory } from "./compile.ts"
import { playPath, playStory } from "./play.ts"
import type { StoryPlay } from "./play.ts"
import { resumeStory, saveStory } from "./save.ts"
import type { Story } from "./story.ts"
import { bookshop, ferry, speakers, world } from "./stories.test.data.ts"

type Files = readonly { readonly name: string; readonly text: string }[]
const compile = (files: Files): Story => {
  const { story, findings } = compileStory(files, { speakers })
  if (story === null) throw new Error(JSON.stringify(findings))
  return story
}
const edit = (files: Files, from: string | RegExp, to: string): Files => {
  const edited = files.map(({ name, text }) => ({ name, text: text.replace(from, to) }))
  if (JSON.stringify(edited) === JSON.stringify(files)) throw new Error(`nothing to edit: ${String(from)}`)
  return edited
}
/** Takes the key, climbs, and stands in the tower. */
const inTower = (): { readonly story: Story; readonly play: StoryPlay } => {
  const story = compile(ferry)
  return { story, play: playPath(story, world(), { seed: "1", choices: [0, 0, 1] }) }
}
const put = ({ story, play }: ReturnType<typeof inTower>): unknown => JSON.parse(JSON.stringify(saveStory(story, play.state)))

describe("going on with a save", () => {
  it("is exact on the same story", () => {
    const kept = inTower()
    expect(kept.play.state.checkpoints.map(({ name }) => name)).toEqual(["quay", "tower"])
    const resumed = resumeStory(compile(ferry), put(kept))
    expect([resumed.place, resumed.lost, resumed.state]).toEqual([{ kind: "exact" }, [], kept.play.state])
  })

  it("stays in the scene where only other knots were edited", () => {
    const kept = inTower()
    const edited = compile(edit(ferry, "You walk home.", "You walk home, slowly."))
    const resumed = resumeStory(edited, put(kept))
    expect(resumed.place).toEqual({ kind: "scene" })
    expect(resumed.lost).toEqual([])
    if (resumed.state === undefined) throw new Error("no state")
    const next = advanceStory(edited, resumed.state, kept.play.world, { kind: "choose", choice: 0 })
    expect(next.ended).toEqual({ ending: "light", isRest: false })
  })

  it("goes back to the checkpoint of the scene that was edited, with its variables and the world's mark", () => {
    const kept = inTower()
    const edited = compile(edit(ferry, "The stairs are wet.", "The stairs are dry."))
    const resumed = resumeStory(edited, put(kept))
    expect(resumed.place).toEqual({ kind: "checkpoint", name: "tower", world: 1 })
    expect(resumed.lost?.map(({ code }) => code)).toEqual(["went_back"])
    if (resumed.state === undefined) throw new Error("no state")
    const next = advanceStory(edited, resumed.state, kept.play.world, { kind: "continue" })
    expect(next.lines[0]?.text).toBe("The stairs are dry.")
    const courage = (state: { readonly checkpoints: readonly { readonly name: string; readonly variables: object }[] }) =>
      state.checkpoints.find(({ name }) => name === "tower")?.variables
    expect(courage(next.state)).toEqual(courage(kept.play.state))
  })

  it("finds a checkpoint again whose knot was renamed", () => {
    const kept = inTower()
    const renamed = compile(ferry.map(({ name, text }) => ({ name, text: text.replaceAll(/(-> |=== )tower/g, "$1lighthouse") })))
    const resumed = resumeStory(renamed, put(kept))
    expect(resumed.place).toMatchObject({ kind: "checkpoint", name: "tower" })
  })

  it("falls back past a checkpoint that is gone", () => {
    const kept = inTower()
    const edited = compile(edit(edit(ferry, "# checkpoint: tower\n", ""), "The stairs are wet.", "The stairs are dry."))
    const resumed = resumeStory(edited, put(kept))
    expect(resumed.place).toMatchObject({ kind: "checkpoint", name: "quay", world: 0 })
    expect(resumed.lost?.map(({ code }) => code)).toEqual(["went_back", "checkpoint_gone"])
  })

  it("falls back where a variable has changed its kind, and names what is dropped", () => {
    const kept = inTower()
    const retyped = compile(edit(edit(edit(ferry, "VAR courage = 1", "VAR courage = \"none\""), "~ courage = courage + RANDOM(1, 2)\n", ""), "~ courage = courage / 2.0\n", ""))
    const resumed = resumeStory(retyped, put(kept))
    expect(resumed.place).toEqual({ kind: "start" })
    expect(resumed.lost?.map(({ code }) => code)).toEqual(["began_again", "checkpoint_unfit", "checkpoint_unfit"])
    const without = compile(edit(edit(edit(ferry, "VAR courage = 1\n", ""), "~ courage = courage + RANDOM(1, 2)\n", ""), "~ courage = courage / 2.0\n", ""))
    const dropped = resumeStory(without, put(kept))
    expect(dropped.place).toMatchObject({ kind: "checkpoint", name: "tower" })
    expect(dropped.lost?.map(({ code }) => code)).toEqual(["went_back", "variable_gone"])
  })

  it("begins again where nothing is left, and refuses what is no save", () => {
    const kept = inTower()
    const other = compile([{ name: "story.ink", text: "Elsewhere. # ending: x\n-> END\n" }])
    expect(resumeStory(other, put(kept)).place).toEqual({ kind: "start" })
    for (const value of [null, 3, "{}", {}, { format: 1 }, { ...(put(kept) as object), state: null }])
      expect(resumeStory(other, value).refusal?.code).toBe("state_unreadable")
  })

  it("keeps once-only choices spent in knots that were not edited", () => {
    const kept = inTower()
    const edited = compile(edit(ferry, "The stairs are wet.", "-> quay\nThe stairs are wet."))
    const resumed = resumeStory(edited, put(kept))
    if (resumed.state === undefined) throw new Error("no state")
    const next = advanceStory(edited, resumed.state, kept.play.world, { kind: "continue" })
    expect(next.choices.map(({ text }) => text)).not.toContain("Ask about the lamp.")
  })
})

/** One edit of an author: lines change, knots come, go and get new names, variables come and go. */
const edits: readonly ((text: string) => string)[] = [
  (text) => text.replace("You are up there.", "You are at the top."),
  (text) => text.replace("Nothing comes.", "Nobody comes."),
  (text) => text.replaceAll(/(-> |=== )light\b/g, "$1shine"),
  (text) => text.replaceAll(/(-> |=== )quay\b/g, "$1harbour"),
  (text) => text.replace("# checkpoint: tower\n", ""),
  (text) => text.replace("# checkpoint: light\n", ""),
  (text) => text.replace("VAR courage = 1", "VAR courage = 1\nVAR hope = 0"),
  (text) => text.replace("* [Wait.]\n  Nothing comes.\n  -> light\n", ""),
  (text) => text.replace("+ [Go home.] -> home", "+ [Go home.] -> home\n+ [Sit.] -> bench"),
  (text) => text.replace("=== home\n", "=== bench\n# checkpoint: bench\nYou sit.\n-> home\n=== home\n"),
  (text) => text.replace("LIST bag = (rope), bread", "LIST bag = (rope), bread, salt"),
  (text) => text.replace("(rope), bread", "(line), bread"),
  (text) => text.replace("雾很浓", "雾更浓了"),
  (text) => text.replace("VAR coins = 2", "VAR coins = \"两枚\"").replace("{coins > 0:", "{coins != \"零枚\":").replace("~ coins -= 1", "~ coins = \"一枚\""),
  (text) => text.replace("# checkpoint: 书架\n", ""),
  (text) => text.replaceAll("shelf", "shelves"),
]

describe("properties over edits", () => {
  it("a save always goes on to a place from which the story plays, whatever was edited", () => {
    const originals = [ferry, bookshop].map((files) => ({ files, story: compile(files) }))
    const picks = fc.array(fc.nat(4), { maxLength: 8 })
    fc.assert(fc.property(fc.nat(1), fc.nat(30), picks, fc.subarray([...edits]), picks, (which, seed, before, chosen, after) => {
      const { files, story } = originals[which] as (typeof originals)[number]
      const { story: edited } = compileStory(files.map(({ name, text }) => ({ name, text: chosen.reduce((now, change) => change(now), text) })), { speakers })
      if (edited === null) return
      let play = playStory(story, world(), { seed })
      for (const pick of before) if (play.choices.length > 0) play = play.next({ kind: "choose", choice: pick % play.choices.length })
      const resumed = resumeStory(edited, JSON.parse(JSON.stringify(saveStory(story, play.state))))
      expect(resumed.refusal).toBeUndefined()
      if (resumed.state === undefined) return
      expect(resumed.place.kind === "exact").toBe(edited.identity === story.identity)
      expect(resumed.state.story).toBe(edited.identity)
      expect(resumeStory(edited, saveStory(edited, resumed.state)).state).toEqual(resumed.state)
      const { place } = resumed
      expect(place.kind !== "checkpoint" || edited.checkpoints.some(({ name }) => name === place.name)).toBe(true)
      expect(place.kind === "exact" || place.kind === "scene" || resumed.lost.length > 0).toBe(true)
      let { state } = resumed
      let here = play.world
      for (const pick of [0, ...after]) {
        if (state.status === "ended") break
        const step = advanceStory(edited, state, here, state.status === "ready" ? { kind: "continue" } : { kind: "choose", choice: pick % state.choices.length })
        expect(step.refusal).toBeNull()
        ;({ state, world: here } = step)
      }
    }), { numRuns: 150 })
  })
})
