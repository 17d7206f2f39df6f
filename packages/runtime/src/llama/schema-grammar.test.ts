import { expect, test } from "vitest"
import * as fc from "fast-check"
import { integerExpression, numberExpression } from "./number-grammar.ts"
import { grammarOf, literal } from "./schema-grammar.ts"

/** GBNF expressions of numbers hold only literals, classes, repetition, groups and bars: as a regular expression. */
const toRegExp = (expression: string) => new RegExp(`^(?:${expression.replaceAll(`"."`, String.raw`\.`).replaceAll(/["\s]/gu, "")})$`, "u")

test("the integers within bounds are written, and no others", () => {
  fc.assert(
    fc.property(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -7000, max: 7000 }), (low, width, value) => {
      const pattern = toRegExp(integerExpression({ minimum: low, maximum: low + width }) as string)
      expect(pattern.test(String(value))).toBe(value >= low && value <= low + width)
    }),
    { seed: 1 },
  )
})

test("a number within whole bounds is written, and none beyond them", () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 90 }), fc.integer({ min: -20_000, max: 20_000 }), (low, width, hundredths) => {
      const pattern = toRegExp(numberExpression({ minimum: low, maximum: low + width }) as string)
      const value = hundredths / 100
      const isInside = value >= low && value <= low + width
      expect(pattern.test(value.toFixed(2))).toBe(isInside)
    }),
    { seed: 2 },
  )
})

test("bounds that no number meets give nothing", () => {
  expect(integerExpression({ minimum: 3, maximum: 2 })).toBeUndefined()
  expect(numberExpression({ minimum: 3, maximum: 2 })).toBeUndefined()
})

test("every rule that is used is defined", () => {
  const schema = {
    type: "object",
    properties: { a: { $ref: "#/$defs/tree" }, b: {}, c: { type: ["string", "null"] }, d: { allOf: [{ type: "object", properties: { x: { type: "integer" } } }] } },
    required: ["a"],
    $defs: { tree: { type: "object", properties: { value: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/tree" }, maxItems: 2 } }, required: ["value"] } },
  }
  const { grammar, ignored } = grammarOf(schema)
  const rules = new Map(grammar.split("\n").map((line) => line.split(" ::= ") as [string, string]))
  for (const [name, expression] of rules) {
    expect([name, expression]).not.toEqual([name, ""])
    const bare = expression.replaceAll(/"(?:\\.|[^"\\])*"/gu, "").replaceAll(/\[(?:\\.|[^\]\\])*\]/gu, "")
    for (const [used] of bare.matchAll(/[a-z][a-z0-9]*/gu)) expect([...rules.keys()]).toContain(used)
  }
  expect(ignored).toEqual([])
})

test("what cannot be enforced is named", () => {
  expect(grammarOf({ type: "string", pattern: "^a", format: "email" }).ignored.toSorted()).toEqual(["format", "pattern"])
})

test("quotes, backslashes and line ends in literals are escaped", () => {
  expect(literal(`a"b\\c\nd`)).toBe(String.raw`"a\"b\\c\nd"`)
})
