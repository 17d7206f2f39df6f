import { spawn, spawnSync } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { makePlan, textAt } from "./run-plan.ts"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
const rows = 60_000
let folder: string

const lineOf = (number: number) => `${number},"${textAt(number).replaceAll('"', '""')}"\n`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-run-e2e-"))
  chmodSync(folder, 0o755)
  await makePlan(join(folder, "topics.plan"))
  await makePlan(join(folder, "plain.plan"), false)
  writeFileSync(join(folder, "in.csv"), `id,text\n${Array.from({ length: rows }, (_, index) => lineOf(index + 1)).join("")}`)
  daydream(["run", "topics.plan", "in.csv", "--out", "calm.csv"])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = () => {
  const { DATABASE_URL: _unused, ...rest } = process.env
  return { ...rest, LC_ALL: "C.UTF-8", DAYDREAM_CACHE: join(folder, "cache"), XDG_STATE_HOME: join(folder, "state") }
}
const argumentsOf = (args: readonly string[]) => ["--conditions=source", main, ...args]

const daydream = (args: readonly string[], input?: string) =>
  spawnSync(process.execPath, argumentsOf(args),
    { cwd: folder, env: environment(), encoding: "utf8", maxBuffer: 2 ** 28, ...(input === undefined ? {} : { input }) })

const start = (args: readonly string[]) =>
  spawn(process.execPath, argumentsOf(args), { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] })

const outputOf = async (child: ChildProcess) => {
  let text = ""
  child.stdout?.on("data", (bytes: Buffer) => (text += bytes.toString()))
  let errors = ""
  child.stderr?.on("data", (bytes: Buffer) => (errors += bytes.toString()))
  await once(child, "close")
  return { text, errors, code: child.exitCode }
}

const file = (name: string) => readFileSync(join(folder, name))
const partsOf = (output: string) => {
  const journal = join(folder, `${output}.parts`, "journal.jsonl")
  return existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 2 : -1
}

test("labels a table with a plan and tells what it did", () => {
  const { stdout, status } = daydream(["run", "topics.plan", "in.csv", "--out", "told.csv", "--json", "--quiet"])
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    output: "told.csv", errors: null, rows, answered: rows, failed: 0, byRung: { "tfidf-softmax": rows }, currency: "USD",
  })
  const lines = file("told.csv").toString().split("\n")
  expect(lines[0]).toBe("id,text,label,confidence,rung,status,suggestion")
  expect(lines[1]).toMatch(/^1,"where is my parcel, number 1, ""thanks""",delivery,0\.\d+,tfidf-softmax,answered,$/)
  expect(lines.length).toBe(rows + 2)
})

test("a run that was killed and one that Ctrl-C stopped go on, and end with the undisturbed output", async () => {
  const killed = start(["run", "topics.plan", "in.csv", "--out", "killed.csv"])
  while (killed.exitCode === null && partsOf("killed.csv") < 1) await sleep(2)
  killed.kill("SIGKILL")
  await once(killed, "close")
  const stopped = start(["run", "topics.plan", "in.csv", "--out", "killed.csv"])
  while (stopped.exitCode === null && partsOf("killed.csv") < 2) await sleep(2)
  stopped.kill("SIGINT")
  const { errors, code } = await outputOf(stopped)
  expect(code).toBe(130)
  expect(errors).toContain("killed.csv.parts")
  const { stdout } = daydream(["run", "topics.plan", "in.csv", "--out", "killed.csv", "--json", "--quiet"])
  expect((JSON.parse(stdout) as { rowsContinued: number }).rowsContinued).toBeGreaterThanOrEqual(40_000)
  expect(file("killed.csv").equals(file("calm.csv"))).toBe(true)
  expect(readdirSync(folder).filter((name) => name.startsWith("killed"))).toEqual(["killed.csv"])
})

test.skipIf(process.platform !== "linux")("three workers, one killed: the output is that of an undisturbed run", async () => {
  const parent = start(["run", "topics.plan", "in.csv", "--out", "spread.csv", "--workers", "3", "--json", "--quiet"])
  const ended = outputOf(parent)
  const workers = () =>
    readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8").trim().split(" ").map(Number)
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("run-worker"))
  while (parent.exitCode === null && partsOf("spread.csv") < 1) await sleep(2)
  const [victim = 0, ...others] = workers()
  expect(others.length).toBe(2)
  process.kill(victim, "SIGKILL")
  const { text, code, errors } = await ended
  expect(errors).toBe("")
  expect(code).toBe(0)
  expect(JSON.parse(text)).toMatchObject({ rows, answered: rows })
  expect(file("spread.csv").equals(file("calm.csv"))).toBe(true)
})

test("rows go through pipes as JSON Lines", () => {
  const { stdout, status } = daydream(["run", "topics.plan", "-", "--out", "-", "--quiet"],
    '{"text":"where is my parcel","more":{"a":1}}\n\n{"text":null,"label":"kept"}\n')
  expect(status).toBe(0)
  const [first, second] = stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(first).toMatchObject({ text: "where is my parcel", more: '{"a":1}', label: "delivery", status: "answered" })
  expect(second).toMatchObject({ text: null })
  const broken = daydream(["run", "topics.plan", "-", "--out", "-", "--quiet"], "not json\n")
  expect(broken.status).toBe(2)
  expect(broken.stderr).toContain("Line 1")
})

test("what cannot run says why, in the user's language", () => {
  const uncertified = daydream(["run", "plain.plan", "in.csv", "--out", "x.csv"])
  expect(uncertified.status).toBe(2)
  expect(uncertified.stderr).toContain("--uncertified")
  expect(daydream(["run", "nowhere.plan", "in.csv", "--out", "x.csv", "--lang", "zh"]).stderr).toContain("没有方案")
  expect(daydream(["run", "topics.plan", "in.csv", "--out", "in.csv", "--lang", "zh"]).stderr).toContain("同一个文件")
  expect(daydream(["run", "topics.plan", "in.csv"]).stderr).toContain("--out")
  const error = JSON.parse(daydream(["run", "topics.plan", "in.csv", "--out", "-", "--json"]).stdout) as { error: { code: string } }
  expect(error.error.code).toBe("stdout_taken")
  expect(existsSync(join(folder, "x.csv"))).toBe(false)
})
