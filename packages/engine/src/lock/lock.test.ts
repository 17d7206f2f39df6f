import { spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { once } from "node:events"
import { afterAll, beforeAll, expect, test } from "vitest"
import { holdLock, lockHolder, tryLock } from "./index.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "daydream-lock-"))
})
afterAll(() => rm(folder, { recursive: true }))

test("a held lock is refused to a second holder and free after its release", () => {
  const path = join(folder, "a.lock")
  const first = tryLock(path)
  expect(first).toBeDefined()
  expect(lockHolder(path)).toBe(process.pid)
  expect(tryLock(path)).toBeUndefined()
  first?.release()
  const second = tryLock(path)
  expect(second).toBeDefined()
  second?.release()
})

test("a lock whose holder was killed with no chance to clean up is free at once", async () => {
  const path = join(folder, "b.lock")
  const source = `
    const { tryLock } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)})
    globalThis.lock = tryLock(${JSON.stringify(path)})
    console.log("held")
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "inherit"] })
  await once(child.stdout, "data")
  expect(tryLock(path)).toBeUndefined()
  child.kill("SIGKILL")
  await once(child, "exit")
  const lock = await holdLock(path, 5000)
  expect(lock).toBeDefined()
  lock?.release()
})
