import { randomBytes } from "node:crypto"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { createKeyMaker, isKeyId, keyOf, parseKey } from "./key-text.ts"

const maker = createKeyMaker(randomBytes(32))

test("a key that was made parses to its parts, and its id is known as ours", () => {
  for (let i = 0; i < 200; i++) {
    const [id, secret] = [maker.newId(), maker.newSecret()]
    expect(parseKey(keyOf(id, secret))).toEqual({ id, secret })
    expect(isKeyId(id)).toBe(true)
    expect(maker.isOurs(id)).toBe(true)
    expect(createKeyMaker(randomBytes(32)).isOurs(id)).toBe(false)
  }
})

test("whatever parses is exactly of the written form, and nothing else makes it throw", () => {
  const near = fc.tuple(fc.constantFrom("dd-", "dd", "DD-", "dd--"), fc.string({ maxLength: 20 }), fc.string({ maxLength: 50 }))
    .map(([a, b, c]) => `${a}${b}-${c}`)
  const changed = fc.tuple(fc.nat(62), fc.string({ minLength: 1, maxLength: 2, unit: "binary" })).map(([at, put]) => {
    const key = keyOf(maker.newId(), maker.newSecret())
    return key.slice(0, at) + put + key.slice(at + 1)
  })
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), near, changed), (text) => {
    const parts = parseKey(text)
    if (parts === undefined) return
    expect(text).toBe(keyOf(parts.id, parts.secret))
    expect(text).toMatch(/^dd-[a-z2-7]{16}-[A-Za-z0-9_-]{43}$/)
  }), { numRuns: 2_000 })
})

test("a line break or anything else after a key makes it another text", () => {
  const key = keyOf(maker.newId(), maker.newSecret())
  for (const text of [`${key}\n`, ` ${key}`, `${key}\u0000`, `${key.slice(0, -1)}\n`, key.toUpperCase(), "", "dd-"])
    expect(parseKey(text)).toBeUndefined()
})

test("a made-up id is not taken for one of ours", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz234567".split("")
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...letters), minLength: 16, maxLength: 16 }), (id) => {
    expect(maker.isOurs(id)).toBe(false)
  }), { numRuns: 1_000, seed: 5 })
})

test("the hash is bound to the id: one key's secret proves nothing about another key", () => {
  const secret = maker.newSecret()
  expect(maker.hash(maker.newId(), secret).equals(maker.hash(maker.newId(), secret))).toBe(false)
})
