import * as fc from "fast-check"
import { expect, test } from "vitest"
import { readRegexKey, safeRegex } from "./index.ts"

const answer = (source: string, flags: string, text: string) => {
  const regex = safeRegex(source, flags)
  return regex.kind === "ready" ? regex.test(text).verdict : regex.kind
}

const atoms = fc.constantFrom(
  "a",
  "b",
  "c",
  "A",
  ".",
  "\\w",
  "\\d",
  "\\s",
  "[ab]",
  "[^a]",
  "\\b",
  "\\B",
  "^",
  "$",
  "龙",
  "\\n",
  "-",
)
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    atoms,
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => a + b),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
    tie("node").map((a) => `(${a})`),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{0,2}", "{2}", "{1,}", "*?", "+?", "??"))
      .map(([a, q]) => `(?:${a})${q}`),
    fc.tuple(fc.constantFrom("?=", "?!", "?<=", "?<!"), tie("node")).map(([k, a]) => `(${k}${a})`),
  ),
})).node
const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "A", "1", " ", "\n", "龙", "-", "😀"), maxLength: 12 })

test("a pattern answers as the platform's own engine does", () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom("", "i", "m", "s", "u", "iu", "v", "y"), texts, (source, flags, text) => {
      expect(answer(source, flags, text)).toBe(new RegExp(source, flags).test(text) ? "match" : "no-match")
    }),
    { numRuns: 4_000, seed: 7 },
  )
})

test("back references answer as the platform's own engine does", () => {
  const withBack = fc
    .tuple(pattern, pattern, fc.constantFrom("\\1", "\\2", "(?:\\1)*", "(?:\\1|a)+"))
    .map(([a, b, r]) => `(${a})${b}${r}`)
  fc.assert(
    fc.property(withBack, fc.constantFrom("", "i", "m"), texts, (source, flags, text) => {
      expect(answer(source, flags, text)).toBe(new RegExp(source, flags).test(text) ? "match" : "no-match")
    }),
    { numRuns: 2_000, seed: 8 },
  )
})

test.each([
  ["(?<y>\\d{4})-\\k<y>", "", "2026-2026", "match"],
  ["\\u{1F600}", "u", "so 😀", "match"],
  ["\\p{Script=Han}{2}", "u", "a龙王", "match"],
  ["[\\p{L}--[a-z]]", "v", "abc", "no-match"],
  ["\\x41\\u0042", "", "AB", "match"],
  ["\\cJ", "", "\n", "match"],
  ["a{,2}", "", "a{,2}", "match"],
  ["(?i:a)b", "", "Ab", "match"],
  ["(?<=\\$)\\d+", "", "cost $40", "match"],
  ["\\x01Mira:[^\\x01]*?hello", "", "\u0001Tom: hi\u0001Mira: well hello", "match"],
])("/%s/%s on %j says %s", (source, flags, text, expected) => {
  expect(answer(source, flags, text)).toBe(expected)
})

test.each([
  ["^(a+)+$", "no-match"],
  ["^(a|a)*$", "no-match"],
  ["(a*)*b$", "no-match"],
  ["^(a?){50}a{50}$", "no-match"],
  ["(x+x+)+y", "no-match"],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "no-match"],
  ["(?:a+)+(?=b)c", "no-match"],
])("the evil pattern /%s/ ends with an answer", (source, expected) => {
  expect(answer(source, "", `${"a".repeat(3_000)}!${"x".repeat(2_000)}`)).toBe(expected)
})

test("an evil back reference is stopped after its steps", () => {
  expect(answer("^(a+)+\\1+\\1+b$", "", "a".repeat(5_000))).toBe("stopped")
})

test("what is no expression is invalid, what is too big is unsupported", () => {
  expect(safeRegex("(").kind).toBe("invalid")
  expect(safeRegex("(?:(?:a{1000}){1000})").kind).toBe("unsupported")
  expect(safeRegex("a".repeat(6_000)).kind).toBe("unsupported")
})

test("a key between slashes is an expression, a path is not", () => {
  expect(readRegexKey("/dra(gon|ke)/i")).toEqual({ source: "dra(gon|ke)", flags: "i" })
  expect(readRegexKey("/a\\/b/")).toEqual({ source: "a\\/b", flags: "" })
  expect(readRegexKey("/home/user")).toBeUndefined()
  expect(readRegexKey("/a/b/")).toBeUndefined()
  expect(readRegexKey("/(/")).toBeUndefined()
  expect(readRegexKey("dragon")).toBeUndefined()
})
