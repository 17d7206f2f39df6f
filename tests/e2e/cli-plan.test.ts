import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { tryLock } from "@daydream/engine/lock"
import { defineFunction } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import { compile } from "@daydream/industry/compile"
import { afterAll, beforeAll, expect, test } from "vitest"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
const topics = { refund: "money back return paid twice", delivery: "parcel late courier address" } as const
type Topic = keyof typeof topics
const names = Object.keys(topics) as Topic[]
const random = createRandom("cli-plan")
let folder: string

/** Messages that their words tell apart. A `wrong` share of the labels is the other one. */
const messages = (count: number, wrong: number) =>
  Array.from({ length: count }, () => {
    const topic = names[random.integer(2)] as Topic
    const words = topics[topic].split(" ")
    const text = `${words[random.integer(words.length)]} ${words[random.integer(words.length)]} case ${random.integer(1e9)}`
    const label = random.next() < wrong ? (names.find((one) => one !== topic) as Topic) : topic
    return { text, label }
  })

const writeTable = (name: string, rows: readonly { readonly text: string; readonly label: string }[]) =>
  writeFileSync(join(folder, name), `text,label\n${rows.map((row) => `${row.text},${row.label}`).join("\n")}\n`)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-plan-"))
  const fn = defineFunction({ name: "messages", input: { text: "text" }, output: names })
  const learn = async (target: number, wrong: number, plan: string) => {
    const examples = messages(600, wrong).map(({ text, label }) => ({ input: { text }, output: label }))
    const compiled = await compile(fn, examples, { target, rungs: ["majority", "tfidf-softmax"], abstain: false })
    await compiled.save(join(folder, plan))
  }
  await learn(0.9, 0, "messages.plan")
  await learn(0.99, 0.2, "refused.plan")
  writeTable("good.csv", messages(200, 0).map((row, at) => ({ ...row, label: at % 3 === 0 ? ` ${row.label.toUpperCase()}` : row.label })))
  writeTable("bad.csv", messages(200, 0.4))
})

afterAll(() => rmSync(folder, { recursive: true }))

const daydream = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["--conditions=source", main, ...args], {
    cwd: folder,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    encoding: "utf8",
  })

const document = (...args: readonly string[]) => JSON.parse(daydream(...args, "--json").stdout) as Record<string, unknown>

test("show prints the ladder and the certificate, in Chinese where asked", () => {
  const english = daydream("show", "messages.plan").stdout
  expect(english).toContain("messages: text → label")
  expect(english).toMatch(/words \+ regression .*✔ chosen/u)
  expect(english).toMatch(/^Certified: accuracy of at least 90 %/mu)
  const chinese = daydream("show", "messages.plan", "--lang", "zh").stdout
  expect(chinese).toMatch(/^已认证：准确率不低于 90%/mu)
  expect(chinese).toMatch(/词与字符 \+ 回归 .*✔ 选用/u)
})

test("show gives the same to programs", () => {
  const { plan, ladder, certificate } = document("show", "messages.plan")
  expect(plan).toMatchObject({ name: "messages", isCertified: true, chosen: "tfidf-softmax" })
  expect(ladder).toMatchObject({ metric: "accuracy", entries: expect.arrayContaining([expect.objectContaining({ isChosen: true })]) })
  expect(certificate).toMatchObject({ kind: "certificate", target: 0.9, delta: 0.05 })
})

test("show says why a row got its label", () => {
  const { stdout } = daydream("show", "messages.plan", "--row", "my parcel is late")
  expect(stdout).toContain("→ delivery")
  expect(stdout).toMatch(/\+\d+\.\d+ {2}parcel/u)
  const { rows } = document("show", "messages.plan", "--rows", "good.csv", "--row", "5")
  expect(rows).toMatchObject([{ key: "5", status: "answered", by: "tfidf-softmax", reasons: expect.arrayContaining([]) }])
})

test("a plan that is not there, and a row that does not fit, are told without a stack", () => {
  for (const args of [["show", "nothing.plan"], ["show", "messages.plan", "--row", '{"subject": "x"}'], ["check", "messages.plan", "nothing.csv"]]) {
    const { stderr, status } = daydream(...args)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^Error: .*\nHint: /mu)
    expect(stderr).not.toMatch(/^\s+at .+:\d+/mu)
  }
})

test("check holds on good rows however their labels are written, remembers them, and counts none twice", () => {
  expect(document("check", "messages.plan", "good.csv", "--restart")).toMatchObject({ verdict: "holds", trials: 200, successes: 200 })
  expect(document("check", "messages.plan", "good.csv")).toMatchObject({ trials: 200, notCounted: { repeated: 200, notFresh: 0 } })
})

test("check finds a broken promise and exits with 3", () => {
  const { status, stdout } = daydream("check", "messages.plan", "bad.csv", "--restart")
  expect(status).toBe(3)
  expect(stdout).toContain("The promise is broken")
})

test("the verdict does not depend on the order of the rows in the file", () => {
  const [head, ...rows] = readFileSync(join(folder, "bad.csv"), "utf8").trim().split("\n")
  writeFileSync(join(folder, "sorted.csv"), `${[head, ...rows.toSorted()].join("\n")}\n`)
  const before = document("check", "messages.plan", "bad.csv", "--restart")
  expect(document("check", "messages.plan", "sorted.csv", "--restart")).toEqual(before)
})

test("a plan without a certificate has no promise to check", () => {
  const { error } = document("check", "refused.plan", "good.csv")
  expect(error).toMatchObject({ code: "nothing_promised" })
})

test("two checks of one plan at once: the second says who is at it", () => {
  const lock = tryLock(join(folder, "messages.plan", ".check.lock"))
  const { error } = document("check", "messages.plan", "good.csv")
  lock?.release()
  expect(error).toMatchObject({ code: "check_in_progress", facts: { process: process.pid } })
})

test("a damaged state of checks is told, and --restart begins anew", () => {
  writeFileSync(join(folder, "messages.plan", "check.json"), "{")
  expect(document("check", "messages.plan", "good.csv")).toMatchObject({ error: { code: "check_state_damaged" } })
  expect(document("check", "messages.plan", "good.csv", "--restart")).toMatchObject({ verdict: "holds" })
})
