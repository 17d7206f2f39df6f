import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { keyedCacheContract } from "../testing/index.ts"
import {
  artifactErrors, asDiskError, atomicWriteFile, createMemoryCache, openContentStore, openKeyedCache,
} from "./index.ts"

let root = ""
let made = 0
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "daydream-artifact-"))))
afterAll(() => rm(root, { recursive: true, force: true }))
const folder = () => join(root, `${++made}`)

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array | null) => (value === null ? null : new TextDecoder().decode(value))
const segments = async (at: string) => (await readdir(at)).filter((name) => name.endsWith(".log"))

keyedCacheContract("a cache on disk", { open: () => openKeyedCache(folder()) })
keyedCacheContract("a cache in memory", { open: async () => createMemoryCache() })

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ["-p", "process.pid"])
  return Number(stdout)
}

/** Copies a folder's only segment, cut to `length` bytes, as a killed process would leave it. */
async function leaveBehind(source: string, to: string, pid: number, length?: number): Promise<void> {
  const [name = ""] = await segments(source)
  const content = await readFile(join(source, name))
  await mkdir(to, { recursive: true })
  await writeFile(join(to, name.replace(/-\d+-/, `-${pid}-`)), content.subarray(0, length))
}

describe("atomic writing", () => {
  test("the file is there whole, its folders are made, nothing else is left", async () => {
    const at = folder()
    await atomicWriteFile(join(at, "deep/er/file.txt"), "one")
    await atomicWriteFile(join(at, "deep/er/file.txt"), "two")
    expect(await readFile(join(at, "deep/er/file.txt"), "utf8")).toBe("two")
    expect(await readdir(join(at, "deep/er"))).toEqual(["file.txt"])
  })

  test("a write that fails leaves the old file and no rest", async () => {
    const at = folder()
    await mkdir(join(at, "taken/inside"), { recursive: true })
    await expect(atomicWriteFile(join(at, "taken"), "x")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/)
    expect(await readdir(at)).toEqual(["taken"])
  })

  test("a full disk is said in plain words", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })
    expect(asDiskError(error, "a.bin")).toMatchObject({ code: "disk_full", message: expect.stringContaining("a.bin") })
    expect(artifactErrors.disk_full({ path: "a.bin" }).texts.zh.message).toContain("磁盘已满")
    expect(asDiskError("other", "a.bin")).toBe("other")
  })
})

describe("content store", () => {
  test("bytes are found under their hash and verified on reading", async () => {
    const at = folder()
    const store = openContentStore(at)
    const hash = await store.put(bytes("hello"))
    expect(hash).toBe("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    expect(await store.put(bytes("hello"))).toBe(hash)
    expect(text(await store.get(hash))).toBe("hello")
    expect(await store.get("0".repeat(64))).toBeNull()
    await writeFile(join(at, hash.slice(0, 2), hash), "hellp")
    await expect(store.get(hash)).rejects.toThrow("is damaged")
    await expect(store.get("../../etc/passwd")).rejects.toThrow("Not a SHA-256")
  })
})

describe("keyed cache on disk", () => {
  test("a torn tail at every byte of the last record loses that record and no other", async () => {
    const source = folder()
    const cache = await openKeyedCache(source)
    await cache.set("first", bytes("一"))
    const [name = ""] = await segments(source)
    const before = (await stat(join(source, name))).size
    await cache.set("last", bytes("the record that is cut"))
    const whole = (await stat(join(source, name))).size
    await cache.close()
    const pid = await deadPid()
    for (let length = 0; length <= whole; length++) {
      const at = folder()
      await leaveBehind(source, at, pid, length)
      const reopened = await openKeyedCache(at)
      expect(text(await reopened.get("first"))).toBe(length >= before ? "一" : null)
      expect(text(await reopened.get("last"))).toBe(length === whole ? "the record that is cut" : null)
      await reopened.set("next", bytes("2"))
      await reopened.close()
      const again = await openKeyedCache(at)
      expect(text(await again.get("next"))).toBe("2")
      expect(again.size).toBe(length === whole ? 3 : length >= before ? 2 : 1)
      expect(await segments(at)).toHaveLength(1)
      await again.close()
    }
  })

  test("a tail of zeros and a tail of noise are cut off", async () => {
    const source = folder()
    const cache = await openKeyedCache(source)
    await cache.set("kept", bytes("1"))
    await cache.close()
    const pid = await deadPid()
    for (const tail of [Buffer.alloc(64), Buffer.alloc(64, 0xff), Buffer.from([3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7])]) {
      const at = folder()
      await leaveBehind(source, at, pid)
      const [name = ""] = await segments(at)
      await writeFile(join(at, name), tail, { flag: "a" })
      const reopened = await openKeyedCache(at)
      expect(text(await reopened.get("kept"))).toBe("1")
      await reopened.set("more", bytes("2"))
      await reopened.close()
      const again = await openKeyedCache(at)
      expect([text(await again.get("kept")), text(await again.get("more")), again.size]).toEqual(["1", "2", 2])
      await again.close()
    }
  })

  test("a record that got damaged in the middle is a miss; the others stay", async () => {
    const source = folder()
    const cache = await openKeyedCache(source)
    for (const key of ["a", "b", "c"]) await cache.set(key, bytes(`value of ${key}`))
    await cache.close()
    const at = folder()
    await leaveBehind(source, at, await deadPid())
    const [name = ""] = await segments(at)
    const content = await readFile(join(at, name))
    content[content.indexOf("value of b")] = 0
    await writeFile(join(at, name), content)
    const reopened = await openKeyedCache(at)
    expect([text(await reopened.get("a")), await reopened.get("b"), text(await reopened.get("c"))])
      .toEqual(["value of a", null, "value of c"])
    await reopened.close()
  })

  test("two caches open on one folder do not disturb each other, and both are found later", async () => {
    const at = folder()
    const one = await openKeyedCache(at)
    await one.set("1", bytes("one"))
    const two = await openKeyedCache(at)
    expect(text(await two.get("1"))).toBe("one")
    await Promise.all(Array.from({ length: 50 }, (_, i) => [one.set(`a${i}`, bytes(`${i}`)), two.set(`b${i}`, bytes(`${i}`))]).flat())
    await Promise.all([one.close(), two.close()])
    const later = await openKeyedCache(at)
    expect(later.size).toBe(101)
    expect(text(await later.get("b49"))).toBe("49")
    await later.close()
  })

  test("what a killed process had acknowledged is there", async () => {
    const at = folder()
    const script = `
      import { openKeyedCache } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))}
      const cache = await openKeyedCache(${JSON.stringify(at)})
      for (let i = 0; ; i++) {
        await cache.set("key" + i, Buffer.alloc(1500, i))
        process.stdout.write(i + "\\n")
        if (i === 40) process.kill(process.pid, "SIGKILL")
      }`
    const run = promisify(execFile)(process.execPath, ["--conditions=source", "--input-type=module", "-e", script])
    const { stdout } = await run.catch((error: { stdout: string }) => error)
    const acknowledged = stdout.trim().split("\n").length
    expect(acknowledged).toBeGreaterThanOrEqual(40)
    const cache = await openKeyedCache(at)
    for (let i = 0; i < acknowledged; i++) expect((await cache.get(`key${i}`))?.[7]).toBe(i)
    await cache.set("after", bytes("x"))
    expect(await segments(at)).toHaveLength(1)
    await cache.close()
  })

  test("setting many at once shares syncs and keeps every value", async () => {
    const cache = await openKeyedCache(folder())
    await Promise.all(Array.from({ length: 5000 }, (_, i) => cache.set(`k${i}`, new Uint8Array(100).fill(i))))
    expect(cache.size).toBe(5000)
    expect((await cache.get("k4999"))?.[0]).toBe(4999 & 255)
    await cache.close()
  })
})
