import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
const reference = readFileSync(join(import.meta.dirname, "../../docs/reference/json.md"), "utf8")
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-json-"))
  const rows = Array.from({ length: 200 }, (_, at) => `parcel late ${at},delivery\nmoney back ${at},refund`)
  writeFileSync(join(folder, "messages.csv"), `text,topic\n${rows.join("\n")}\n`)
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The document that the reference shows for a command. */
function documented(command: string): unknown {
  const [, section] = reference.split(`## \`daydream ${command}\`\n`)
  const json = /```json\n([\s\S]*?)```/u.exec(section ?? "")?.[1]
  if (json === undefined) throw new Error(`docs/reference/json.md has no document for daydream ${command}`)
  return JSON.parse(json)
}

/** What a command prints; a command may need files that those before it made. */
function printed(...args: readonly string[]): unknown {
  const { stdout } = spawnSync(process.execPath, ["--conditions=source", main, ...args, "--json"], {
    cwd: folder,
    env: { ...process.env, DAYDREAM_CACHE: join(folder, "cache") },
    encoding: "utf8",
  })
  return JSON.parse(stdout)
}

/** Paths of all fields, "models[].id"; what a field holds below `free` is not ours to fix. */
function fields(value: unknown, free: readonly string[] = [], path = ""): string[] {
  if (free.includes(path)) return [path]
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => fields(one, free, `${path}[]`)))]
  if (typeof value !== "object" || value === null) return path === "" ? [] : [path]
  return Object.entries(value).flatMap(([name, one]) => fields(one, free, path === "" ? name : `${path}.${name}`)).toSorted()
}

test.each([
  ["models list", ["models", "list"], []],
  ["data list", ["data", "list"], []],
  ["data pull", ["data", "pull", "spam-assassin"], []],
  ["prices", ["prices"], ["prices.models", "prices.localModels", "prices.about"]],
  [
    "compile",
    ["compile", "messages.csv", "--output", "topic", "--target", "0.9", "--no-embedder"],
    ["chosen", "signature", "table", "split", "ladder", "verdict", "models", "suggestions"],
  ],
  ["run", ["run", "messages.plan", "messages.csv", "--out", "labelled.csv"], ["byRung", "tokens"]],
  ["show", ["show", "messages.plan"], ["plan.task", "plan.models", "ladder.entries", "certificate"]],
  ["check", ["check", "messages.plan", "messages.csv"], []],
] as const)("daydream %s prints the fields that the reference shows", (command, args, free) => {
  expect(fields(printed(...args), free)).toEqual(fields(documented(command), free))
})

test("an error has the fields that the reference shows", () => {
  const shown = JSON.parse(/```json\n(.*?"error".*?)```/su.exec(reference)?.[1] ?? "") as unknown
  expect(fields(printed("models", "pull", "nope"))).toEqual(fields(shown))
})
