import { describe, expect, it } from "vitest"
import { createRandom } from "@daydream/engine/random"
import { checkPlan } from "./index.ts"
import type { Certificate, CheckRow } from "./index.ts"
import { logEvidence, mixtureInterval } from "./check.ts"

const certificate = {
  kind: "certificate", metric: { name: "accuracy" }, target: 0.95, delta: 0.05, certifyDigest: "digest", certifyHashes: ["old"],
} as unknown as Certificate

const rows = (count: number, quality: number, ...seed: (string | number)[]): CheckRow[] => {
  const random = createRandom("check", ...seed)
  return Array.from({ length: count }, (_, i) => ({
    hash: `${seed.join()}-${i}`,
    label: "a",
    outcome: { status: "answered", output: random.next() < quality ? "a" : "b" },
  }))
}

describe("a check", () => {
  it("finds a promise that holds, one that is broken, and says when it cannot tell", () => {
    expect(checkPlan({ certificate, rows: rows(600, 0.995, "good") }).verdict).toBe("holds")
    expect(checkPlan({ certificate, rows: rows(600, 0.88, "bad") }).verdict).toBe("broken")
    const open = checkPlan({ certificate, rows: rows(40, 0.97, "few") })
    expect(open.verdict).toBe("undecided")
    expect(open.rowsNeeded).toBeGreaterThan(40)
  })

  it("goes on where it stopped: two calls say the same as one", () => {
    const all = rows(500, 0.99, "parts")
    const whole = checkPlan({ certificate, rows: all })
    const first = checkPlan({ certificate, rows: all.slice(0, 200) })
    const state = JSON.parse(JSON.stringify(first.state)) as typeof first.state
    expect(checkPlan({ certificate, rows: all.slice(200), state }).state).toEqual(whole.state)
  })

  it("never counts a row twice, nor one that was used to certify or to fit", () => {
    const [a, b, c] = rows(3, 1, "twice") as [CheckRow, CheckRow, CheckRow]
    const first = checkPlan({ certificate, rows: [a, a, { ...b, hash: "old" }, { ...c, hash: "fitted" }], knownHashes: new Set(["fitted"]) })
    expect(first).toMatchObject({ rows: 1, notCounted: { repeated: 1, notFresh: 2 } })
    expect(checkPlan({ certificate, rows: [a], state: first.state })).toMatchObject({ rows: 1, notCounted: { repeated: 1 } })
    expect(first.text.en).toContain("Not counted: 1 repeated, 2 used when the plan was compiled.")
    expect(first.text.zh).toContain("未计入：1 行重复，2 行曾用于编译。")
  })

  it("reports a promise that held and later broke", () => {
    const good = checkPlan({ certificate, rows: rows(300, 1, "then") })
    expect(good.verdict).toBe("holds")
    const later = checkPlan({ certificate, rows: rows(900, 0.8, "drifted"), state: good.state })
    expect(later.verdict).toBe("broken")
    expect(later.text.zh).toContain("承诺已不成立")
  })

  it("refuses the state of another promise", () => {
    const { state } = checkPlan({ certificate, rows: [] })
    expect(() => checkPlan({ certificate: { ...certificate, target: 0.9 }, rows: [], state })).toThrow("another promise")
  })

  it("looked at after every row, gives a wrong verdict in at most 5 percent of runs, at the border on either side", () => {
    let wrong = 0
    for (let run = 0; run < 200; run++) {
      if (checkPlan({ certificate, rows: rows(600, 0.9499, "below", run) }).verdict === "holds") wrong += 1
      if (checkPlan({ certificate, rows: rows(600, 0.95, "at", run) }).verdict === "broken") wrong += 1
    }
    // 400 runs at 5 percent: the 99.9 % quantile of the binomial is 35.
    expect(wrong).toBeLessThanOrEqual(35)
  })

  it("has an interval that holds the estimate and shrinks with rows, and evidence that agrees with numeric integration", () => {
    const few = mixtureInterval({ trials: 50, successes: 48, delta: 0.05 })
    const many = mixtureInterval({ trials: 5000, successes: 4800, delta: 0.05 })
    expect(few.low).toBeLessThan(many.low)
    expect(many.low).toBeLessThan(0.96)
    expect(many.high).toBeGreaterThan(0.96)
    // The mixture of likelihood ratios over (target, 1), by the midpoint rule in t where q = sin² t, which makes Beta(½, ½) flat.
    const [target, successes, failures] = [0.95, 98, 2]
    const start = Math.asin(Math.sqrt(target))
    let sum = 0
    const steps = 20_000
    for (let i = 0; i < steps; i++) {
      const q = Math.sin(start + ((Math.PI / 2 - start) * (i + 0.5)) / steps) ** 2
      sum += Math.exp(successes * Math.log(q / target) + failures * Math.log((1 - q) / (1 - target)))
    }
    expect(logEvidence({ trials: 100, successes: 98, target }, "above")).toBeCloseTo(Math.log(sum / steps), 6)
  })
})
