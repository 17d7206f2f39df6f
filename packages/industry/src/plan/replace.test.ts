import { cp, mkdir, mkdtemp, readdir, rename, rm, utimes } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import { readManifest, writePlanFolder, type PlanContents } from "./folder.ts"

const root = await mkdtemp(join(tmpdir(), "replace-plan-"))
afterAll(() => rm(root, { recursive: true, force: true }))

const contents = (name: string): PlanContents => ({
  manifest: {
    name, createdAt: "2026-01-01T00:00:00.000Z", isCertified: true, chosen: "majority", models: {}, holdsTrainingText: false,
    task: {
      signature: { inputs: [{ name: "text", type: "text" }], output: { name: "label", type: "enum", classes: ["a", "b"] } },
    },
  },
  variant: { "variant.json": new TextEncoder().encode("{}") },
  documents: {},
})

let folder = ""
let aside = ""
let old = ""
let count = 0

const nameOf = async (path: string) => (await readManifest(path)).name
const beside = async () => (await readdir(join(folder, ".."))).toSorted()

beforeEach(async () => {
  const place = join(root, String(count++))
  await mkdir(place)
  folder = join(place, "mails.plan")
  aside = `${folder}.1a2b3c4d.tmp`
  old = `${aside}.old`
  await writePlanFolder(folder, contents("first"))
})

/** What stands on the disk where a process that replaces the first plan by a second is killed. */
const cuts = {
  "while the new copy is written": async () => {
    await mkdir(join(aside, "variant"), { recursive: true })
  },
  "when the new copy is written": () => writePlanFolder(aside, contents("second")),
  "between the renames": async () => {
    await writePlanFolder(aside, contents("second"))
    await rename(folder, old)
  },
  "before the old copy is removed": async () => {
    await rename(folder, old)
    await writePlanFolder(folder, contents("second"))
    await cp(folder, old, { recursive: true })
  },
  "while the old copy is removed": async () => {
    await rename(folder, old)
    await writePlanFolder(folder, contents("second"))
    await mkdir(old, { recursive: true })
  },
} as const

const expected: Readonly<Record<keyof typeof cuts, string>> = {
  "while the new copy is written": "first",
  "when the new copy is written": "first",
  "between the renames": "second",
  "before the old copy is removed": "second",
  "while the old copy is removed": "second",
}

describe.each(Object.keys(cuts) as (keyof typeof cuts)[])("a process that is killed %s", (cut) => {
  test("leaves a plan that opens", async () => {
    await cuts[cut]()
    expect(await nameOf(folder)).toBe(expected[cut])
  })

  test("leaves a plan that can be replaced", async () => {
    await cuts[cut]()
    await writePlanFolder(folder, contents("third"))
    expect(await nameOf(folder)).toBe("third")
  })
})

test("what killed processes left beside a plan goes with the next one saved, but nothing that may be in work", async () => {
  const other = `${folder}.99999999.tmp`
  await mkdir(other)
  await mkdir(aside)
  await mkdir(`${folder}.11111111.tmp.old`)
  await mkdir(`${folder}.notes.tmp`)
  await utimes(aside, 0, 0)
  await writePlanFolder(folder, contents("second"))
  expect(await beside()).toEqual(["mails.plan", "mails.plan.99999999.tmp", "mails.plan.notes.tmp"])
})

test("a plan whose new copy is gone comes back as it was", async () => {
  await rename(folder, old)
  expect(await nameOf(folder)).toBe("first")
  expect(await beside()).toEqual(["mails.plan"])
})

test("of many that open a plan at once after a kill each finds it", async () => {
  await cuts["between the renames"]()
  const names = await Promise.all(Array.from({ length: 8 }, () => nameOf(folder)))
  expect(new Set(names)).toEqual(new Set(["second"]))
})

test("a plan may be named with a slash at its end", async () => {
  await writePlanFolder(`${folder}/`, contents("second"))
  expect(await nameOf(`${folder}/`)).toBe("second")
  expect(await beside()).toEqual(["mails.plan"])
})

test("where there is no plan none is found", async () => {
  await rm(folder, { recursive: true })
  await expect(readManifest(folder)).rejects.toMatchObject({ code: "plan_not_found" })
})
