import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Example } from "../function/index.ts"
import { groupHash, normaliseText } from "./group.ts"
import { splitExamples } from "./split.ts"

const signature = { inputs: [{ name: "text", type: "text" as const }] }
const example = (key: number, text: string, label: string): Example => ({ key: String(key), input: { text }, label })

const tables = fc
  .array(fc.record({ text: fc.integer({ min: 0, max: 60 }), spelling: fc.integer({ min: 0, max: 3 }), label: fc.constantFrom("a", "b", "c") }), {
    minLength: 1,
    maxLength: 200,
  })
  .map((rows) =>
    rows.map(({ text, spelling, label }, i) => {
      const spellings = [`Text ${text}`, `  text   ${text} `, `TEXT\n${text}`, `Ｔext ${text}`]
      return example(i + 1, spellings[spelling] ?? "", label)
    }),
  )

describe("splits", () => {
  it("never put copies of a row on two sides, and lose no row unaccounted", () => {
    fc.assert(
      fc.property(tables, fc.integer(), fc.boolean(), (examples, seed, timed) => {
        const timedExamples = examples.map((e, i) => ({ ...e, input: { ...e.input, when: i } }))
        const split = splitExamples({ examples: timedExamples, signature, seed, ...(timed ? { byTimeColumn: "when" } : {}) })
        const sides = [split.fit, split.choose, split.certify].map((part) => new Set(part.map((e) => groupHash(e.input, signature))))
        const distinct = new Set(sides.flatMap((side) => [...side]))
        expect(distinct.size).toBe(sides.reduce((sum, side) => sum + side.size, 0))
        expect(distinct.size).toBe(split.facts.groups)
        const { fitRows, chooseRows, certifyRows, duplicatesSetAside } = split.facts
        expect(fitRows + chooseRows + certifyRows + duplicatesSetAside.choose + duplicatesSetAside.certify).toBe(examples.length)
      }),
    )
  })

  it("hold one row a group in choose and certify", () => {
    fc.assert(
      fc.property(tables, fc.integer(), (examples, seed) => {
        const { choose, certify } = splitExamples({ examples, signature, seed })
        for (const part of [choose, certify])
          expect(new Set(part.map((e) => groupHash(e.input, signature))).size).toBe(part.length)
      }),
    )
  })

  it("are the same for the same seed and differ for another", () => {
    const examples = Array.from({ length: 100 }, (_, i) => example(i, `row ${i}`, i % 2 ? "a" : "b"))
    const certify = (seed: number) => splitExamples({ examples, signature, seed }).certify.map((e) => e.key)
    expect(certify(1)).toEqual(certify(1))
    expect(certify(1)).not.toEqual(certify(2))
  })

  it("keep a class that certify left over in fit, even where it is rare", () => {
    const examples = Array.from({ length: 200 }, (_, i) => example(i, `row ${i}`, i % 50 === 0 ? "rare" : "common"))
    const hasRare = (part: readonly Example[]) => part.some((e) => e.label === "rare")
    const splits = Array.from({ length: 50 }, (_, seed) => splitExamples({ examples, signature, seed }))
    const withRare = splits.filter(({ choose }) => hasRare(choose))
    expect(withRare.length).toBeGreaterThan(0)
    expect(withRare.every(({ fit }) => hasRare(fit))).toBe(true)
  })

  it("draw the certify part at random: each class comes as often as it is in the data", () => {
    const examples = Array.from({ length: 40 }, (_, i) => example(i, `row ${i}`, i === 0 ? "once" : "often"))
    let drawn = 0
    for (let seed = 0; seed < 400; seed++)
      if (splitExamples({ examples, signature, seed }).certify.some((e) => e.label === "once")) drawn += 1
    expect(drawn / 400).toBeGreaterThan(0.18)
    expect(drawn / 400).toBeLessThan(0.32)
  })

  it("by time certify on the newest rows, and put undated rows into fit", () => {
    const examples = Array.from({ length: 20 }, (_, i) => ({
      ...example(i, `row ${i}`, "a"),
      input: { text: `row ${i}`, sent: i === 19 ? "unknown" : `2024-01-${String(i + 1).padStart(2, "0")}` },
    }))
    const split = splitExamples({ examples, signature, seed: 0, byTimeColumn: "sent" })
    expect(split.certify.map((e) => Number(e.key)).toSorted((a, b) => a - b)).toEqual([14, 15, 16, 17, 18])
    expect(split.facts).toMatchObject({ byTimeColumn: "sent", undatedRows: 1 })
    expect(split.fit.map((e) => e.key)).toContain("19")
  })

  it("give choose and certify in random order, also by time, so that their first rows are a random sample", () => {
    const examples = Array.from({ length: 400 }, (_, i) => ({ ...example(i, `row ${i}`, "a"), input: { text: `row ${i}`, sent: i } }))
    const { certify } = splitExamples({ examples, signature, seed: 1, byTimeColumn: "sent" })
    const mean = (part: readonly Example[]) => part.reduce((sum, e) => sum + Number(e.key), 0) / part.length
    expect(Math.abs(mean(certify.slice(0, 50)) - mean(certify))).toBeLessThan(12)
  })

  it("report the same text under different labels", () => {
    const { conflicts } = splitExamples({
      examples: [example(1, "hello", "a"), example(2, "HELLO ", "b"), example(3, "bye", "a")],
      signature,
      seed: 0,
    })
    expect(conflicts).toEqual([{ keys: ["1", "2"], labels: ["a", "b"] }])
  })

  it("fold width, case and white space, and tell a missing value from an empty one", () => {
    expect(normaliseText(" Ｈello　\t World ")).toBe("hello world")
    expect(groupHash({ text: null }, signature)).not.toBe(groupHash({ text: "" }, signature))
    expect(groupHash({ text: "1" }, signature)).toBe(groupHash({ text: 1 }, signature))
  })
})
