import type { InputField, Row } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { GramScanner, hashOf, scannedCharacters } from "./grams.ts"
import { fitRowEncoder, RowEncoder } from "./row-encoder.ts"
import { fitSoftmax } from "./softmax.ts"
import { complete } from "./steps.ts"
import { dateOf, numberOf } from "./values.ts"

function piecesOf(text: string): string[] {
  const scanner = new GramScanner()
  scanner.scan(text)
  return Array.from({ length: scanner.count }, (_, i) => scanner.textOf(i))
}

const options = { withText: true, minimumRows: 1, maximumFeatures: 10_000 }
const text: InputField = { name: "text", type: "text" }

const encoderOf = (inputs: readonly InputField[], rows: readonly Row[], changes: Partial<typeof options> = {}) =>
  complete(fitRowEncoder(inputs, rows, { ...options, ...changes }))

/** Features of a row by their description. */
function featuresOf(encoder: RowEncoder, row: Row): Record<string, number> {
  const { matrix } = complete(encoder.encodeSteps([row]))
  return Object.fromEntries(Array.from(matrix.indices, (f, i) => [encoder.describe(f), matrix.values[i] as number]))
}

/** Share of test rows that a model of the training rows gets right. */
function accuracyOf(inputs: readonly InputField[], train: readonly (readonly [Row, number])[], test: typeof train) {
  const encoder = encoderOf(inputs, train.map(([row]) => row))
  const encode = (rows: typeof train) => complete(encoder.encodeSteps(rows.map(([row]) => row))).matrix
  const design = { rows: train.length, sparse: encode(train) }
  const labels = Int32Array.from(train, ([, label]) => label)
  const { model } = complete(fitSoftmax(design, labels, { classes: 2, cost: 10, random: createRandom("features") }))
  const matrix = encode(test)
  const out = new Float64Array(2)
  const right = test.filter(([, label], row) => {
    model.logits({ rows: test.length, sparse: matrix }, row, out)
    return ((out[1] as number) > (out[0] as number) ? 1 : 0) === label
  })
  return right.length / test.length
}

describe("the pieces of a text", () => {
  it("are words, pairs of words, and 3 to 5 characters within padded chunks", () => {
    expect(piecesOf("Ab cde!").toSorted()).toEqual(
      ["ab", "ab cde", "cde", " ab", " ab ", "ab ", " cd", " cde", " cde!", "cde", "cde!", "cde! ", "de!", "de! ", "e! "].toSorted(),
    )
  })

  it("are 1 to 3 characters of a script without spaces, apart from its neighbours", () => {
    expect(piecesOf("退款ok").toSorted()).toEqual(["ok", " ok", " ok ", "ok ", "退", "退款", "款"].toSorted())
  })

  it("do not depend on width, case or composition", () => {
    expect(piecesOf("Ｃａｆé")).toEqual(piecesOf("cafe\u0301"))
  })

  it("hold no half of a pair of surrogates", () => {
    expect(piecesOf("𠀀𠀁 🙂🙂")).toEqual(expect.arrayContaining(["𠀀", "𠀀𠀁", " 🙂🙂 "]))
    expect(() => piecesOf("\ud800 \udc00")).not.toThrow()
  })

  it("come from the beginning of a huge cell only", () => {
    const scanner = new GramScanner()
    scanner.scan(`${"a ".repeat(scannedCharacters)}end`)
    expect(scanner.count).toBeLessThan(scannedCharacters * 3)
  })

  it("are known by a hash that their text alone gives", () => {
    const anyText = fc.string({ unit: fc.constantFrom("a", "b", "é", "退", "款", " ", "!", "🙂", "7", "\n"), maxLength: 40 })
    fc.assert(
      fc.property(anyText, (value) => {
        const scanner = new GramScanner()
        scanner.scan(value)
        for (let i = 0; i < scanner.count; i++) {
          const { a, b } = hashOf((scanner.place[i] as number) % 2, scanner.textOf(i))
          expect([scanner.hashA[i], scanner.hashB[i]]).toEqual([a, b])
        }
      }),
    )
  })
})

describe("text features", () => {
  it("weigh pieces by sublinear frequency and rarity, each block of the same length", () => {
    const rows = [{ text: "aa bb" }, { text: "aa cc" }, { text: "aa aa aa" }]
    const encoder = encoderOf([text], rows)
    const { matrix } = complete(encoder.encodeSteps(rows))
    for (let row = 0; row < 3; row++) {
      const values = matrix.values.subarray(matrix.starts[row], matrix.starts[row + 1])
      expect(values.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(2, 5)
    }
    const [rare, common] = [Math.log(4 / 2) + 1, Math.log(4 / 4) + 1]
    const features = featuresOf(encoder, { text: "bb aa aa aa" })
    expect((features["aa"] as number) / (features["bb"] as number)).toBeCloseTo(((1 + Math.log(3)) * common) / rare, 5)
  })

  it("are capped: those found in most rows stay", () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ text: `common word${i}` }))
    const encoder = encoderOf([text], rows, { maximumFeatures: 12 })
    expect(encoder.columns).toBe(12)
    const kept = Object.keys(featuresOf(encoder, { text: "common word3" }))
    expect(kept).toHaveLength(12)
    expect(kept.filter((piece) => /\d/.test(piece))).toEqual([])
  })

  it("are none where no row has text", () => {
    expect(encoderOf([text], [{ text: null }, {}]).columns).toBe(0)
  })

  it("keep the columns of a table apart", () => {
    const inputs: InputField[] = [{ name: "subject", type: "text" }, { name: "body", type: "text" }]
    const encoder = encoderOf(inputs, [{ subject: "offer", body: "hello" }, { subject: "hello", body: "offer" }])
    expect(Object.keys(featuresOf(encoder, { subject: "offer", body: null }))).not.toContain("body: offer")
  })

  it("tell Chinese messages apart without a dictionary", () => {
    const refund = ["我要退款", "请把钱退给我", "退款什么时候到账", "申请退货退款", "钱还没退回来"]
    const parcel = ["快递到哪里了", "包裹还没送到", "物流信息没有更新", "快递员电话是多少", "什么时候能送货"]
    const label = (texts: readonly string[], number: number) => texts.map((value) => [{ text: value }, number] as const)
    const train = [...label(refund, 0), ...label(parcel, 1)]
    const test = [...label(["退款在哪里申请", "怎么还没退钱"], 0), ...label(["我的快递没送到", "查一下物流"], 1)]
    expect(accuracyOf([text], train, test)).toBe(1)
  })
})

describe("tabular columns", () => {
  const inputs: InputField[] = [
    { name: "amount", type: "number" }, { name: "sent", type: "date" }, { name: "city", type: "category" },
  ]

  it("are enough to learn from without any text", () => {
    const random = createRandom("tabular")
    const rows = Array.from({ length: 400 }, () => {
      const amount = random.next() * 100
      const city = random.next() < 0.5 ? "Bern" : "北京"
      // Not linear in the amount: the middle is one class, both ends are the other.
      const isMiddle = amount > 30 && amount < 70
      return [{ amount: String(amount), sent: null, city }, isMiddle && city === "Bern" ? 1 : 0] as const
    })
    expect(accuracyOf(inputs, rows.slice(0, 300), rows.slice(300))).toBeGreaterThan(0.9)
  })

  it("mark what is missing, unseen or no number, and keep wild numbers in bounds", () => {
    const rows = [1, 2, 3, 4].flatMap((amount) => [{ amount, sent: "2024-05-01", city: "A" }, { amount, sent: "2024-06-01T08:00", city: "B" }])
    const encoder = encoderOf(inputs, rows)
    expect(featuresOf(encoder, {})).toEqual({ "amount: –": 1, "sent: –": 1, "city: –": 1 })
    expect(featuresOf(encoder, { amount: "many", sent: "soon", city: "C" })).toEqual({ "amount: –": 1, "sent: –": 1, "city: *": 1 })
    expect(featuresOf(encoder, { amount: 1e300 })["amount"]).toBe(4)
    expect(complete(encoder.encodeSteps([{}])).isUsable).toEqual([false])
  })

  it("read numbers and dates as people write them", () => {
    expect([" 1,234.5 ", "12 %", "¥80", "-3e2", "１２", true].map(numberOf)).toEqual([1234.5, 0.12, 80, -300, 12, 1])
    expect(["", "a", "1,2,3x", null].map((cell) => Number.isNaN(numberOf(cell)))).toEqual([true, true, true, true])
    const noon = { days: 19_787.5, weekday: 2, month: 2, hour: 12 }
    for (const written of ["2024-03-05T12:00:00Z", "2024-03-05 12:00", "2024/3/5 12:00:00", "2024年3月5日 12:00"]) {
      expect(dateOf(written)).toEqual(noon)
    }
    expect(dateOf("2024-03-05")).toEqual({ days: 19_787, weekday: 2, month: 2 })
    expect(dateOf("2024-02-31")).toBeUndefined()
  })
})

describe("a row encoder", () => {
  it("encodes the same after its state went through plain data", () => {
    const inputs: InputField[] = [text, { name: "amount", type: "number" }, { name: "sent", type: "date" }]
    const row = fc.record({
      text: fc.option(fc.string({ unit: "grapheme", maxLength: 30 })),
      amount: fc.option(fc.double()),
      sent: fc.option(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString())),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const encoder = encoderOf(inputs, rows)
        const again = RowEncoder.from(encoder.state)
        expect(complete(again.encodeSteps(rows))).toEqual(complete(encoder.encodeSteps(rows)))
      }),
      { numRuns: 60 },
    )
  })
})
