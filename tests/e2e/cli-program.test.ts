import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"

const launcher = join(import.meta.dirname, "../../apps/cli/bin/daydream.js")
const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-cli-"))
})

afterAll(() => rmSync(folder, { recursive: true }))

const environment = (extra: Readonly<Record<string, string>> = {}) => ({
  ...process.env,
  LC_ALL: "C.UTF-8",
  DAYDREAM_CACHE: join(folder, "cache"),
  XDG_STATE_HOME: join(folder, "state"),
  ...extra,
})

const daydream = (args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [launcher, ...args], { cwd: folder, env: environment(extra), encoding: "utf8" })

const isStack = /^\s+at .+:\d+/mu

test("the launcher passes arguments, output and exit codes of the program", () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../apps/cli/package.json"), "utf8")) as { version: string }
  const { stdout, status } = daydream(["--version"])
  expect(stdout).toBe(`${version}\n`)
  expect(status).toBe(0)
  expect(daydream(["models"]).status).toBe(2)
})

test("help is in the language of --lang, or of the locale", () => {
  expect(daydream(["--help"]).stdout).toMatch(/^Usage: daydream/u)
  expect(daydream(["--lang", "zh", "--help"]).stdout).toMatch(/^用法：/u)
  expect(daydream(["models", "pull", "--help"], { LC_ALL: "zh_CN.UTF-8" }).stdout).toContain("模型编号")
})

test("Chinese help has no English descriptions left in it", () => {
  const { stdout } = daydream(["--lang", "zh", "--help"])
  const described = stdout.split("\n").filter((line) => /^ {2}\S.* {2,}\S/u.test(line))
  expect(described.length).toBeGreaterThan(5)
  for (const line of described) expect(line).toMatch(/\p{Script=Han}/u)
})

test("a mistyped command or option is told with the nearest one, in the user's language, without a stack", () => {
  const command = daydream(["modles", "list"])
  expect(command.status).toBe(2)
  expect(command.stderr).toContain('Did you mean "models"?')
  const option = daydream(["models", "list", "--jsno", "--lang", "zh"])
  expect(option.status).toBe(2)
  expect(option.stderr).toMatch(/错误：.*--jsno/u)
  expect(option.stderr).toContain("--json")
  for (const { stderr } of [command, option]) expect(stderr).not.toMatch(isStack)
})

test("an error under --json is one document on stdout", () => {
  const { stdout, stderr, status } = daydream(["models", "pull", "no-such-model", "--json"])
  expect(status).toBe(2)
  expect(stderr).toBe("")
  const { error } = JSON.parse(stdout) as { error: Record<string, unknown> }
  expect(Object.keys(error)).toEqual(["code", "message", "hint", "facts"])
  expect(error).toMatchObject({ code: "unknown_model", facts: { modelId: "no-such-model" } })
})

test("a result under --json is one document on stdout", () => {
  const { stdout, status } = daydream(["models", "list", "--json"])
  expect(status).toBe(0)
  const { models } = JSON.parse(stdout) as { models: { id: string; isInstalled: boolean }[] }
  expect(models.map((one) => one.id)).toContain("all-minilm-l6-v2")
  expect(models.every((one) => !one.isInstalled)).toBe(true)
})

/** The exit code of `program` after `signal`, sent as soon as it prints. */
function stopAfterFirstOutput(program: readonly string[], signal: NodeJS.Signals): Promise<number | null> {
  const child = spawn(process.execPath, program, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] })
  child.stdout.once("data", () => child.kill(signal))
  return new Promise((resolve) => {
    child.on("exit", resolve)
  })
}

// A program on the frame itself: what is tested is how any command is stopped, not one that happens to be slow.
const waiting = `
  import { defineCommand, processIo, runProgram } from ${JSON.stringify(join(import.meta.dirname, "../../apps/cli/src/frame/index.ts"))}
  const both = { en: "wait", zh: "等" }
  const wait = defineCommand({ name: "wait", description: both, async run(context) {
    context.print("ready")
    await new Promise((resolve) => {
      const alive = setInterval(() => {}, 1000)
      context.abortSignal.addEventListener("abort", () => { clearInterval(alive); resolve(undefined) })
    })
  } })
  process.exitCode = await runProgram(["wait"], processIo("0"), [wait], "0")
`

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s stops a command in order and gives %i", async (signal, code) => {
  const program = ["--conditions=source", "--input-type=module", "-e", waiting]
  expect(await stopAfterFirstOutput(program, signal)).toBe(code)
})

test("a reader that goes away ends the program quietly", async () => {
  const child = spawn(process.execPath, ["--conditions=source", main, "models", "list"], { env: environment(), stdio: ["ignore", "pipe", "pipe"] })
  child.stdout.destroy()
  let stderr = ""
  child.stderr.on("data", (chunk) => (stderr += String(chunk)))
  await new Promise((resolve) => {
    child.on("close", resolve)
  })
  expect(stderr).toBe("")
})
