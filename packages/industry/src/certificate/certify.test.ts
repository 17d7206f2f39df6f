import { describe, expect, it } from "vitest"
import type { Example, Outcome } from "@daydream/engine/function"
import { proposeThresholds } from "../cascade/index.ts"
import type { MeasuredRows, Proposal } from "../cascade/index.ts"
import { certificateText, certify, orderSequence } from "./index.ts"
import type { Certificate, CertifyOptions, Refusal } from "./index.ts"

const classes = ["a", "b"]
const signature = { inputs: [{ name: "text", type: "text" as const }], output: { name: "label", type: "enum" as const, classes } }

/** `right` of `rows` rows right; the wrong ones have the confidence `wrongAt`, the others 0.9. */
function rung(by: string, options: { rows: number; wrong: number; wrongAt?: number; cost?: bigint }): Outcome[] {
  const { rows, wrong, wrongAt = 0.9, cost = 1n } = options
  return Array.from({ length: rows }, (_, i) => {
    const confidence = i < wrong ? wrongAt : 0.9 + (i % 50) / 1000
    const output = i < wrong ? "b" : "a"
    const scores = output === "a" ? Float64Array.of(confidence, 1 - confidence) : Float64Array.of(1 - confidence, confidence)
    return { key: String(i), status: "answered", output, scores, confidence, by, usage: { operations: 1, tokens: [] }, cost }
  })
}

const rowsOf = (outcomes: Record<string, Outcome[]>): MeasuredRows => ({
  labels: (Object.values(outcomes)[0] ?? []).map(() => "a"),
  classes,
  outcomes,
})

interface Setting {
  readonly choose: Record<string, Outcome[]>
  readonly certifyOn: Record<string, Outcome[]>
  readonly target?: number
  readonly attempt?: number
  readonly asked?: string[]
  readonly allowReview?: boolean
}

function optionsFor({ choose, certifyOn, target = 0.97, attempt = 1, asked = [], allowReview = false }: Setting): CertifyOptions {
  const measured = rowsOf(certifyOn)
  const goal = { metric: { name: "accuracy" } as const, target, delta: 0.0475 }
  const rows = measured.labels.length
  const examples = measured.labels.map((label, i): Example => ({ key: String(i), input: { text: `row ${i}` }, label }))
  const proposals = proposeThresholds({ ...goal, certifyRows: rows, measured: rowsOf(choose), rungs: Object.keys(choose), allowReview })
  return {
    proposals, metric: goal.metric, target, delta: 0.05, deltaSpent: 0.0475, attempt, deltaNext: 0.00125, examples, signature,
    measure: (candidate) => {
      asked.push(candidate.name)
      return measured
    },
    split: {
      rows: 2600, groups: 2600, fitRows: 1560, chooseRows: 390, certifyRows: rows, duplicatesSetAside: { choose: 0, certify: 12 },
      conflicts: 3, seed: 7,
    },
    seed: 7, createdAt: "2026-11-24T08:00:00.000Z", madeBy: "0.1.0",
  }
}

const run = (setting: Setting) => certify(optionsFor(setting))

describe("certifying", () => {
  it("ships the cheapest of the full plans that pass", async () => {
    const choose = { cheap: rung("cheap", { rows: 400, wrong: 3 }), dear: rung("dear", { rows: 400, wrong: 1, cost: 900n }) }
    const certifyOn = { cheap: rung("cheap", { rows: 650, wrong: 6 }), dear: rung("dear", { rows: 650, wrong: 2, cost: 900n }) }
    const verdict = (await run({ choose, certifyOn })) as Certificate
    expect(verdict.kind).toBe("certificate")
    expect(verdict.candidate.name).toBe("cheap")
    expect(verdict.bound).toBeGreaterThan(0.97)
    expect(verdict).toMatchObject({ trials: 650, successes: 644, attempt: 1, deltaSpent: 0.0475, costPerThousand: "1000" })
    expect(verdict.certifyHashes).toHaveLength(650)
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
  })

  it("passes at exactly the number of errors that the binomial allows, and not at one more", async () => {
    const choose = { only: rung("only", { rows: 400, wrong: 4 }) }
    const at = async (wrong: number) => (await run({ choose, certifyOn: { only: rung("only", { rows: 650, wrong }) } })).kind
    expect(await at(12)).toBe("certificate")
    expect(await at(13)).toBe("refusal")
  })

  it("tests the surest candidate first, stops at the first failure, and looks no further", async () => {
    const choose = { cheap: rung("cheap", { rows: 400, wrong: 9 }), dear: rung("dear", { rows: 400, wrong: 1, cost: 900n }) }
    const certifyOn = { cheap: rung("cheap", { rows: 650, wrong: 0 }), dear: rung("dear", { rows: 650, wrong: 40, cost: 900n }) }
    const asked: string[] = []
    const options = optionsFor({ choose, certifyOn, asked })
    const verdict = await certify({ ...options, proposals: options.proposals.filter((p) => p.candidate.kind === "rung") })
    expect(verdict.kind).toBe("refusal")
    expect(verdict.sequence).toHaveLength(2)
    expect(asked).toHaveLength(1)
    expect(verdict.sequence[0]).toMatchObject({ result: "failed" })
    expect(verdict.sequence.slice(1).every((tested) => tested.result === "not-tested" && tested.trials === 0)).toBe(true)
  })

  it("falls back to an abstaining plan and says how much it automates", async () => {
    const choose = { only: rung("only", { rows: 400, wrong: 40, wrongAt: 0.6 }) }
    const certifyOn = { only: rung("only", { rows: 650, wrong: 65, wrongAt: 0.6 }) }
    const verdict = (await run({ choose, certifyOn, allowReview: true })) as Certificate
    expect(verdict.candidate.kind).toBe("abstaining")
    expect(verdict.coverage.share).toBeGreaterThan(0.8)
    expect(certificateText(verdict, "en")).toContain("of rows automated and the rest left to people")
    expect(certificateText(verdict, "zh")).toContain("其余交给人工")
  })

  it("orders candidates so that each is liked better, and less sure, than the one before", () => {
    const proposal = (name: string, coverage: number, power: number): Proposal => ({
      candidate: { name, kind: coverage < 1 ? "abstaining" : "rung", rungs: [name], ...(coverage < 1 ? { reviewBelow: 0.5 } : {}) },
      score: { rows: 100, answered: 100 * coverage, escalated: 0, cost: 0n, successes: 90, trials: 100 * coverage },
      power,
      companion: 1,
    })
    const order = orderSequence([
      proposal("full", 1, 0.6), proposal("most", 0.9, 0.61), proposal("half", 0.5, 0.99), proposal("some", 0.8, 0.9), proposal("hopeless", 1, 0.001),
    ])
    expect(order.map((p) => p.candidate.name)).toEqual(["half", "some", "full"])
  })
})

describe("refusing", () => {
  it("says how many labels are missing where the plan is better than the target", async () => {
    const choose = { only: rung("only", { rows: 400, wrong: 4 }) }
    const refusal = (await run({ choose, certifyOn: { only: rung("only", { rows: 80, wrong: 1 }) } })) as Refusal
    expect(refusal).toMatchObject({ kind: "refusal", reason: "too-few-labels", certifyRows: 80, fewestRows: 101 })
    expect(refusal.certifyRowsMissing).toBeGreaterThan(300)
    expect(refusal.labelsMissing).toBeGreaterThan(refusal.certifyRowsMissing ?? 0)
    expect(certificateText(refusal, "en")).toMatch(/about [\d,]+ more certify rows.*80 %/u)
    expect(certificateText(refusal, "zh")).toMatch(/再有约 [\d,]+ 行认证数据/u)
    expect(certificateText(refusal, "en")).toContain("Even without a single error this target takes 101 certify rows; there are 80.")
  })

  it("says that labels will not help where the plan is worse than the target, and what could be asked", async () => {
    const choose = { only: rung("only", { rows: 400, wrong: 24 }) }
    const refusal = (await run({ choose, certifyOn: { only: rung("only", { rows: 650, wrong: 39 }) } })) as Refusal
    expect(refusal).toMatchObject({ reason: "target-out-of-reach", certifyRowsMissing: null, labelsMissing: null })
    expect(refusal.reachableTarget).toBeGreaterThan(0.88)
    expect(refusal.reachableTarget).toBeLessThan(0.94)
    expect(certificateText(refusal, "en")).toMatch(/^Best: only\nIts accuracy is about 93.* %/mu)
    expect(certificateText(refusal, "en")).toContain("more certify rows alone will not help")
    expect(certificateText(refusal, "zh")).toContain("再多认证数据也无济于事")
  })

  it("names a plan that answers fewer than half of the rows where no other could pass, but none that answers hardly any", async () => {
    const refused = async (wrong: number) => {
      const choose = { only: rung("only", { rows: 400, wrong: 400 * wrong, wrongAt: 0.6 }) }
      return (await run({ choose, certifyOn: { only: rung("only", { rows: 60, wrong: 60 * wrong, wrongAt: 0.6 }) }, allowReview: true })) as Refusal
    }
    const some = await refused(0.6)
    expect(some.reason).toBe("too-few-labels")
    expect(some.best?.coverage).toBeGreaterThan(0.2)
    expect(some.best?.coverage).toBeLessThan(0.5)
    expect((await refused(0.9)).reason).toBe("target-out-of-reach")
  })

  it("refuses without rows or candidates", async () => {
    const refusal = (await certify({ ...optionsFor({ choose: { only: [] }, certifyOn: { only: [] } }), proposals: [] })) as Refusal
    expect(refusal.reason).toBe("nothing-to-test")
    expect(certificateText(refusal, "zh")).toContain("没有可供检验的方案或数据")
  })
})

describe("the text of a certificate", () => {
  it("calls rungs by their titles; the identifiers stay in the JSON", async () => {
    const choose = { "tfidf-softmax": rung("tfidf-softmax", { rows: 400, wrong: 3 }) }
    const certifyOn = { "tfidf-softmax": rung("tfidf-softmax", { rows: 650, wrong: 6 }) }
    const verdict = (await run({ choose, certifyOn })) as Certificate
    expect(verdict.candidate.name).toBe("tfidf-softmax")
    for (const [language, title] of [["en", "words + regression"], ["zh", "词与字符 + 回归"]] as const) {
      const text = certificateText(verdict, language)
      expect(text.split(title).length - 1).toBe(2)
      expect(text).not.toContain("tfidf")
    }
  })

  it("names promise, grounds, order, split and assumptions in English and Chinese, and never rounds up", async () => {
    const choose = { only: rung("only", { rows: 400, wrong: 3 }) }
    const verdict = await run({ choose, certifyOn: { only: rung("only", { rows: 650, wrong: 6 }) }, attempt: 2 })
    const en = certificateText(verdict, "en")
    for (const part of ["Certified: accuracy of at least 97 %", "chance of this certificate being issued is at most 5 %", "644 right (99.07 %)", "1. only: passed, 644/650", "12 copies set aside", "attempt 2", "exchangeable"])
      expect(en).toContain(part)
    const zh = certificateText(verdict, "zh")
    for (const part of ["已认证：准确率不低于 97%", "概率至多为 5%", "正确 644 行（99.07%）", "通过", "剔除重复 12 行", "第 2 次尝试", "可交换"]) expect(zh).toContain(part)
  })
})
