import { describe, expect, it } from "vitest"
import { bootstrapInterval, countTrials, evaluate, trialOf } from "./metrics.ts"
import type { Judged } from "./metrics.ts"

const said = (output: string): Judged => ({ status: "answered", output })
const left: Judged = { status: "review", output: "a" }
const failed: Judged = { status: "failed", output: null }

describe("metrics", () => {
  // scikit-learn 1.7: f1_score(["a","a","b","b","c"], ["a","b","b","b","a"], average="macro") = 0.43333…
  it("agree with scikit-learn on macro F1, precision and recall", () => {
    const labels = ["a", "a", "b", "b", "c"].map((label) => ({ label }))
    const scores = evaluate(["a", "b", "b", "b", "a"].map(said), labels, { classes: ["a", "b", "c", "unused"] })
    expect(scores.macroF1).toBeCloseTo((0.5 + 0.8 + 0) / 3, 12)
    expect(scores.accuracy).toBe(0.6)
    expect(scores.perClass[1]).toMatchObject({ precision: 2 / 3, recall: 1, truePositive: 2, falsePositive: 1, falseNegative: 0 })
    expect(scores.perClass[3]).toMatchObject({ precision: null, recall: null })
    expect(scores.confusion[2]).toEqual([1, 0, 0, 0, 0])
  })

  it("count rows left to people neither for nor against, and failed rows against", () => {
    const labels = ["a", "a", "a", "a"].map((label) => ({ label }))
    const scores = evaluate([said("a"), left, failed, { status: "other", output: "b" }], labels, { classes: ["a", "b"] })
    expect(scores).toMatchObject({ accuracy: 0.5, coverage: 0.25, answered: 1, review: 1, other: 1, failed: 1 })
  })

  it("make trials of precision from what is claimed and of recall from what is there", () => {
    const precision = { name: "precision", positive: "spam" } as const
    const recall = { name: "recall", positive: "spam" } as const
    const labels = ["spam", "ham", "spam", "ham", "spam"]
    const outcomes = [said("spam"), said("spam"), said("ham"), said("ham"), failed]
    expect(countTrials(precision, labels, outcomes)).toEqual({ successes: 1, trials: 2 })
    expect(countTrials(recall, labels, outcomes)).toEqual({ successes: 1, trials: 3 })
    expect(trialOf(recall, "spam", left)).toBeNull()
  })

  it("give the same bootstrap interval for the same seed, around the estimate", () => {
    const rows = Array.from({ length: 200 }, (_, i) => i % 4)
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const interval = bootstrapInterval(rows, mean, { delta: 0.05, seed: 3 })
    expect(interval).toEqual(bootstrapInterval(rows, mean, { delta: 0.05, seed: 3 }))
    expect(interval.low).toBeLessThan(1.5)
    expect(interval.high).toBeGreaterThan(1.5)
  })

  it("say nothing of an empty set", () => {
    expect(evaluate([], [], { classes: ["a", "b"] })).toMatchObject({ accuracy: null, coverage: 0, macroF1: 0 })
  })
})
