import { expect, test } from "vitest"
import { buildTrie, spellingsOf } from "./continuations.ts"
import { walk } from "./scoring.ts"
import type { Distribution } from "./scoring.ts"

/** A token a character; 0 ends the turn. */
const tokenize = (text: string) => Array.from(text, (character) => character.codePointAt(0) as number)
const isEnd = (token: number) => token === 0

/** A model that answers each text with its probability, and nothing else. */
function modelOf(answers: Record<string, number>) {
  let evaluations = 0
  const next = (path: readonly number[]): Distribution => {
    const text = String.fromCodePoint(...path)
    const fitting = Object.entries(answers).filter(([answer]) => answer.startsWith(text))
    const total = fitting.reduce((sum, [, p]) => sum + p, 0)
    const mass = new Map<number, number>()
    for (const [answer, p] of fitting) {
      const token = answer === text ? 0 : (answer.codePointAt(text.length) as number)
      mass.set(token, (mass.get(token) ?? 0) + p / total)
    }
    return new Map([...mass].toSorted((a, b) => b[1] - a[1]))
  }
  const evaluate = async (path: readonly number[], count: number) => {
    evaluations++
    return Array.from({ length: count }, (_, i) => next(path.slice(0, path.length - count + 1 + i)))
  }
  return { evaluate, evaluations: () => evaluations }
}

const score = (answers: Record<string, number>, continuations: readonly string[]) =>
  walk(buildTrie(continuations, tokenize), continuations.length, modelOf(answers).evaluate, isEnd)

test("a label counts with a space before it and in other case", async () => {
  const masses = await score({ spam: 0.4, " Spam": 0.2, HAM: 0.3, eggs: 0.1 }, ["spam", "ham"])
  expect(masses[0]).toBeCloseTo(0.6, 10)
  expect(masses[1]).toBeCloseTo(0.3, 10)
})

test("a label that begins another counts only where the answer ends there", async () => {
  const masses = await score({ card: 0.3, "card lost": 0.7 }, ["card", "card lost"])
  expect(masses[0]).toBeCloseTo(0.3, 10)
  expect(masses[1]).toBeCloseTo(0.7, 10)
})

test("labels that differ in case only keep their own spelling", async () => {
  const masses = await score({ US: 0.75, us: 0.25 }, ["US", "us"])
  expect(masses[0]).toBeCloseTo(0.75, 10)
  expect(masses[1]).toBeCloseTo(0.25, 10)
})

test("what cannot matter is not evaluated, and a label that was not reached stays finite and small", async () => {
  const answers = { yes: 0.99999, no: 0.00001 }
  const model = modelOf(answers)
  const masses = await walk(buildTrie(["yes", "no", "maybe"], tokenize), 3, model.evaluate, isEnd)
  expect(masses[0]).toBeCloseTo(0.99999, 10)
  expect(masses[1]).toBeLessThanOrEqual(0.00002)
  expect(masses[2]).toBeGreaterThan(0)
  expect(model.evaluations()).toBeLessThanOrEqual(3)
})

test("Chinese labels have no other case", () => {
  expect(spellingsOf("退款")).toEqual(["退款", " 退款"])
})
