import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { createWorld, entriesOf, findBreaches, replay, requireWorld, stateHash } from "../world/index.ts"
import { compileStory } from "./compile.ts"
import { exploreStory } from "./explore.ts"
import { stageWorld, storyNamesOf, storySpeakersOf } from "./of-world.ts"
import type { WorldOnStage } from "./of-world.ts"
import { playPath, playStory } from "./play.ts"

const files = ["world.yaml", "plot.yaml"].map((name) =>
  ({ name, text: readFileSync(new URL(`../world/example/${name}`, import.meta.url), "utf8") }))
const definition = requireWorld(files)
const inn = `VAR refusal = ""
-> taproom
=== taproom
# checkpoint: taproom
文掌柜：{at("luo", "taproom"): 都到齐了。 | 罗三还在栈桥上。}
+ [Take the lamp.]
  ~ temp done = move("act guest take thing=lamp")
  {done: The lamp is warm. | You have it already ({refusal}).}
  -> taproom
+ {has("guest", "lamp")} [Call him in.]
  He comes. # move: send luo taproom
  -> taproom
+ {at("luo", "taproom")} [Sit.]
  You sit with them. # ending: together
  -> END
+ [Send him to the moon.]
  ~ temp sent = move("send luo moon")
  Nothing happens{refusal == "impossible":, of course}.
  -> taproom
`
const compile = (text: string) => compileStory([{ name: "story.ink", text }], { names: storyNamesOf(definition), speakers: storySpeakersOf(definition) })

describe("a story of a typed world", () => {
  it("is checked against the world's own names", () => {
    const { findings } = compile(inn)
    expect(findings.map(({ code, line }) => [code, line])).toEqual([["name_unknown", 17]])
  })

  it("plays on the world: moves are entries of its journal, which replays to the same state", () => {
    const { story } = compileStory([{ name: "story.ink", text: inn }], { speakers: storySpeakersOf(definition) })
    if (story === null) throw new Error("no story")
    const end = playPath(story, stageWorld(createWorld(definition)), { seed: "1", choices: [0, 1, 2] })
    expect(end.ended?.ending).toBe("together")
    const { world } = end.world as WorldOnStage
    expect(world.state.positions).toMatchObject({ lamp: "guest", luo: "taproom" })
    expect(world.journal.length).toBe(2)
    expect(findBreaches(definition, world.state)).toEqual([])
    expect(stateHash(replay(definition, entriesOf(world)).world)).toBe(stateHash(world))
  })

  it("takes a refusal of the world as it comes", () => {
    const { story } = compileStory([{ name: "story.ink", text: inn }], { speakers: storySpeakersOf(definition) })
    if (story === null) throw new Error("no story")
    const sent = playStory(story, stageWorld(createWorld(definition)), { seed: 1 }).next({ kind: "choose", choice: 1 })
    expect([sent.moves[0]?.refusal?.code, sent.lines[0]?.text]).toEqual(["impossible", "Nothing happens, of course."])
    expect((sent.world as WorldOnStage).world.journal.length).toBe(0)
    expect(sent.lines[1]).toMatchObject({ speaker: "wen", text: "罗三还在栈桥上。" })
  })

  it("is explored wholly, since equal worlds count as one", () => {
    const { story } = compileStory([{ name: "story.ink", text: inn }], { speakers: storySpeakersOf(definition) })
    if (story === null) throw new Error("no story")
    const found = exploreStory(story, stageWorld(createWorld(definition)), { walks: 5, depth: 20 })
    expect(found).toMatchObject({ isComplete: true, traps: [], deadEnds: [], failures: [] })
    expect(found.endings).toEqual([{ name: "together", path: { seed: "explore", choices: [0, 1, 2] } }])
  })
})
