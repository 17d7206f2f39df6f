import { describe, expect, test } from "vitest"
import { parseDream } from "../bundle/index.ts"
import { readCard } from "../card/index.ts"
import { v1Card, v2Card } from "../card/samples.test.support.ts"
import { allowanceOf } from "../safety/index.ts"
import { applyTurn, createWordChooser, playTurn, startPlay } from "../turn/index.ts"
import type { Ports } from "../turn/index.ts"
import { dreamOfCard } from "./index.ts"

const cardOf = (value: unknown) => readCard(new TextEncoder().encode(JSON.stringify(value)))
const dreamOf = (value: unknown) => {
  const { dream, problems } = parseDream(dreamOfCard(cardOf(value), { id: "card" }))
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([])
  if (dream === undefined) throw new Error("no dream")
  return dream
}

describe("a card as a dream", () => {
  test("has the card's character, voice, lore and language", () => {
    const dream = dreamOf(v2Card)
    expect(dream.languages).toEqual(["zh"])
    expect(dream.freedom).toBe("talk")
    const member = dream.cast.get("character")
    expect(member?.persona.zh).toBe("守灯人，米拉从不离开灯塔。 安静 雾中的海岬")
    expect(member?.voice.zh?.[0]).toEqual({ note: "灯为什么亮着？", line: "因为还有人没回来。 她没有看你。" })
    expect(dream.lore).toHaveLength(1)
  })

  test("begins with the greeting, and the character answers in a model's words", async () => {
    const dream = dreamOf(v1Card)
    const ports: Ports = {
      choose: createWordChooser(),
      say: {
        async *say() {
          yield "Two coins, as ever."
        },
      },
    }
    const allowance = allowanceOf(dream, { age: "teen", without: [] })
    let state = startPlay(dream, { session: "s", seed: "1", language: "en", dials: {} })
    const first = await playTurn(dream, state, "you", { kind: "begin" }, ports, { allowance })
    expect(first.outputs).toContainEqual(expect.objectContaining({ type: "say", character: "character", text: "Crossing?", origin: "authored" }))
    state = applyTurn(dream, state, first)
    const second = await playTurn(dream, state, "you", { kind: "say", text: "What does the ferry cost today?" }, ports, { allowance })
    expect(second.outputs).toContainEqual(expect.objectContaining({ type: "say", character: "character", text: "Two coins, as ever.", origin: "generated" }))
  })

  test("keeps signs of ink in a greeting as they are", async () => {
    const dream = dreamOf({ ...v1Card, first_mes: "-> {x|y} # not a tag\n* [choice] ~ a = b // c" })
    const state = startPlay(dream, { session: "s", seed: "1", language: "en", dials: {} })
    const { outputs } = await playTurn(dream, state, "you", { kind: "begin" }, { choose: createWordChooser() }, { allowance: allowanceOf(dream, { age: "adult", without: [] }) })
    const texts = outputs.flatMap((output) => (output.type === "say" ? [output.text] : []))
    expect(texts).toEqual(["-> {x|y} # not a tag", "[choice] ~ a = b // c"])
  })

  test("of an adult's card is closed to minors", () => {
    expect(dreamOf({ ...v2Card, data: { ...v2Card.data, tags: ["NSFW"] } }).rating).toBe("adult")
  })
})
