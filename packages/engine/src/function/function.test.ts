import * as fc from "fast-check"
import { describe, expect, expectTypeOf, test } from "vitest"
import { z } from "zod"
import { defineFunction, parseSignature, signatureToJson } from "./index.ts"
import type { AIFunction, InputOf, Signature } from "./index.ts"

const mail = z.object({
  subject: z.string().trim().describe("the subject line"),
  amount: z.number().nullable(),
  count: z.int().optional(),
  day: z.iso.date(),
  at: z.date(),
  channel: z.enum(["web", "phone"]),
  urgent: z.boolean(),
})

describe("a function defined by zod schemas", () => {
  const triage = defineFunction({
    name: "triage",
    instruction: "Which team answers?",
    input: mail,
    output: z.object({ team: z.enum(["billing", "support"]) }),
    glossary: { billing: "money matters" },
  })

  test("has the signature of its schemas", () => {
    expect(triage.signature).toEqual({
      inputs: [
        { name: "subject", type: "text", description: "the subject line" },
        { name: "amount", type: "number" },
        { name: "count", type: "number" },
        { name: "day", type: "date" },
        { name: "at", type: "date" },
        { name: "channel", type: "category" },
        { name: "urgent", type: "category" },
      ],
      output: { name: "team", type: "enum", classes: ["billing", "support"], glossary: { billing: "money matters" } },
    })
  })

  test("gives typed outputs", () => {
    const output = triage.toOutput("billing")
    expectTypeOf(output).toEqualTypeOf<{ team: "billing" | "support" }>()
    expect(output).toEqual({ team: "billing" })
  })

  test("turns a valid input into a row, with what the schema changed", async () => {
    const at = new Date("2026-01-02T03:04:05Z")
    const input = { subject: "  Hi ", amount: null, day: "2026-01-02", at, channel: "web", urgent: true }
    expect(await triage.parseInput(input)).toEqual({
      row: {
        subject: "Hi", amount: null, count: null, day: "2026-01-02", at: "2026-01-02T03:04:05.000Z", channel: "web", urgent: true,
      },
    })
  })

  test("lists everything that is wrong with an input", async () => {
    const { issues } = await triage.parseInput({ subject: 1, amount: 2, day: "soon", at: new Date(), channel: "fax", urgent: true })
    expect(issues?.map((issue) => issue.field)).toEqual(["subject", "day", "channel"])
    expect((await triage.parseInput(null)).issues).toHaveLength(1)
  })
})

describe("outputs", () => {
  const inputs = { text: "text" } as const

  test("a boolean schema gives booleans", () => {
    const f = defineFunction({ name: "f", input: inputs, output: z.boolean() })
    expect(f.signature.output).toEqual({ name: "label", type: "boolean", classes: ["true", "false"] })
    expectTypeOf(f.toOutput("true")).toEqualTypeOf<boolean>()
    expect([f.toOutput("true"), f.toOutput("false")]).toEqual([true, false])
  })

  test("a union of literals gives classes, numbers keep their type", () => {
    const f = defineFunction({ name: "f", input: inputs, output: z.union([z.literal(1), z.literal("many")]) })
    expect(f.signature.output.classes).toEqual(["1", "many"])
    expectTypeOf(f.toOutput("1")).toEqualTypeOf<1 | "many">()
    expect(f.toOutput("1")).toBe(1)
  })

  test("a plain list gives its members", () => {
    const f = defineFunction({ name: "f", input: inputs, output: ["spam", "ham"] })
    expectTypeOf(f.toOutput("spam")).toEqualTypeOf<"spam" | "ham">()
    expect(f.signature.output).toEqual({ name: "label", type: "enum", classes: ["spam", "ham"] })
  })

  test("a plain boolean may be written in the data's own words", () => {
    const f = defineFunction({ name: "f", input: inputs, output: { name: "是垃圾", type: "boolean", classes: ["是", "否"] } })
    expectTypeOf(f.toOutput("是")).toEqualTypeOf<boolean>()
    expect([f.toOutput("是"), f.toOutput("否"), f.signature.output.name]).toEqual([true, false, "是垃圾"])
  })

  test.each([
    ["one class", ["only"]], ["the same class twice", ["a", "a"]], ["a free text", z.string()],
    ["two fields", z.object({ a: z.boolean(), b: z.boolean() })],
  ])("%s is refused", (_, output) => {
    expect(() => defineFunction({ name: "f", input: inputs, output })).toThrow("The output cannot be used")
  })

  test("a glossary for a class that is not there is refused", () => {
    expect(() => defineFunction({ name: "f", input: inputs, output: ["a", "b"], glossary: { c: "?" } })).toThrow("glossary")
  })
})

describe("inputs", () => {
  test("plain descriptors are typed and checked", async () => {
    const f = defineFunction({
      name: "f", input: { text: "text", price: { type: "number", description: "in yuan" }, day: "date" }, output: "boolean",
    })
    expectTypeOf(f).toEqualTypeOf<AIFunction<InputOf<{
      readonly text: "text"
      readonly price: { readonly type: "number"; readonly description: "in yuan" }
      readonly day: "date"
    }>, boolean>>()
    expect(await f.parseInput({ text: "x", price: "12.5", more: 1 })).toEqual({ row: { text: "x", price: "12.5", day: null } })
    const { issues } = await f.parseInput({ text: { deep: 1 }, price: "much", day: "someday" })
    expect(issues?.map((issue) => issue.field)).toEqual(["text", "price", "day"])
  })

  test("an input whose name is a property of every object is not found by accident", async () => {
    const f = defineFunction({ name: "f", input: { constructor: "text" }, output: "boolean" })
    expect(await f.parseInput({})).toEqual({ row: { constructor: null } })
  })

  test.each([
    ["an array", z.object({ tags: z.array(z.string()) }), "tags"],
    ["text or number", z.object({ either: z.union([z.string(), z.number()]) }), "either"],
    ["no object", z.string(), "input"],
  ])("%s is refused and named", (_, input, field) => {
    expect(() => defineFunction({ name: "f", input, output: "boolean" })).toThrow(`"${field}"`)
  })

  test("a library without JSON Schema is told so", () => {
    const schema = { "~standard": { version: 1 as const, vendor: "x", validate: (value: unknown) => ({ value }) } }
    expect(() => defineFunction({ name: "f", input: schema, output: "boolean" })).toThrow("cannot be turned into a JSON Schema")
  })

  test("named parts of a schema are followed", () => {
    const schema = {
      "~standard": {
        version: 1 as const, vendor: "x", validate: (value: unknown) => ({ value }),
        jsonSchema: {
          input: () => ({
            type: "object", $defs: { Text: { type: ["string", "null"] } },
            properties: { body: { $ref: "#/$defs/Text", description: "the body" }, when: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] } },
          }),
          output: () => ({}),
        },
      },
    }
    expect(defineFunction({ name: "f", input: schema, output: "boolean" }).signature.inputs).toEqual([
      { name: "body", type: "text", description: "the body" }, { name: "when", type: "date" },
    ])
  })
})

describe("signatures as JSON", () => {
  const signature: fc.Arbitrary<Signature> = fc.record({
    inputs: fc.uniqueArray(
      fc.record({ name: fc.string({ minLength: 1 }), type: fc.constantFrom("text", "number", "date", "category") }),
      { minLength: 1, maxLength: 4, selector: (input) => input.name },
    ),
    output: fc.record({
      name: fc.string({ minLength: 1 }), type: fc.constant("enum"), classes: fc.uniqueArray(fc.string(), { minLength: 2 }),
    }),
  })

  test("are read back unchanged", () => {
    fc.assert(fc.property(signature, (one) => {
      expect(parseSignature(JSON.parse(JSON.stringify(signatureToJson(one))))).toEqual(one)
    }))
  })

  test.each([
    [null, "the top"], [{ inputs: [], output: {} }, "inputs"],
    [{ inputs: [{ name: "a", type: "image" }], output: { name: "l", type: "enum", classes: ["x", "y"] } }, "inputs.0.type"],
    [{ inputs: [{ name: "a", type: "text" }], output: { name: "l", type: "boolean", classes: ["x", "y", "z"] } }, "output"],
    [{ inputs: [{ name: "a", type: "text" }], output: { name: "l", type: "enum", classes: ["x", "y"] }, extra: 1 }, "the top"],
  ])("%j is refused and the field is named", (json, field) => {
    expect(() => parseSignature(json)).toThrow(`wrong at ${field}`)
  })
})
