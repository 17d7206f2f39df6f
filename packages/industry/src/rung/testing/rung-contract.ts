/** What every rung must do, whatever it learns with. Each rung's tests call it. */
import { describe, expect, it } from "vitest"
import type { Example, KeyedRow, Outcome, RunOptions, Variant } from "@daydream/engine/function"
import type { Resources, Rung, Task } from "../rung.ts"

/** A table small enough for any rung, with text, a number, a date, a category and holes. */
export const contractTask: Task = {
  signature: {
    inputs: [
      { name: "message", type: "text" },
      { name: "amount", type: "number" },
      { name: "sent", type: "date" },
      { name: "channel", type: "category" },
    ],
    output: { name: "intent", type: "enum", classes: ["refund", "delivery", "thanks"] },
  },
}

const messages: Readonly<Record<string, readonly string[]>> = {
  refund: ["I want my money back", "please refund the order", "退款 没有到账", "give me a refund now"],
  delivery: ["where is my parcel", "the package has not arrived", "快递 到哪里 了", "when will the parcel come"],
  thanks: ["thank you very much", "great service, thanks", "谢谢 你们 的 帮助", "many thanks for the help"],
}

/** 48 labelled rows. */
export const contractExamples: readonly Example[] = Array.from({ length: 48 }, (_, i) => {
  const label = contractTask.signature.output.classes[i % 3] as string
  const message = (messages[label] as readonly string[])[Math.floor(i / 3) % 4] as string
  const input = {
    message: i % 11 === 10 ? null : `${message} ${i % 7}`,
    amount: i % 5 === 4 ? null : (i % 3) * 10 + (i % 4),
    sent: i % 6 === 5 ? null : `2024-0${1 + (i % 9)}-1${i % 10}T0${i % 9}:30:00Z`,
    channel: i % 8 === 7 ? null : i % 2 === 0 ? "app" : "mail",
  }
  return { key: String(i + 1), input, label }
})

const missing: KeyedRow = { key: "missing", input: { message: null, amount: null, sent: null, channel: null } }

/** Rows that no rung was fitted on: ordinary ones, one with nothing in it, one of odd characters, one of wrong types. */
export const contractRows: readonly KeyedRow[] = [
  { key: "a", input: { message: "refund please", amount: 1, sent: "2024-03-11", channel: "app" } },
  { key: "b", input: { message: "我的 快递 呢", amount: "12", sent: "2024-03-12T10:00:00Z", channel: "fax" } },
  missing,
  { key: "c", input: { message: "\u0000 🙂 \ud800 ’ “ﬁ”", amount: "n/a", sent: "yesterday", channel: "" } },
  { key: "d", input: { message: 42, amount: true, sent: 7, channel: 3 } },
  { key: "e", input: {} },
]

async function* batchesOf(rows: readonly KeyedRow[], size: number): AsyncGenerator<readonly KeyedRow[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}

/** All outcomes of `rows`, run in batches of `size`. */
export async function outcomesOf(
  variant: Variant,
  rows: readonly KeyedRow[],
  size = 3,
  options?: RunOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for await (const batch of variant.run(batchesOf(rows, size), options)) outcomes.push(...batch)
  return outcomes
}

/** What must be equal between two runs; usage differs where a cache answered. */
const essence = ({ key, status, output, scores, confidence, by }: Outcome) => ({
  key, status, output, scores: [...scores], confidence, by,
})

/**
 * Registers the tests. `resources` is called before each test, so that budgets and models are fresh;
 * `makeRung` gives the rung.
 */
export function rungContract(name: string, makeRung: () => Rung, resources: () => Resources | Promise<Resources>): void {
  const { classes } = contractTask.signature.output
  const fit = async (changes: Partial<Resources> = {}) => {
    const given = { ...(await resources()), ...changes }
    const rung = makeRung()
    return { rung, given, variant: await rung.fit(contractTask, contractExamples, given) }
  }

  describe(`the contract of a rung: ${name}`, () => {
    it("has a name, and outcomes and files carry it", async () => {
      const { rung, variant } = await fit()
      expect(variant.kind).toBe(rung.name)
      const [first] = await outcomesOf(variant, contractRows.slice(0, 1))
      expect(first?.by).toBe(rung.name)
      const head = JSON.parse(Buffer.from(variant.save()["variant.json"] as Uint8Array).toString())
      expect(head).toMatchObject({ kind: rung.name, formatVersion: expect.any(Number) })
    })

    it("gives one outcome a row, in order, in batches as they came", async () => {
      const { variant } = await fit()
      const sizes: number[] = []
      const keys: string[] = []
      for await (const batch of variant.run(batchesOf(contractRows, 4))) {
        sizes.push(batch.length)
        keys.push(...batch.map((outcome) => outcome.key))
      }
      expect(sizes).toEqual([4, 2])
      expect(keys).toEqual(contractRows.map((row) => row.key))
    })

    it("gives probabilities of the classes that sum to 1, and a confidence in [0, 1]", async () => {
      const { variant } = await fit()
      const outcomes = await outcomesOf(variant, contractRows)
      for (const outcome of outcomes.filter(({ status }) => status !== "failed")) {
        expect(classes).toContain(outcome.output)
        expect(outcome.scores).toHaveLength(classes.length)
        expect(outcome.scores.every((score) => score >= 0)).toBe(true)
        expect(outcome.scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6)
        expect(outcome.confidence).toBeGreaterThanOrEqual(0)
        expect(outcome.confidence).toBeLessThanOrEqual(1)
      }
    })

    it("says why where a row failed", async () => {
      const { variant } = await fit()
      const outcomes = await outcomesOf(variant, contractRows)
      for (const outcome of outcomes.filter(({ status }) => status === "failed")) {
        expect(outcome).toMatchObject({ output: null, confidence: 0, fault: { code: expect.any(String) } })
      }
    })

    it("counts its work and prices it", async () => {
      const { variant } = await fit()
      for (const { cost, status, usage } of await outcomesOf(variant, contractRows)) {
        if (status === "failed") continue
        expect(usage.operations + usage.tokens.length).toBeGreaterThan(0)
        expect(typeof cost).toBe("bigint")
        expect(cost).toBeGreaterThanOrEqual(0n)
      }
    })

    it("answers a row with nothing in it without an exception", async () => {
      const { variant } = await fit()
      const [outcome] = await outcomesOf(variant, [missing])
      expect(outcome?.key).toBe("missing")
    })

    it("gives the same for a row, whatever stands beside it in its batch", async () => {
      const { variant } = await fit()
      const alone = await outcomesOf(variant, contractRows, 1)
      const together = await outcomesOf(variant, contractRows, contractRows.length)
      expect(alone.map(essence)).toEqual(together.map(essence))
    })

    it("gives an empty batch for an empty batch, and nothing for no batch", async () => {
      const { variant } = await fit()
      const seen: Outcome[][] = []
      async function* empty(): AsyncGenerator<readonly KeyedRow[]> {
        yield []
      }
      for await (const batch of variant.run(empty())) seen.push(batch)
      expect(seen).toEqual([[]])
      expect(await outcomesOf(variant, [])).toEqual([])
    })

    it("gives identical outcomes after it was saved and loaded, and saves the same bytes again", async () => {
      const { given, rung, variant } = await fit()
      const files = variant.save()
      const loaded = await rung.load(contractTask, files, given)
      const before = await outcomesOf(variant, contractRows)
      expect((await outcomesOf(loaded, contractRows)).map(essence)).toEqual(before.map(essence))
      expect(loaded.holdsTrainingText).toBe(variant.holdsTrainingText)
      expect(loaded.save()).toEqual(files)
    })

    it("refuses damaged files with an error that says so", async () => {
      const { given, rung, variant } = await fit()
      const { "variant.json": _, ...rest } = variant.save()
      await expect(rung.load(contractTask, rest, given)).rejects.toMatchObject({ name: "DaydreamError" })
    })

    it("fits the same variant from the same examples and seed", async () => {
      const [first, second] = [await fit(), await fit()]
      expect(second.variant.save()).toEqual(first.variant.save())
    })

    it("honours an abort of the fit", async () => {
      await expect(fit({ abortSignal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
    })

    it("honours an abort of a run", async () => {
      const { variant } = await fit()
      const controller = new AbortController()
      const run = async () => {
        async function* aborting(): AsyncGenerator<readonly KeyedRow[]> {
          yield contractRows.slice(0, 2)
          controller.abort()
          yield contractRows.slice(2)
        }
        for await (const _ of variant.run(aborting(), { abortSignal: controller.signal })) continue
      }
      await expect(run()).rejects.toThrow(/abort/i)
    })

    it("explains a row by its own answer", async () => {
      const { variant } = await fit()
      if (variant.explain === undefined) return
      const row = contractRows[0] as KeyedRow
      const [outcome] = await outcomesOf(variant, [row])
      const explanation = await variant.explain(row)
      expect(explanation).toMatchObject({ output: outcome?.output, by: variant.kind })
      await expect(variant.explain(missing)).resolves.toMatchObject({ by: variant.kind })
    })

    it("tells progress that never falls and never passes its total", async () => {
      const seen: [number, number][] = []
      await fit({ onProgress: (done, total) => seen.push([done, total]) })
      for (const [i, [done, total]] of seen.entries()) {
        expect(done).toBeLessThanOrEqual(total)
        expect(done).toBeGreaterThanOrEqual(seen[i - 1]?.[0] ?? 0)
      }
    })
  })
}
