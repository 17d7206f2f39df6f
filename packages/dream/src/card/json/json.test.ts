import * as fc from "fast-check"
import { expect, test } from "vitest"
import { diffJson, editJson, formatJson, parseJson, valueOf } from "./index.ts"

const codeOf = (run: () => unknown): string => {
  try {
    run()
    return "none"
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes("__proto__"))

test("a text says the same to us as to the platform", () => {
  fc.assert(
    fc.property(plain, fc.constantFrom(0, 2, "\t"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      expect(valueOf(parseJson(text).root)).toEqual(JSON.parse(text))
    }),
  )
})

test("what the platform refuses is refused, what it takes is taken", () => {
  const broken = fc.tuple(plain, fc.nat(), fc.string({ maxLength: 2 })).map(([value, at, insert]) => {
    const text = JSON.stringify(value)
    const cut = at % (text.length + 1)
    return text.slice(0, cut) + insert + text.slice(cut + 1)
  })
  fc.assert(
    fc.property(broken, (text) => {
      let taken = true
      try {
        JSON.parse(text)
      } catch {
        taken = false
      }
      expect(codeOf(() => parseJson(text)) === "none").toBe(taken)
    }),
    { numRuns: 3_000 },
  )
})

test("an edit does what it says and changes nothing else", () => {
  const object = fc.dictionary(fc.constantFrom("a", "b", "c", "1", "0"), plain, { minKeys: 1 })
  fc.assert(
    fc.property(
      object,
      fc.constantFrom("a", "b", "0", "new"),
      fc.option(plain, { nil: undefined }),
      fc.constantFrom(0, 2),
      (value, key, set, indent) => {
        const document = parseJson(JSON.stringify(value, undefined, indent))
        const edited = editJson(document, [set === undefined ? { path: [key] } : { path: [key], value: set }])
        const wanted: Record<string, unknown> = { ...value }
        if (set === undefined) delete wanted[key]
        else wanted[key] = set
        expect(valueOf(edited.root)).toEqual(JSON.parse(JSON.stringify(wanted)))
      },
    ),
  )
})

test("the difference of two texts, applied, gives the second in the spacing of the first", () => {
  fc.assert(
    fc.property(plain, plain, fc.constantFrom(0, 2), (one, two, indent) => {
      const before = parseJson(JSON.stringify({ same: 1, one, list: [one, two] }, undefined, indent))
      const after = parseJson(JSON.stringify({ same: 1, one: two, list: [two, two] }, undefined, 1))
      expect(valueOf(editJson(before, diffJson(before, after)).root)).toEqual(valueOf(after.root))
    }),
  )
  const compact = parseJson('{"a":1.0,"b":[1,2]}')
  expect(editJson(compact, diffJson(compact, parseJson(formatJson(compact).replace("2", "3")))).text).toBe(
    '{"a":1.0,"b":[1,3]}',
  )
})

test("numbers, spacing, escapes and order stay as written", () => {
  const text = '\uFEFF{ "2":1.0, "1" : 1e3,\n  "n":"\\u00e9", "data":{"x":[1, 2 ,3]} , "__proto__":{"bad":1} }\n'
  const edited = editJson(parseJson(text), [{ path: ["data", "x", 1], value: "two" }])
  expect(edited.text).toBe(text.replace("1, 2 ,3", '1, "two" ,3'))
  expect(editJson(parseJson(text), [{ path: ["n"] }]).text).toBe(text.replace('\n  "n":"\\u00e9",', ""))
})

test("a new member is written like its neighbours", () => {
  const pretty = JSON.stringify({ data: { a: 1 } }, undefined, 2)
  expect(editJson(parseJson(pretty), [{ path: ["data", "b"], value: ["x"] }]).text).toBe(
    JSON.stringify({ data: { a: 1, b: ["x"] } }, undefined, 2),
  )
  expect(editJson(parseJson('{"a":{}}'), [{ path: ["a", "b", "c"], value: 1 }]).text).toBe('{"a":{"b":{"c":1}}}')
})

test("harmful texts are refused", () => {
  expect(codeOf(() => parseJson("[".repeat(1e6)))).toBe("card_json_too_much")
  expect(codeOf(() => parseJson(`[${"1,".repeat(500_000)}1]`))).toBe("card_json_too_much")
  expect(codeOf(() => parseJson('{"a":1'))).toBe("card_json_invalid")
  expect(({} as Record<string, unknown>)["bad"]).toBeUndefined()
  expect(Object.keys(valueOf(parseJson('{"__proto__":{"bad":1},"constructor":2}').root) as object)).toEqual([
    "constructor",
  ])
})

test("an edit through a text is refused", () => {
  expect(codeOf(() => editJson(parseJson('{"a":"x"}'), [{ path: ["a", "b"], value: 1 }]))).toBe("card_edit_impossible")
})
