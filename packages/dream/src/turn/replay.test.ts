import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { canonicalJson } from "../world/index.ts"
import { ferryDream } from "./ferry.test.support.ts"
import { applyTurn, optionsOf, playTurn, replayPorts, startPlay } from "./index.ts"
import type { PlayerInput, PlayState, Ports } from "./index.ts"

const dream = ferryDream()

/** Ports that answer by chance: nonsense, failures and secrets too. */
function portsByChance(seed: number): Ports {
  const random = createRandom("ports", seed)
  const sentences = ["喝茶吧。", "文掌柜的弟弟淹死在栈桥下。", "我是人工智能。", "", "王二麻子来了。", "Hello.", "夜深了。"]
  const answer = () => sentences[random.integer(sentences.length)] ?? ""
  return {
    choose: {
      choose: async (_context, options) => {
        if (random.integer(10) === 0) throw new Error("chooser failed")
        const chosen = options[random.integer(options.length)]
        return random.integer(5) === 0 ? { none: Number.NaN } : { [chosen?.key ?? ""]: 0.7, none: 0.3 }
      },
    },
    ...(random.integer(3) === 0 ? {} : {
      say: {
        async *say() {
          for (let count = random.integer(4); count > 0; count--) yield answer()
          if (random.integer(6) === 0) throw new Error("speaker failed")
        },
      },
    }),
    ...(random.integer(2) === 0 ? {} : {
      recall: async () => [{
        memory: { type: "episode" as const, id: `m${random.integer(9)}`, at: 0, journalIndex: 0, text: answer() || "空", importance: 1, source: "seen" as const, isPinned: false, isEdited: false },
        score: 1, parts: { words: 1, meaning: 0, recency: 0, importance: 0, presence: 0, pinned: 0 },
      }],
    }),
  }
}

function inputByChance(state: PlayState, seed: string): PlayerInput {
  const random = createRandom("input", seed)
  const options = optionsOf(dream, state, "guest")
  const option = options[random.integer(Math.max(1, options.length))]
  if (state.turns === 0) return { kind: "begin" }
  const inputs: readonly PlayerInput[] = [
    { kind: "take", option: option?.key ?? "choice:none" }, { kind: "say", text: option?.name ?? "乌拉" }, { kind: "say", text: "你弟弟呢，说实话" },
    { kind: "say", text: "乌拉乌拉" }, { kind: "wait", seconds: random.integer(400) }, { kind: "continue" }, { kind: "say", text: "我想死" }, { kind: "begin" },
  ]
  return inputs[random.integer(inputs.length)] as PlayerInput
}

test("equal dream, seed, inputs and recorded answers give equal turns, byte for byte, also through JSON", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
    const ports = portsByChance(seed)
    let state = startPlay(dream, { session: "a", seed: String(seed), language: "zh" })
    let again = startPlay(dream, { session: "another", seed: String(seed), language: "zh" })
    for (let count = 0; count < 14; count++) {
      const input = inputByChance(state, `${seed}/${count}`)
      const turn = await playTurn(dream, state, "guest", input, ports)
      const kept = JSON.parse(JSON.stringify(turn)) as typeof turn
      const replayed = await playTurn(dream, again, "guest", input, replayPorts(kept.calls))
      expect(canonicalJson(replayed)).toBe(canonicalJson(turn))
      expect(canonicalJson(kept)).toBe(canonicalJson(turn))
      state = applyTurn(dream, state, turn)
      again = applyTurn(dream, again, kept)
      expect(canonicalJson([again.world.state, again.said, again.recent, again.story])).toBe(canonicalJson([state.world.state, state.said, state.recent, state.story]))
    }
  }), { numRuns: 25, seed: 11 })
})

test("a replay that asks for what was not recorded says so", async () => {
  const start = startPlay(dream, { session: "a", seed: "1", language: "zh" })
  const opened = applyTurn(dream, start, await playTurn(dream, start, "guest", { kind: "begin" }, replayPorts([])))
  await expect(playTurn(dream, opened, "guest", { kind: "say", text: "乌拉" }, replayPorts([]))).rejects.toThrow("recording")
})

test("a turn belongs to its place in the play", async () => {
  const start = startPlay(dream, { session: "a", seed: "1", language: "zh" })
  const turn = await playTurn(dream, start, "guest", { kind: "begin" }, replayPorts([]))
  const opened = applyTurn(dream, start, turn)
  expect(() => applyTurn(dream, opened, turn)).toThrow("does not follow")
})
