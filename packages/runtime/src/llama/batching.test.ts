import * as fc from "fast-check"
import type { BatchItem, Token } from "node-llama-cpp"
import { expect, test } from "vitest"
import { inSequenceOrder } from "./batch-order.ts"
import { inGroups } from "./serial-sampling.ts"

const item = (rank: number, length: number): BatchItem =>
  ({ tokens: Array.from({ length }, (_, index) => index as Token), logits: [], evaluationPriority: rank as BatchItem["evaluationPriority"] })

test("a batch holds its sequences in order, fills up, and gives none more than another of equal need", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 })
  fc.assert(fc.property(lengths, fc.integer({ min: 8, max: 512 }), (sizes, size) => {
    const items = sizes.map((length, index) => item((index * 5) % sizes.length, length))
    const batch = inSequenceOrder({ items, size })
    const ranks = batch.map(({ item: { evaluationPriority } }) => evaluationPriority as number)
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    const total = batch.reduce((sum, { processAmount }) => sum + processAmount, 0)
    expect(total).toBe(Math.min(size, sizes.reduce((sum, length) => sum + length, 0)))
    const cut = batch.filter(({ item: { tokens }, processAmount }) => processAmount < tokens.length).map(({ processAmount }) => processAmount)
    expect(Math.max(...cut, 0) - Math.min(...cut, Math.max(...cut, 0))).toBeLessThanOrEqual(1)
  }))
})

test("draws run one after another and are told together, each with its own result or error", async () => {
  let running = 0
  const told: string[] = []
  const draw = inGroups(async (name) => {
    expect(++running).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    if (name === "bad") throw new Error("no token")
    told.push(`drawn ${String(name)}`)
    return name
  })
  const note = (name: string) => draw(name).then(() => told.push(`told ${name}`), (error: unknown) => told.push((error as Error).message))
  await Promise.all([note("a"), note("bad"), note("b")])
  expect(told.slice(0, 2)).toEqual(["drawn a", "drawn b"])
  expect(told.slice(2).toSorted()).toEqual(["no token", "told a", "told b"])
  await note("c")
  expect(told.at(-1)).toBe("told c")
})
