import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { rewriteExtensions, workspacesInOrder } from "./build/index.ts"

test("relative specifiers of declarations and workers lose .ts, packages and other texts keep it", () => {
  const fixture = (name: string) => readFileSync(join(import.meta.dirname, "build/fixtures", name), "utf8")
  expect(rewriteExtensions(fixture("before.txt"))).toBe(fixture("after.txt"))
})

test("a workspace is built after those that it depends on, and private ones are not built", () => {
  const root = mkdtempSync(join(tmpdir(), "daydream-build-"))
  const write = (folder: string, manifest: object) => {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, "package.json"), JSON.stringify(manifest))
  }
  write("apps/cli", { name: "cli", dependencies: { a: "1", zod: "4" } })
  write("apps/studio", { name: "studio", private: true })
  write("packages/a", { name: "a", dependencies: { z: "1" } })
  write("packages/z", { name: "z" })
  expect(workspacesInOrder(root)).toEqual(["packages/z", "packages/a", "apps/cli"])
  rmSync(root, { recursive: true })
})
