import { defineErrors } from "@daydream/engine/errors"
import { expect, test } from "vitest"
import { defineCommand, type CommandDefinition } from "./definition.ts"
import type { Io } from "./io.ts"
import { runProgram } from "./run-program.ts"

const both = (text: string) => ({ en: text, zh: text })
const errors = defineErrors({
  no_such_plan: {
    en: (f: { plan: string; cost: bigint }) => ({ message: `No plan ${f.plan}.`, hint: "Make one." }),
    zh: (f) => ({ message: `没有方案 ${f.plan}。`, hint: "请先编译。" }),
  },
})

function command(run: CommandDefinition["run"]): CommandDefinition {
  return defineCommand({
    name: "try",
    description: { en: "try something", zh: "试一试" },
    arguments: [{ name: "<plan>", description: both("plan") }, { name: "[rows...]", description: both("rows") }],
    options: [
      { flags: "--target <share>", kind: "share", description: both("target") },
      { flags: "--input <columns>", kind: "list", description: both("columns") },
      { flags: "--metric <metric>", choices: ["accuracy", "recall"], default: "accuracy", description: both("metric") },
      { flags: "--limit <seconds>", kind: "duration", description: both("limit") },
      { flags: "--no-explain", description: both("explain") },
    ],
    ...(run ? { run } : {}),
  })
}

async function run(argv: readonly string[], action: CommandDefinition["run"], overrides: Partial<Io> = {}) {
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
    ...overrides,
  }
  const group = defineCommand({ name: "models", description: both("models"), subcommands: [command(action)] })
  const code = await runProgram(argv, io, [command(action), group], "1.2.3")
  return { code, out, err }
}

test("arguments and options arrive read and typed", async () => {
  let seen: unknown
  const argv = ["try", "a.plan", "x", "y", "--target", "97%", "--input", "a, b", "--input", "c", "--limit", "2m", "--no-explain"]
  const { code } = await run(argv, async (_context, args, options) => void (seen = { args, options }))
  expect(code).toBe(0)
  expect(seen).toEqual({
    args: ["a.plan", "x", "y"],
    options: { target: 0.97, input: ["a", "b", "c"], metric: "accuracy", limit: 120, explain: false },
  })
})

test("under --json the one document is what the command returns, and prints are silent", async () => {
  const { out, err } = await run(["try", "p", "--json"], async (context) => {
    context.print("for people")
    context.note("a warning")
    return { rows: 3, cost: 12n, scores: new Float64Array([0.5, 0.5]) }
  })
  expect(JSON.parse(out)).toEqual({ rows: 3, cost: "12", scores: [0.5, 0.5] })
  expect(err).toBe("a warning\n")
})

test("an error of ours gives its message and hint in the user's language and its exit code", async () => {
  const fail = async () => {
    throw errors.no_such_plan({ plan: "p", cost: 5n })
  }
  const people = await run(["try", "p", "--lang", "zh"], fail)
  expect(people).toEqual({ code: 2, out: "", err: "错误：没有方案 p。\n提示：请先编译。\n" })
  const machine = await run(["--json", "try", "p"], fail)
  expect(JSON.parse(machine.out)).toEqual({
    error: { code: "no_such_plan", message: "No plan p.", hint: "Make one.", facts: { plan: "p", cost: "5" } },
  })
  expect(machine.err).toBe("")
})

test("a fault of the program names the log and shows its stack only when asked", async () => {
  let logged = ""
  const fail = async () => {
    throw new TypeError("boom")
  }
  const plain = await run(["try", "p"], fail, { writeLog: (text) => (logged = text) && "/logs/errors.log" })
  expect(plain.code).toBe(1)
  expect(plain.err).toContain("boom")
  expect(plain.err).toContain("/logs/errors.log")
  expect(plain.err).not.toMatch(/^\s+at /mu)
  expect(logged).toMatch(/TypeError: boom[\s\S]+run-program\.test\.ts/u)
  const debug = await run(["try", "p"], fail, { environment: { DAYDREAM_DEBUG: "1" } })
  expect(debug.err).toMatch(/^\s+at /mu)
})

test("a missing file and a full disk are told as such", async () => {
  const system = (code: string, path: string) => async () => {
    throw Object.assign(new Error(`${code}: no`), { code, path })
  }
  const missing = await run(["try", "p", "--json"], system("ENOENT", "mails.csv"))
  expect(JSON.parse(missing.out)).toMatchObject({ error: { code: "file_not_found", facts: { path: "mails.csv" } } })
  expect(missing.code).toBe(2)
  const full = await run(["try", "p", "--json"], system("ENOSPC", "out.csv"))
  expect(JSON.parse(full.out)).toMatchObject({ error: { code: "disk_full" } })
  expect(full.code).toBe(1)
})

test.each([
  [["tyr", "p"], "unknown_command", "try"],
  [["try", "p", "--tagret", "1"], "unknown_option", "--target"],
  [["try"], "missing_argument", "plan"],
  [["try", "p", "--target"], "missing_option_value", "--target"],
  [["try", "p", "--target", "1.5"], "invalid_option_value", "1.5"],
  [["try", "p", "--target="], "invalid_option_value", "--target"],
  [["try", "p", "--metric", "beauty"], "invalid_choice", "accuracy, recall"],
  [["models", "tri"], "unknown_command", "try"],
  [["models"], "command_needed", "try"],
  [["--quiet"], "command_needed", "try, models"],
  [["try", "p", "--lang", "fr"], "invalid_choice", "zh, en"],
  [["help", "tri"], "unknown_command", "try"],
] as const)("a wrong command line %j is %s", async (argv, code, named) => {
  const result = await run([...argv, "--json"], async () => {})
  const document = JSON.parse(result.out) as { error: { code: string; message: string; hint: string } }
  expect(document.error.code).toBe(code)
  expect(document.error.message + document.error.hint).toContain(named)
  expect(result.code).toBe(2)
})

test("help, version and an empty command line succeed on stdout", async () => {
  expect((await run(["--version"], undefined)).out).toBe("1.2.3\n")
  const { code, out } = await run([], undefined)
  expect(code).toBe(0)
  expect(out).toContain("try something")
  expect((await run(["help", "try", "--lang", "zh"], undefined)).out).toContain("试一试")
})

test("a stopped command exits with 128 and the signal's number, whether it threw or returned", async () => {
  const controller = new AbortController()
  const stop = async () => controller.abort("SIGINT")
  expect((await run(["try", "p"], stop, { abortSignal: controller.signal })).code).toBe(130)
  const other = new AbortController()
  const fail = async () => {
    other.abort("SIGTERM")
    throw new Error("aborted")
  }
  const result = await run(["try", "p", "--json"], fail, { abortSignal: other.signal })
  expect(result.code).toBe(143)
  expect(JSON.parse(result.out)).toMatchObject({ error: { code: "stopped" } })
})

test("a command sets its own exit code where nothing failed", async () => {
  expect((await run(["try", "p"], async (context) => context.setExitCode(3))).code).toBe(3)
})
