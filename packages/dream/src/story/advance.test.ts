import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { advanceStory, seedOf, startStory } from "./advance.ts"
import { closeUp } from "./reading.ts"
import type { StoryInput, StoryStep } from "./advance.ts"
import { bindWorld, proposeMove } from "./functions.ts"
import type { Stage } from "./functions.ts"
import { compileStory } from "./compile.ts"
import { Machine } from "./machine.ts"
import { readSpeaker } from "./speaker.ts"
import { engineOf } from "./story.ts"
import { tagValues } from "./tag.ts"
import { plainWorld } from "./plain-world.ts"
import { playPath, playStory } from "./play.ts"
import type { StoryState } from "./state.ts"
import type { Story } from "./story.ts"
import { bookshop, ferry, market, names, speakers, world } from "./stories.test.data.ts"

const compile = (files: Parameters<typeof compileStory>[0], options: Parameters<typeof compileStory>[1] = { names, speakers }): Story => {
  const { story, findings } = compileStory(files, options)
  if (story === null) throw new Error(JSON.stringify(findings))
  return story
}
const text = (source: string) => compile([{ name: "story.ink", text: source }], {})
const files = [ferry, bookshop, market] as const
const stories = [compile(ferry), compile(bookshop), compile(market)] as const
const fine = "# ending: done\n-> END\n"
const texts = ({ lines }: StoryStep) => lines.map((line) => line.text)

describe("playing", () => {
  it("gives lines with speaker, id, language and origin, then choices", () => {
    const play = playStory(stories[0], world(), { seed: 1 })
    expect(play.lines.map(({ speaker, id, language, origin }) => ({ speaker, id: id === "mara-cold" ? id : "", language, origin }))).toEqual([
      { speaker: null, id: "", language: "en", origin: "authored" }, { speaker: "mara", id: "mara-cold", language: "en", origin: "authored" },
    ])
    expect(play.lines[1]?.text).toMatch(/^Cold(?: night\.|er than the last\.)$/)
    expect(play.choices.map((choice) => choice.text)).toEqual(["Ask about the lamp.", "Take the key.", "Go home."])
    const chinese = playStory(stories[1], world({ tone: "warm" }), { seed: 1 })
    expect(chinese.lines.at(-1)).toMatchObject({ speaker: "mara", text: "请进，外面冷。", language: "zh" })
  })

  it("sees the world and moves it", () => {
    const start = playStory(stories[0], world(), { seed: 1 })
    const took = start.next({ kind: "choose", choice: 1 })
    expect(took.moves).toEqual([{ command: "put key player", proposal: { op: "put", thing: "key", in: "player" }, refusal: null }])
    expect(took.world.has("player", "key")).toBe(true)
    expect(start.world.has("player", "key")).toBe(false)
    expect(texts(took)[0]).toBe("The key is heavy.")
    expect(took.choices.map((choice) => choice.text)).toContain("Climb.")
    expect(texts(start.next({ kind: "choose", choice: 0 }))[0]).toBe("It has been dark since 3 tides.")
  })

  it("lets the author react to a refusal", () => {
    const strict = plainWorld({ facts: { tide: 3 }, positions: { key: "quay", player: "quay" }, refuses: { "put:key": "held" } })
    const took = playStory(stories[0], strict, { seed: 1 }).next({ kind: "choose", choice: 1 })
    expect(took.moves[0]?.refusal?.code).toBe("held")
    expect(took.lines[0]).toMatchObject({ speaker: "mara", text: "Not yours." })
  })

  it("shows the world after a line's move to all that follows, choices too", () => {
    const story = text(`VAR refusal = "-"\nOn we go. # move: set door true\n* {fact("door")} [Through.] -> a\n* {refusal == ""} [Back.] -> a\n* [Stay.] -> a\n=== a\n${fine}`)
    const play = playStory(story, plainWorld({ facts: { door: false } }), { seed: 1 })
    expect(play.choices.map((choice) => choice.text)).toEqual(["Through.", "Back.", "Stay."])
  })

  it("moves the world once for a move, however far ink reads ahead", () => {
    const story = text(`One.\n~ move("add tide 1")\nTwo.\n~ temp x = move("add tide 1")\nThree {fact("tide")}. # move: add tide 1\nFour {fact("tide")}.\n${fine}`)
    const play = playStory(story, plainWorld({ facts: { tide: 0 } }), { seed: 1 })
    expect(play.world.fact("tide")).toBe(3)
    expect(texts(play)).toEqual(["One.", "Two.", "Three 2.", "Four 3."])
    expect(play.moves).toHaveLength(3)
  })

  it("names the ending, and tells an end without a name from it", () => {
    const home = playStory(stories[0], world(), { seed: 1 }).next({ kind: "choose", choice: 2 })
    expect(home.ended).toEqual({ ending: "home", isRest: false })
    const loose = playStory(text("-> a\n=== a\nHi.\n* [Go] Gone.\n"), world(), { seed: 1 }).next({ kind: "choose", choice: 0 })
    expect([texts(loose), loose.ended, loose.refusal]).toEqual([["Gone."], { ending: null, isRest: false }, null])
  })

  it("pauses where the author says so and where the limit of lines is", () => {
    const story = text(`One.\nTwo. # pause\nThree.\n${fine}`)
    const play = playStory(story, world(), { seed: 1 })
    expect([texts(play), play.hasMore]).toEqual([["One.", "Two."], true])
    expect(texts(play.next({ kind: "continue" }))).toEqual(["Three."])
    expect(texts(playStory(story, world(), { seed: 1, lines: 1 }))).toEqual(["One."])
  })

  it("marks a checkpoint when it is entered, not when ink reads ahead", () => {
    const story = text(`One. # pause\n-> b\n=== b\n# checkpoint: b\nTwo.\n-> c\n=== c\nThree.\n${fine}`)
    const play = playStory(story, world(), { seed: 1 })
    expect([play.entered, play.state.checkpoints]).toEqual([[], []])
    const next = play.next({ kind: "continue" })
    expect([next.entered, next.state.checkpoints.map(({ name, step }) => [name, step])]).toEqual([["b", "c"], [["b", 1]]])
  })

  it("takes tags on lines of their own", () => {
    const story = text(`VAR refusal = ""\nOne.\n# pause\n# move: set door true\n{fact("door"): Two.}\n# ending: sad\n-> END\n`)
    const play = playStory(story, plainWorld({ facts: { door: false } }), { seed: 1 })
    expect(texts(play)).toEqual(["One."])
    const ended = [play.next({ kind: "continue" })].map((next) => (next.hasMore ? next.next({ kind: "continue" }) : next))[0]
    expect([ended?.world.fact("door"), ended?.ended?.ending]).toEqual([true, "sad"])
  })

  it("asks the world by every function", () => {
    const story = text(`{knows("mara", "secret")} {knows("player", "secret")} {at("mara", "quay")} {has("mara", "oil")} {relation("trust", "mara", "player")} {time()} {dial("tone")}{fact("gone")}.\n${fine}`)
    const here = plainWorld({ knowledge: ["mara/secret"], positions: { mara: "quay" }, relations: { "trust/mara/player": 2 }, time: 60, dials: { tone: "dry" } })
    expect(texts(playStory(story, here, { seed: 1 }))).toEqual(["true false true false 2 60 dry."])
  })

  it("rests where the author says so, until the host enters a knot", () => {
    const story = text(`You wait. # rest\n-> DONE\n=== fire\n# entry\nFire!\n${fine}`)
    const play = playStory(story, world(), { seed: 1 })
    expect(play.ended).toEqual({ ending: null, isRest: true })
    expect(play.next({ kind: "continue" }).refusal?.code).toBe("ended")
    expect(play.next({ kind: "enter", knot: "fire" }).ended).toEqual({ ending: "done", isRest: false })
  })

  it("enters only the knots that are tagged as entries", () => {
    const story = text(`Hi.\n* [Go] -> a\n=== a\n${fine}=== fire\n# entry\nFire!\n${fine}`)
    const start = playStory(story, world(), { seed: 1 })
    expect(texts(start.next({ kind: "enter", knot: "fire" }))).toEqual(["Fire!"])
    expect(start.next({ kind: "enter", knot: "a" }).refusal?.code).toBe("knot_closed")
  })

  it("keeps choices apart by id", () => {
    const start = playStory(stories[0], world(), { seed: 1 })
    const id = start.choices[2]?.id ?? ""
    expect(start.next({ kind: "choose", choice: id }).state).toEqual(start.next({ kind: "choose", choice: 2 }).state)
  })

  it("divides a whole float alike before and after it was written", () => {
    const story = text(`VAR x = 1\n~ x = 6.0\nNow {x / 4}.\n* [Go] Now {x / 4}.\n${fine}`)
    const play = playStory(story, world(), { seed: 1 })
    expect(texts(play.next({ kind: "choose", choice: 0 }))[0]).toEqual(texts(play)[0])
  })
})

describe("bounds", () => {
  it.each([
    ["a circle of diverts", "-> a\n=== a\n-> b\n=== b\n-> a\n", "endless_loop"],
    ["a circle that speaks", "-> a\n=== a\nAgain.\n-> a\n", null],
    ["a function that calls itself", "{f(1)}\n-> END\n=== function f(x)\n~ return f(x + 1)\n", "calls_too_deep"],
    ["a text that doubles", "VAR s = \"ab\"\n-> a\n=== a\n~ s = s + s\n-> a\n", "text_too_long"],
    ["a line without end", "-> a\n=== a\nword <>\n-> a\n", "text_too_long"],
    ["a number that grows", "VAR n = 10\n-> a\n=== a\n~ n = n * n\n{n == n * n: -> b}\n-> a\n=== b\n* [Go] -> a\n", "number_too_large"],
    ["a fault of types", "VAR n = 10\n{LIST_COUNT(n)}\n-> END\n", "ink_failed"],
  ])("%s stops with a clear refusal", (_, source, code) => {
    const story = text(source)
    const started = startStory(story, { seed: 1 })
    const step = advanceStory(story, started, world(), { kind: "continue" })
    expect([step.refusal?.code ?? null, step.lines.length]).toEqual([code, code === null ? 200 : 0])
    expect(step.state === started || code === null).toBe(true)
    expect(step.refusal?.message.zh ?? "无").toMatch(/\p{Script=Han}/u)
  })

  it("answers a world that throws with a refusal", () => {
    const broken = { ...world(), fact: () => { throw new Error("no light") } }
    const step = playStory(stories[0], broken, { seed: 1 }).next({ kind: "choose", choice: 0 })
    expect(step.refusal?.code).toBe("world_failed")
    expect(step.refusal?.message.en).toContain("no light")
  })
})

const inputs: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(4), { maxLength: 12 })

/** Plays, taking the nth of the open choices; `between` may put the state away and take it out again. */
function play(story: Story, seed: number, picks: readonly number[], between: (state: StoryState) => StoryState): StoryStep[] {
  let step = advanceStory(story, startStory(story, { seed }), world(), { kind: "continue" })
  const steps = [step]
  for (const pick of picks) {
    if (step.choices.length === 0) break
    step = advanceStory(story, between(step.state), step.world, { kind: "choose", choice: pick % step.choices.length })
    steps.push(step)
  }
  return steps
}
const seen = (steps: readonly StoryStep[]) => JSON.stringify(steps.map(({ state, lines, choices, moves }) => ({ state, lines, choices, moves })))

describe("properties", () => {
  it("equal seeds and inputs give equal lines and states, byte for byte, also from a story compiled anew", () => {
    fc.assert(fc.property(fc.nat(50), inputs, fc.nat(2), (seed, picks, which) => {
      const story = stories[which] as Story
      const again = compile(files[which] ?? ferry)
      const once = play(story, seed, picks, (state) => state)
      expect(seen(play(story, seed, picks, (state) => state))).toBe(seen(once))
      expect(seen(play(again, seed, picks, (state) => state))).toBe(seen(once))
    }), { numRuns: 40 })
  })

  it("putting the state away at any step changes nothing", () => {
    fc.assert(fc.property(fc.nat(50), inputs, fc.nat(2), (seed, picks, which) => {
      const story = stories[which] as Story
      const kept = play(story, seed, picks, (state) => JSON.parse(JSON.stringify(state)) as StoryState)
      expect(seen(kept)).toBe(seen(play(story, seed, picks, (state) => state)))
    }), { numRuns: 60 })
  })

  it("reads like one uninterrupted run of ink", () => {
    fc.assert(fc.property(fc.nat(50), inputs, fc.nat(2), (seed, picks, which) => {
      const story = stories[which] as Story
      const steps = play(story, seed, picks, (state) => state)
      const engine = engineOf(story)
      if (engine === undefined) throw new Error("no engine")
      const machine = new Machine(engine)
      const stage: Stage = { world: world(), moves: [] }
      bindWorld(machine, () => stage)
      machine.begin(1e6)
      machine.state.storySeed = seedOf(String(seed))
      const read = () => {
        const lines: string[] = []
        while (machine.canContinue) {
          const line = closeUp((machine.Continue() ?? "").trim())
          if (line !== "") lines.push(readSpeaker(line, speakers).text)
          for (const tag of tagValues(machine.currentTags ?? [], "move")) proposeMove(stage, machine, tag)
        }
        return { lines, choices: machine.currentChoices.map((choice) => closeUp(choice.text)) }
      }
      let now = read()
      const whole = [now]
      for (const pick of picks) {
        if (now.choices.length === 0) break
        machine.ChooseChoiceIndex(pick % now.choices.length)
        now = read()
        whole.push(now)
      }
      expect(steps.map((step) => ({ lines: texts(step), choices: step.choices.map((choice) => choice.text) }))).toEqual(whole)
    }), { numRuns: 60 })
  })

  it("interleaved plays do not disturb one another", () => {
    fc.assert(fc.property(fc.nat(20), fc.nat(20), inputs, (a, b, picks) => {
      const alone = seen(play(stories[0], a, picks, (state) => state))
      const disturbed = play(stories[0], a, picks, (state) => {
        play(stories[0], b, picks.slice(0, 3), (other) => other)
        return state
      })
      expect(seen(disturbed)).toBe(alone)
    }), { numRuns: 20 })
  })

  it("nothing that comes in makes it throw, and a refused input leaves state and world", () => {
    const states = play(stories[0], 3, [1, 3, 0], (state) => state).map(({ state }) => state)
    const anything = fc.oneof(
      fc.anything(), fc.record({ kind: fc.constantFrom("choose", "continue", "enter"), choice: fc.anything(), knot: fc.anything() }),
    )
    const mangled = fc.record({ ink: fc.oneof(fc.string(), fc.json(), fc.constant("{}")), extra: fc.anything() })
    fc.assert(fc.property(fc.nat(3), anything, fc.option(mangled), (index, input, mangle) => {
      const state = states[index % states.length] as StoryState
      const given = mangle === null ? state : { ...state, ink: mangle.ink, step: mangle.extra as number }
      const here = world()
      const step = advanceStory(stories[0], given, here, input as StoryInput)
      expect(step.refusal === null || (step.state === given && step.world === here)).toBe(true)
    }), { numRuns: 400 })
    expect(() => advanceStory(stories[0], null as unknown as StoryState, world(), { kind: "continue" })).not.toThrow()
  })

  it("different seeds roll different dice", () => {
    const first = new Set(Array.from({ length: 20 }, (_, seed) => playStory(stories[0], world(), { seed }).lines[1]?.text))
    expect(first.size).toBe(2)
  })

  it("a path plays as it was walked", () => {
    const steps = play(stories[0], 7, [1, 2, 0], (state) => state)
    expect(playPath(stories[0], world(), { seed: "7", choices: [1, 2, 0] }).state).toEqual(steps.at(-1)?.state)
  })
})
