/** The Godot client: its form, and that it speaks the protocol whole. Godot itself is not needed. */
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { expect, test } from "vitest"
import { playJsonSchema } from "../../packages/dream/src/protocol/index.ts"
import { problemsOfScript } from "./index.ts"

const parser = process.env["GDPARSE"] ?? "gdparse"
const root = join(import.meta.dirname, "../..")
const scripts = globSync("clients/godot/**/*.gd", { cwd: root }).map((file) => join(root, file))
const client = readFileSync(join(root, "clients/godot/daydream.gd"), "utf8")

interface Variant {
  readonly properties: Readonly<Record<string, { readonly const?: string }>>
}
interface Union {
  readonly oneOf: readonly (Variant | { readonly $ref: string })[]
}
const { $defs } = playJsonSchema() as { $defs: Record<string, Variant | Union> }

/** The names among which a union is chosen. */
const names = (union: string, field: string) =>
  ($defs[union] as Union).oneOf.map((option) => {
    const variant = "$ref" in option ? ($defs[option.$ref.split("/").at(-1) ?? ""] as Variant) : option
    return variant.properties[field]?.const ?? ""
  })

test("the scripts have a sound form", () => {
  expect(scripts.length).toBeGreaterThan(1)
  for (const script of scripts) expect([script, problemsOfScript(readFileSync(script, "utf8"))]).toEqual([script, []])
})

test("the check of the form finds what is broken", () => {
  const problem = (text: string) => problemsOfScript(text).map(({ line, problem: told }) => `${line} ${told}`)
  expect(problem("func a() -> void:\n\tpass\n")).toEqual([])
  expect(problem("func a() -> void\n\tpass\n")).toEqual(["1 a block begins with a colon", "2 indentation does not fit"])
  expect(problem("func a():\npass\n")).toEqual(["2 indentation does not fit"])
  expect(problem("var a = [1, (2]\n")).toEqual(['1 "]" closes nothing', '1 "[" is not closed'])
  expect(problem('var a = "x\n')).toEqual(["1 a text is not closed"])
  expect(problem('var a = 1 # it\'s fine\nvar b = "#"\n')).toEqual([])
  expect(problem("    var a = 1\n")).toEqual(["1 indented with spaces"])
})

test("gdparse takes the scripts, where it is installed (pip install gdtoolkit==4.5.0)", ({ skip }) => {
  const parsed = spawnSync(parser, scripts, { encoding: "utf8" })
  if (parsed.error !== undefined) skip("gdparse is not installed")
  expect([parsed.status, parsed.stderr]).toEqual([0, ""])
})

test("every message of the server is handled, and every message that is sent is one of the protocol", () => {
  const handled = [...client.matchAll(/^\t+((?:"\w+"(?:, )?)+):$/gm)].flatMap(([, arm]) =>
    [...(arm ?? "").matchAll(/"(\w+)"/g)].map(([, name]) => name)
  )
  expect(new Set(handled)).toEqual(new Set(names("ServerMessage", "type")))
  expect(handled).toHaveLength(new Set(handled).size)
  const sent = [...client.matchAll(/\{"type": "(\w+)"/g)].map(([, type]) => type ?? "")
  expect(sent.length).toBeGreaterThan(2)
  for (const type of sent) expect(names("ClientMessage", "type")).toContain(type)
  const kinds = [...client.matchAll(/\{"kind": "(\w+)"/g)].map(([, kind]) => kind)
  expect(new Set(kinds)).toEqual(new Set(names("PlayerInput", "kind")))
})

test("the inputs that it writes are valid, with their values filled in", () => {
  const validate = new Ajv2020({ strict: false }).compile({
    ...playJsonSchema(),
    anyOf: [{ $ref: "#/$defs/PlayerInput" }],
  })
  const values: Readonly<Record<string, string>> = {
    text: '"hi"',
    option: '"choice:1"',
    move: '"go"',
    arguments: "{}",
    seconds: "60",
  }
  const inputs = [...client.matchAll(/(\{"kind": [^}]*\})/g)].map(
    ([, input]) =>
      JSON.parse(
        (input ?? "").replaceAll(/: (\w+)/g, (whole, name: string) => (name in values ? `: ${values[name]}` : whole))
      ) as unknown
  )
  expect(inputs).toHaveLength(6)
  for (const input of inputs) expect([input, validate(input)]).toEqual([input, true])
})
