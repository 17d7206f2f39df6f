import { describe, expect, it } from "vitest"
import { groupHash } from "@daydream/engine/evaluation"
import type { Outcome } from "@daydream/engine/function"
import { randomSample, rowsWorthLabelling, suspiciousLabels } from "./index.ts"

const signature = { inputs: [{ name: "text", type: "text" as const }] }
const row = (key: string, text: string) => ({ key, input: { text } })
const torn = (yes: number): Outcome => ({
  key: "", status: "answered", output: "yes", scores: Float64Array.of(1 - yes, yes), confidence: yes, by: "r",
  usage: { operations: 0, tokens: [] }, cost: 0n,
})

describe("suggestions", () => {
  it("pick torn rows, unlike each other, and one of several copies", () => {
    const rows = [row("1", "refund for my order"), row("2", "Refund for  my order"), row("3", "refund for my orders"), row("4", "weather in Shanghai"), row("5", "certain thing")]
    const outcomes = [0.5, 0.5, 0.5, 0.55, 0.99].map(torn)
    const chosen = rowsWorthLabelling({ rows, outcomes, signature, count: 2 })
    expect(chosen.map((entry) => entry.row.key)).toEqual(["1", "4"])
    const without = rowsWorthLabelling({ rows, outcomes, signature, count: 5, exclude: new Set([groupHash({ text: "refund for my order" }, signature)]) })
    expect(without.map((entry) => entry.row.key).toSorted((a, b) => a.localeCompare(b))).toEqual(["3", "4", "5"])
  })

  it("draw the same random sample for the same seed, each group equally often", () => {
    const rows = [...Array.from({ length: 20 }, (_, i) => row(String(i), `row ${i}`)), ...Array.from({ length: 80 }, (_, i) => row(`copy ${i}`, "row 0"))]
    expect(randomSample({ rows, signature, count: 5, seed: 3 })).toEqual(randomSample({ rows, signature, count: 5, seed: 3 }))
    let drawn = 0
    for (let seed = 0; seed < 300; seed++) if (randomSample({ rows, signature, count: 5, seed }).some((r) => r.input.text === "row 0")) drawn += 1
    expect(drawn / 300).toBeGreaterThan(0.15)
    expect(drawn / 300).toBeLessThan(0.35)
  })

  it("find labels that were swapped, worst first, and leave right ones alone", () => {
    const classes = ["a", "b"]
    const examples = Array.from({ length: 100 }, (_, i) => ({ ...row(String(i), `row ${i}`), label: i % 2 ? "b" : "a" }))
    const probabilities = examples.map((_, i) => (i % 2 ? [0.1, 0.9] : [0.9, 0.1]))
    examples[10] = { ...row("10", "row 10"), label: "b" }
    examples[21] = { ...row("21", "row 21"), label: "a" }
    probabilities[21] = [0.02, 0.98]
    const found = suspiciousLabels({ examples, probabilities, classes })
    expect(found.map((entry) => [entry.example.key, entry.suggested])).toEqual([["21", "b"], ["10", "a"]])
  })
})
