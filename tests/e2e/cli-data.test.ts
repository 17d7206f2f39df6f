import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-data-"))
})

afterAll(() => rmSync(folder, { recursive: true }))

const daydream = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["--conditions=source", main, ...args], {
    cwd: folder,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    encoding: "utf8",
  })

test("the sample mails come out as a table without any download, with progress on stderr only", () => {
  const { stdout, stderr, status } = daydream("data", "pull", "spam-assassin", "--folder", "samples", "--json")
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ id: "spam-assassin", inputs: ["subject", "body"], output: "label" })
  expect(stderr).toMatch(/^Preparing spam-assassin {2}6,046 {2}in \d+:\d\d$/mu)
  const table = readFileSync(join(folder, "samples/spam-assassin.csv"), "utf8")
  expect(table.startsWith("subject,body,label")).toBe(true)
})

test("an unknown sample is told with those that there are, in Chinese where asked", () => {
  const { stderr, status } = daydream("data", "pull", "spam", "--lang", "zh")
  expect(status).toBe(2)
  expect(stderr).toContain("spam-assassin、banking77、clinc150")
  expect(stderr).not.toMatch(/^\s+at /mu)
})

test("--quiet leaves stderr empty", () => {
  const { stderr, status } = daydream("data", "pull", "spam-assassin", "--folder", "again", "--quiet")
  expect(status).toBe(0)
  expect(stderr).toBe("")
})
