import { spawnSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"

/** What each example must print. An example without an entry fails, so that none goes unwatched. */
const printed: Readonly<Record<string, RegExp>> = {
  "classify-mails": /^Certified: accuracy of at least 95 %[\s\S]+(?:^(?:spam|ham|for people) \(\d+ %\): .*\n){5}$/mu,
  "csv-to-plan": /^certificate: 400 of 400 rows answered by tfidf-softmax$/mu,
  chinese: /^已认证：准确率不低于 95%\n.*物流.*\n.*发票.*\n.*退款/u,
  "openai-compatible": /^(?:I want my money back → refund\n){2}spent .*the second answer came from the cache$/mu,
  "own-provider": /^HELLO! 1 request, 50000 billionths of a USD$/mu,
  "prepaid": /^20 calls ended: some answered \(true\), some refused with 402 \(true\)\nleft: \d+ of 200000, .*: true$/mu,
  "own-model": /^I was charged twice → refund \(\d+ billionths of a dollar\)\nWhere is my parcel\? → delivery/u,
}

const examples = globSync("*/*.ts", { cwd: import.meta.dirname })
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-examples-"))
})

afterAll(() => rmSync(folder, { recursive: true }))

test.each(examples)("%s runs and prints what it says", (path) => {
  const expected = printed[basename(path, ".ts")]
  expect(expected).toBeDefined()
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=source", join(import.meta.dirname, path)], {
    cwd: folder,
    encoding: "utf8",
    // An example uses no model that is not there: nothing is fetched in a plain test.
    env: { ...process.env, DAYDREAM_CACHE: join(folder, "cache"), DAYDREAM_MODEL_URL: undefined, DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined },
  })
  expect(stderr).toBe("")
  expect(status).toBe(0)
  expect(stdout).toMatch(expected as RegExp)
})

test.each(examples)("%s is short", (path) => {
  const lines = readFileSync(join(import.meta.dirname, path), "utf8").trim().split("\n").length
  expect(lines).toBeLessThanOrEqual(45)
})
