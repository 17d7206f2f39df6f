import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { findBreaches, importsOf } from "./arrows/index.ts"

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A project of empty entrances plus the files given. */
function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "daydream-arrows-"))
  folders.push(root)
  const entrances = ["engine/src", "engine/src/money", "engine/src/errors", "engine/src/testing", "industry/src", "runtime/src"]
  const all = { ...Object.fromEntries(entrances.map((one) => [`packages/${one}/index.ts`, "export {}"])), ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const reasons = (files: Readonly<Record<string, string>>) => findBreaches(project(files)).map((one) => one.reason)

test("every kind of import is seen, and comments are not", () => {
  const source = readFileSync(join(import.meta.dirname, "arrows/fixtures/imports.txt"), "utf8")
  expect(importsOf(source).toSorted()).toEqual(["./g.ts", "a", "b", "c", "d", "e", "f"])
})

test("imports along the arrows pass", () => {
  expect(
    reasons({
      "packages/industry/src/rung/a.ts": `import { x } from "@daydream/engine/money"\nimport { b } from "./b.ts"`,
      "packages/industry/src/rung/b.ts": `import "../plan/index.ts"`,
      "packages/industry/src/plan/index.ts": `export {}`,
      "packages/industry/src/plan/a.test.ts": `import "@daydream/engine/testing"`,
      "packages/engine/src/errors/a.test.ts": `import "../testing/contract.ts"\nimport "../money/shared.test.helper.ts"`,
      "packages/engine/src/testing/contract.ts": "export {}",
      "packages/engine/src/money/shared.test.helper.ts": "export {}",
      "packages/industry/src/table/b.ts": `import "../rung/inner/index.ts"`,
      "packages/industry/src/rung/inner/index.ts": "export {}",
      "apps/cli/src/main.ts": `import "@daydream/industry"\nimport "@daydream/runtime"`,
      "examples/industry/a.ts": `import "@daydream/industry"`,
    }),
  ).toEqual([])
})

test.each([
  ["a layer that imports its sibling", "packages/industry/src/a.ts", `import "@daydream/runtime"`, /may import engine, not runtime/u],
  ["the ground that imports a layer", "packages/engine/src/a.ts", `import type { X } from "@daydream/industry"`, /nothing of ours/u],
  ["a deep import of a package", "apps/cli/src/a.ts", `import "@daydream/engine/money/nano.ts"`, /only the entrance/u],
  ["an entrance that does not exist", "apps/cli/src/a.ts", `import "@daydream/engine/fortune"`, /there is no/u],
  ["a file inside another folder", "packages/engine/src/errors/a.ts", `import "../money/nano.ts"`, /only packages\/engine\/src\/money\/index\.ts/u],
  ["a relative path into another workspace", "examples/a.ts", `import "../packages/engine/src/money/index.ts"`, /by its package name/u],
  ["testing outside tests", "packages/industry/src/a.ts", `import "@daydream/engine/testing"`, /testing is for tests/u],
  ["its own package by name", "packages/engine/src/a.ts", `import "@daydream/engine/money"`, /relative path/u],
  ["a layer that nobody knows", "packages/magic/src/a.ts", `import "@daydream/engine"`, /no layer/u],
])("%s is refused", (_what, file, text, reason) => {
  const found = reasons({ "packages/engine/src/money/nano.ts": "export {}", [file]: text })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(reason)
})

test("a cycle of folders is refused, also one of types", () => {
  const found = reasons({
    "packages/engine/src/money/index.ts": `import type { X } from "../errors/index.ts"`,
    "packages/engine/src/errors/index.ts": `export * from "./a.ts"`,
    "packages/engine/src/errors/a.ts": `import "../money/index.ts"`,
  })
  expect(found).toEqual([expect.stringContaining("a cycle: packages/engine/src/errors → packages/engine/src/money")])
})

test("the program fails on a project with a breach and names it", () => {
  const root = project({ "packages/industry/src/a.ts": `import "@daydream/runtime"` })
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "check-arrows.ts"), root], { encoding: "utf8" })
  expect(status).toBe(1)
  expect(stderr).toContain('packages/industry/src/a.ts: imports "@daydream/runtime"')
})
