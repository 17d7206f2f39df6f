import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { commands } from "../commands/index.ts"
import { runProgram } from "../frame/index.ts"
import type { Io } from "../frame/index.ts"
import { idOf } from "./scaffold.ts"

const root = await mkdtemp(join(tmpdir(), "daydream-dreaming-"))
afterAll(() => rm(root, { recursive: true, force: true }))

async function run(...argv: string[]) {
  let out = ""
  let err = ""
  const io: Io = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    environment: {},
    systemLocale: "en",
    now: () => 0,
    abortSignal: new AbortController().signal,
    writeLog: () => "/logs/errors.log",
  }
  const code = await runProgram(["dream", ...argv], io, commands, "1.2.3")
  return { code, out, err, json: () => JSON.parse(out) as Record<string, never> }
}

const folder = join(root, "Mein Traum")

test("a new dream is written, passes its check and its tests, and is not written over", async () => {
  const made = await run("new", folder, "--language", "en", "--json")
  expect(made.json()).toMatchObject({ id: "mein-traum", language: "en", files: expect.arrayContaining(["dream.yaml", "story.ink"]) })
  expect(await readFile(join(folder, "characters/clerk.yaml"), "utf8")).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.schema\/character\.schema\.json\n/u)
  expect(JSON.parse(await readFile(join(folder, ".schema/character.schema.json"), "utf8"))).toHaveProperty("properties.topics")
  const checked = await run("check", folder, "--turns", "600", "--json")
  expect(checked.code).toBe(0)
  expect(checked.json()).toMatchObject({ isSound: true, errors: 0, problems: [], dream: { id: "mein-traum", languages: ["en"] } })
  const tested = await run("test", folder, "--json")
  expect(tested.code).toBe(0)
  expect(tested.json()).toMatchObject({ isPassed: true, coverage: { endings: { met: 5, of: 5 } } })
  expect(await run("new", folder)).toMatchObject({ code: 2, err: expect.stringContaining("is not empty") })
}, 20_000)

test("errors are shown by place with their fix, in both languages, and give exit code 1", async () => {
  const sheet = join(folder, "characters/clerk.yaml")
  const text = await readFile(sheet, "utf8")
  await writeFile(sheet, text.replace("enters: letter", "enters: lettr"))
  const english = await run("check", folder)
  expect(english).toMatchObject({ code: 1 })
  expect(english.out).toContain('characters/clerk.yaml:70:13  error  The story has no knot "lettr" that may be entered. Did you mean "letter"?')
  expect((await run("check", folder, "--lang", "zh")).out).toContain("characters/clerk.yaml:70:13  错误  故事中没有可进入的 knot“lettr”。是不是想写“letter”？")
  expect(await run("test", folder)).toMatchObject({ code: 2, err: expect.stringContaining("cannot be read") })
  await writeFile(sheet, text)
})

test("a test that fails says after which input, and gives exit code 1", async () => {
  await writeFile(join(folder, "tests/more.yaml"), "stories:\n  wrong:\n    play: [{take: Stand for a moment and listen to the rain.}]\n    expect: {ending: closed}\n")
  const failed = await run("test", folder)
  expect(failed.code).toBe(1)
  expect(failed.out).toContain("✗ wrong  0/1  tests/more.yaml:2\n    after \"Stand for a moment and listen to the rain.\": the ending is none rather than closed")
  expect((await run("check", folder, "--turns", "10", "--json")).json()).toHaveProperty("isSound")
})

test("what is no dream gives exit code 2 and names those that are", async () => {
  expect(await run("check", "nowhere", "--state", root)).toMatchObject({ code: 2, err: expect.stringContaining('There is no dream "nowhere".') })
  expect(await run("test", join(root, "nowhere"))).toMatchObject({ code: 2 })
})

test("an id is made of whatever a folder is called", () => {
  expect(["my-dream", "Mein Traum", "雾灯", "2nd try!", "/a/b/C_d/"].map(idOf)).toEqual(["my-dream", "mein-traum", "my-dream", "nd-try", "c_d"])
})
