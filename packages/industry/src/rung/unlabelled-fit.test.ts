import type { Example, Row } from "@daydream/engine/function"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"
import { describe, expect, it } from "vitest"
import { complete, fitSoftmax, normaliseRows } from "../learner/index.ts"
import type { Design, SoftmaxModel } from "../learner/index.ts"
import { jointKnn, jointSoftmax, tfidfSoftmax } from "./linear-rung.ts"
import type { Resources, Task } from "./rung.ts"
import { hashEmbedder, outcomesOf, rungContract } from "./testing/index.ts"
import { fitUnlabelled } from "./unlabelled-fit.ts"

const columns = 24
const clusters = 20

type Random = ReturnType<typeof createRandom>

const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** Places of the clusters: each a line in space, along which its rows lie far apart. */
function placesOf(seed: number) {
  const random = createRandom("places", seed)
  const vector = () => Array.from({ length: columns }, () => gaussian(random))
  return Array.from({ length: clusters }, () => ({ centre: vector(), along: vector() }))
}

function rowIn({ along, centre }: ReturnType<typeof placesOf>[number], random: Random): number[] {
  const at = random.next() * 2 - 1
  return centre.map((value, i) => value + at * (along[i] as number) + 0.6 * gaussian(random))
}

const designOf = (rows: readonly (readonly number[])[]): Design => ({
  rows: rows.length,
  dense: normaliseRows({ rows: rows.length, columns, values: Float32Array.from(rows.flat()) }),
})

const fitOn = (design: Design, labels: Int32Array) =>
  complete(fitSoftmax(design, labels, { classes: clusters, cost: 10, random: createRandom("fit") })).model

function accuracyOf(model: SoftmaxModel, design: Design, labels: readonly number[]): number {
  const out = new Float64Array(clusters)
  const right = labels.filter((label, row) => {
    model.logits(design, row, out)
    return out.indexOf(Math.max(...out)) === label
  })
  return right.length / labels.length
}

/** Twenty clusters, two labelled rows in each. */
function problem(seed: number) {
  const places = placesOf(seed)
  const random = createRandom("rows", seed)
  const rowsOf = (labels: readonly number[]) =>
    designOf(labels.map((label) => rowIn(places[label] as (typeof places)[number], random)))
  const labels = Int32Array.from({ length: 2 * clusters }, (_, i) => i % clusters)
  const design = rowsOf([...labels])
  const model = fitOn(design, labels)
  const teaching = { design, labels, examples: labels.length, classes: clusters, cost: 10, model }
  return { teaching, rowsOf, random }
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i % clusters)

describe("rows without a label", () => {
  it("teach where they lie in clusters and two rows of each have a label", () => {
    for (const withCloseness of [false, true]) {
      for (const seed of [1, 2, 3]) {
        const { rowsOf, teaching } = problem(seed)
        const unlabelled = rowsOf(numbers(600))
        const taught = complete(fitUnlabelled({ ...teaching, unlabelled, withCloseness }, createRandom("taught")))
        if (taught === undefined) throw new Error(`no trust for seed ${seed}`)
        const tested = rowsOf(numbers(600))
        const alone = accuracyOf(teaching.model, tested, numbers(600))
        expect(1 - accuracyOf(taught.model, tested, numbers(600))).toBeLessThan((1 - alone) * 0.9)
      }
    }
  })

  it("are given no trust where they are noise", () => {
    const isTrusted = Array.from({ length: 8 }, (_, seed) => {
      const { random, teaching } = problem(seed)
      const noise = Array.from({ length: 300 }, () => Array.from({ length: columns }, () => gaussian(random)))
      const given = { ...teaching, unlabelled: designOf(noise), withCloseness: false }
      return complete(fitUnlabelled(given, createRandom("noise", seed))) !== undefined
    })
    expect(isTrusted).not.toContain(true)
  })
})

const task: Task = {
  signature: { inputs: [{ name: "x", type: "text" }], output: { name: "y", type: "enum", classes: ["c0", "c1", "c2", "c3"] } },
}

/** Four topics of 60 words each; a row holds five words of its topic, so that two rows seldom share one. */
function rowsAbout(name: string, count: number, noise = false): readonly { readonly input: Row; readonly label: string }[] {
  const random = createRandom(name)
  return Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length: 5 }, () => `${noise ? "n" : `t${i % 4}`}w${random.integer(60)}`)
    return { input: { x: words.join(" ") }, label: `c${i % 4}` }
  })
}

const examples: readonly Example[] = rowsAbout("examples", 32).map((row, i) => ({ ...row, key: String(i) }))
const tested = rowsAbout("tested", 200).map((row, i) => ({ ...row, key: String(i) }))
const unlabelled = rowsAbout("unlabelled", 400).map(({ input }) => input)

function resources(changes: Partial<Resources> = {}) {
  const { calls, model } = hashEmbedder()
  const given: Resources = {
    embedder: async () => model, prices: defaultPrices, budget: createBudget(null), seed: 1, ...changes,
  }
  return { calls, given }
}

for (const rung of [jointSoftmax, jointKnn])
  rungContract(`${rung.name}, with unlabelled rows`, () => rung, () => {
    const messages = ["refund my money", "the parcel is late", "thanks a lot", "退款 了 吗", ""]
    const rows = Array.from({ length: 120 }, (_, i): Row => ({ message: `${messages[i % 5]} ${i % 9}`, amount: i }))
    return resources({ unlabelled: rows }).given
  })

describe.each([jointSoftmax, jointKnn])("$name", (rung) => {
  const accuracy = async (given: Resources) => {
    const outcomes = await outcomesOf(await rung.fit(task, examples, given), tested)
    return outcomes.filter(({ output }, i) => output === tested[i]?.label).length / tested.length
  }

  it("answers better with rows of its table that have no label", async () => {
    const alone = await accuracy(resources().given)
    expect(await accuracy(resources({ unlabelled }).given)).toBeGreaterThan(alone + 0.05)
  })

  it("explains, saves and loads what it learned from them", async () => {
    const { given } = resources({ unlabelled })
    const variant = await rung.fit(task, examples, given)
    const loaded = await rung.load(task, variant.save(), given)
    const scores = (outcomes: Awaited<ReturnType<typeof outcomesOf>>) => outcomes.map((outcome) => [...outcome.scores])
    expect(scores(await outcomesOf(loaded, tested))).toEqual(scores(await outcomesOf(variant, tested)))
    const [row] = tested
    if (row === undefined) return
    const [outcome] = await outcomesOf(variant, [row])
    expect(await loaded.explain?.(row)).toMatchObject({ output: outcome?.output })
  })

  it("is the same to the last byte without them, and where they teach nothing", async () => {
    const alone = (await rung.fit(task, examples, resources().given)).save()
    expect((await rung.fit(task, examples, resources({ unlabelled: [] }).given)).save()).toEqual(alone)
    const empty = Array.from({ length: 50 }, (): Row => ({ x: "" }))
    expect((await rung.fit(task, examples, resources({ unlabelled: empty }).given)).save()).toEqual(alone)
    const noise = rowsAbout("noise", 200, true).map(({ input }) => input)
    expect((await rung.fit(task, examples, resources({ unlabelled: noise }).given)).save()).toEqual(alone)
  })

  it("does not look at them with too few labels to measure whether they help", async () => {
    const { calls, given } = resources({ unlabelled })
    await rung.fit(task, examples.slice(0, 12), given)
    expect(calls.flat()).not.toContain(unlabelled[0]?.["x"])
  })

  it("can be stopped while they teach, and tells how far it is", async () => {
    const controller = new AbortController()
    const told: number[] = []
    const onProgress = (done: number, total: number) => {
      told.push(done / total)
      if (done / total > 0.9) controller.abort()
    }
    const fit = rung.fit(task, examples, resources({ unlabelled, abortSignal: controller.signal, onProgress }).given)
    await expect(fit).rejects.toThrow(/abort/i)
    expect(told.every((share, i) => share >= (told[i - 1] ?? 0))).toBe(true)
  })
})

it("a rung without an embedder leaves them alone", async () => {
  const alone = (await tfidfSoftmax.fit(task, examples, resources().given)).save()
  expect((await tfidfSoftmax.fit(task, examples, resources({ unlabelled }).given)).save()).toEqual(alone)
})
