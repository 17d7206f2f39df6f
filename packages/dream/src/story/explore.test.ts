import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compileStory } from "./compile.ts"
import { explorationFindings } from "./exploration-findings.ts"
import { exploreStory } from "./explore.ts"
import { plainWorld } from "./plain-world.ts"
import { playPath } from "./play.ts"
import type { Story } from "./story.ts"
import { bookshop, ferry, market, speakers, world } from "./stories.test.data.ts"

const compile = (files: Parameters<typeof compileStory>[0]): Story => {
  const { story, findings } = compileStory(files, { speakers })
  if (story === null) throw new Error(JSON.stringify(findings))
  return story
}
const text = (source: string) => compile([{ name: "story.ink", text: source }])
const small = { walks: 20, states: 500 }

describe("exploring", () => {
  it("reaches every ending of a good story, by paths that really lead there", () => {
    for (const files of [ferry, bookshop, market]) {
      const story = compile(files)
      const found = exploreStory(story, world({ tone: "warm" }), small)
      expect(found.unreached.endings).toEqual([])
      expect(found.endings.map(({ name }) => name).toSorted()).toEqual(story.endings.toSorted())
      for (const { name, path } of found.endings) expect(playPath(story, world({ tone: "warm" }), path).ended).toEqual({ ending: name, isRest: false })
    }
  })

  it("gives the shortest path", () => {
    const story = text(`-> a\n=== a\n+ [On.] -> b\n+ [Round.] -> a\n=== b\n+ [On.] -> c\n+ [Back.] -> a\n=== c\nThere. # ending: there\n-> END\n`)
    const found = exploreStory(story, world(), small)
    expect(found.endings).toEqual([{ name: "there", path: { seed: "explore", choices: [0, 0] } }])
    expect(found).toMatchObject({ isComplete: true, states: 3, deadEnds: [], traps: [], failures: [] })
  })

  it("reports what is never reached", () => {
    const story = text(`-> a\n=== a\nHi.\n{fact("door"): The door is open. # pause}\n+ {fact("door")} [Through.] -> b\n+ [Stay.] -> c\n=== b\n# checkpoint: b\nThrough. # ending: through\n-> END\n=== c\nYou stay. # ending: stay\n-> END\n`)
    const found = exploreStory(story, plainWorld({ facts: { door: false } }), small)
    expect(found.unreached.lines.map(({ line }) => line)).toEqual([4, 9])
    expect(found.unreached.choices.map(({ source }) => source)).toEqual(["{fact(\"door\")} [Through.] -> b"])
    expect(found.unreached).toMatchObject({ knots: ["b"], checkpoints: ["b"], endings: ["through"] })
    const codes = explorationFindings(story, found).map(({ code }) => code)
    expect(codes).toEqual(["ending_unreached", "checkpoint_unreached", "knot_unreached", "choice_unreached", "line_unreached", "line_unreached"])
  })

  it("reports dead ends, traps and failures with a path to each", () => {
    const story = text(`-> a
=== a
* [Stop.] You stop.
  -> DONE
+ [Wheel.] -> wheel
+ [Fail.] -> fail
+ [End.] Over. # ending: over
  -> END
=== wheel
Round.
+ [Again.] -> wheel
=== fail
-> fail
`)
    const found = exploreStory(story, world(), small)
    expect(found.deadEnds.map(({ flow, path }) => [flow, path.choices])).toEqual([["a", [0]]])
    expect(found.traps.map(({ flow, path }) => [flow, path.choices])).toEqual([["wheel", [1]]])
    expect(found.failures.map(({ path, refusal }) => [path.choices, refusal.code])).toEqual([[[2], "endless_loop"]])
    const findings = explorationFindings(story, found)
    expect(findings.map(({ code }) => code)).toEqual(["play_failed", "dead_end", "trap"])
    expect(findings[2]?.message.zh).toContain("2（种子 explore）")
  })

  it("counts the moves that the world refused", () => {
    const found = exploreStory(compile(ferry), plainWorld({ facts: { tide: 3, lamp_lit: false }, refuses: { "put:key": "held" } }), small)
    expect(found.refusedMoves[0]).toMatchObject({ command: "put key player", code: "held" })
  })

  it("begins at the knots of the host too, and lets the story rest", () => {
    const story = text(`You wait. # rest\n-> DONE\n=== fire\n# entry\nFire!\n+ [Run.] -> DONE\n+ [Stay.] Ash. # ending: ash\n  -> END\n`)
    const found = exploreStory(story, world(), small)
    expect(found.deadEnds).toEqual([])
    expect(found.endings).toEqual([{ name: "ash", path: { seed: "explore", entry: "fire", choices: [1] } }])
    expect(playPath(story, world(), found.endings[0]?.path ?? { seed: "", choices: [] }).ended?.ending).toBe("ash")
  })

  it("explores several worlds at once, and says in which one a path lies", () => {
    const story = text(`-> a\n=== a\n* {dial("tone") == "warm"} [Hug.] -> hug\n* [Nod.] You nod. # ending: nod\n  -> END\n=== hug\nYou hug. # ending: hug\n-> END\n`)
    const worlds = [world({ tone: "dry" }), world({ tone: "warm" })]
    const found = exploreStory(story, worlds, small)
    expect(found.unreached.endings).toEqual([])
    for (const { name, path } of found.endings) expect(playPath(story, worlds[path.variant ?? 0] ?? world(), path).ended?.ending).toBe(name)
    expect(found.endings.find(({ name }) => name === "hug")?.path).toEqual({ seed: "explore", variant: 1, choices: [0] })
  })

  it("finds what once-only choices leave behind in a tunnel", () => {
    const found = exploreStory(compile(market), world(), { walks: 100, states: 500 })
    expect(found.deadEnds.map(({ flow }) => flow)).toEqual(["haggle"])
    const path = found.deadEnds[0]?.path ?? { seed: "", choices: [] }
    expect(playPath(compile(market), world(), path).ended).toEqual({ ending: null, isRest: false })
  })

  it("is deterministic", () => {
    const story = compile(ferry)
    expect(exploreStory(story, world(), small)).toEqual(exploreStory(story, world(), small))
  })

  it("agrees with a graph search on stories of random knots", () => {
    const knots = fc.array(fc.array(fc.nat(7), { minLength: 0, maxLength: 3 }), { minLength: 8, maxLength: 8 })
    fc.assert(fc.property(knots, (leads) => {
      const body = leads.map((to, index) => `=== k${index}\nHere ${index}.\n${to.length === 0 ? `Over. # ending: e${index}\n-> END` : to.map((next) => `+ [To ${next}.] -> k${next}`).join("\n")}\n`)
      const { story } = compileStory([{ name: "story.ink", text: `-> k0\n${body.join("")}` }], {})
      if (story === null) throw new Error("does not compile")
      const far = new Map([[0, 0]])
      const waiting = [0]
      for (let at = waiting.shift(); at !== undefined; at = waiting.shift())
        for (const next of leads[at] ?? []) if (!far.has(next)) { far.set(next, (far.get(at) ?? 0) + 1); waiting.push(next) }
      const ends = new Set([...far.keys()].filter((at) => leads[at]?.length === 0))
      const found = exploreStory(story, world(), { walks: 3, states: 200, depth: 20 })
      expect(new Map(found.endings.map(({ name, path }) => [name, path.choices.length]))).toEqual(new Map([...ends].map((at) => [`e${at}`, far.get(at)])))
      const canEnd = (at: number, seen = new Set<number>()): boolean => ends.has(at) || (!seen.has(at) && (leads[at] ?? []).some((next) => canEnd(next, new Set([...seen, at]))))
      expect(new Set(found.traps.map(({ flow }) => flow))).toEqual(new Set([...far.keys()].filter((at) => !canEnd(at)).map((at) => `k${at}`)))
      expect(found.isComplete).toBe(true)
    }), { numRuns: 25 })
  })

})
