import { appendFile, mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { openPrefixStore, prefixMarkOf } from "./index.ts"
import type { PrefixKey } from "./index.ts"

let folder = ""
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "prefixes-"))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const key = (more: Partial<PrefixKey> = {}): PrefixKey => ({ identity: "model", tokens: [1, 2, 3], scope: undefined, ...more })
const writing = (text: string) => (path: string) => writeFile(path, text)
const files = async () => (await readdir(folder)).toSorted()
/** The text of the kept state; null: none. */
async function kept(store: ReturnType<typeof openPrefixStore>, of: PrefixKey): Promise<string | null> {
  let text: string | null = null
  const isThere = await store.load(of, async (path) => {
    text = await readFile(path, "utf8")
    return true
  })
  return isThere ? text : null
}

test("what was saved is loaded, by another process too, and only under its own name", async () => {
  expect(await openPrefixStore({ folder }).save(key(), writing("state"))).toBe(true)
  const store = openPrefixStore({ folder })
  expect(await kept(store, key())).toBe("state")
  expect(await kept(store, key({ identity: "other build" }))).toBeNull()
  expect(await kept(store, key({ tokens: [1, 2] }))).toBeNull()
  expect(await kept(store, key({ tokens: [1, 2, 4] }))).toBeNull()
  expect(await kept(store, key({ scope: "somebody" }))).toBeNull()
})

test("a state that was cut, changed or lost its note is as good as none, and is gone", async () => {
  const store = openPrefixStore({ folder })
  const damages: readonly ((state: string, note: string) => Promise<void>)[] = [
    (state) => writeFile(state, "sta"),
    (state) => writeFile(state, "stAte"),
    (state) => appendFile(state, "x"),
    (state) => rm(state),
    (_, note) => writeFile(note, "{"),
    (_, note) => writeFile(note, JSON.stringify({ format: 2 })),
  ]
  for (const damage of damages) {
    await store.save(key(), writing("state"))
    const [note = "", state = ""] = await files()
    await damage(join(folder, state), join(folder, note))
    expect(await kept(store, key())).toBeNull()
    expect(await files()).toEqual([])
  }
})

test("a state that cannot be used is removed, and no error comes of it", async () => {
  const store = openPrefixStore({ folder })
  for (const use of [() => Promise.resolve(false), () => Promise.reject(new Error("foreign"))]) {
    await store.save(key(), writing("state"))
    expect(await store.load(key(), use)).toBe(false)
    expect(await files()).toEqual([])
  }
})

test("what cannot be saved leaves nothing behind and fails nobody", async () => {
  const store = openPrefixStore({ folder })
  const failing = async (path: string) => {
    await writeFile(path, "half")
    throw new Error("disk full")
  }
  expect(await store.save(key(), failing)).toBe(false)
  expect(await files()).toEqual([])
  expect(await openPrefixStore({ folder: join(folder, "a\0b") }).save(key(), writing("x"))).toBe(false)
})

test("the folder is bounded: the state that was unused longest goes first", async () => {
  const store = openPrefixStore({ folder, capacity: 250 })
  const [one, two, three] = [1, 2, 3].map((token) => key({ tokens: [token] })) as [PrefixKey, PrefixKey, PrefixKey]
  await store.save(one, writing("1".repeat(100)))
  await store.save(two, writing("2".repeat(100)))
  for (const [at, name] of (await files()).filter((file) => file.endsWith(".state")).entries())
    await utimes(join(folder, name), new Date(1000 + at), new Date(1000 + at))
  expect(await kept(store, one)).not.toBeNull()
  await store.save(three, writing("3".repeat(100)))
  expect(await kept(store, two)).toBeNull()
  expect(await kept(store, one)).not.toBeNull()
  expect(await kept(store, three)).not.toBeNull()
  expect(await store.save(key({ tokens: [4] }), writing("4".repeat(300)))).toBe(false)
})

test("what belongs to somebody is forgotten with them", async () => {
  const store = openPrefixStore({ folder })
  await store.save(key(), writing("shared"))
  await store.save(key({ scope: "ann" }), writing("ann's"))
  await store.save(key({ scope: "ben" }), writing("ben's"))
  expect((await files()).join(" ")).not.toMatch(/ann|ben/u)
  await store.drop("ann")
  expect(await kept(store, key({ scope: "ann" }))).toBeNull()
  expect(await kept(store, key({ scope: "ben" }))).toBe("ben's")
  await writeFile(join(folder, "notes.txt"), "mine")
  await store.drop()
  expect(await files()).toEqual(["notes.txt"])
})

test("a mark counts messages; one that makes no sense is none", () => {
  const prompt = [
    { role: "system" as const, content: "a" },
    { role: "system" as const, content: "b" },
    { role: "user" as const, content: [{ type: "text" as const, text: "c" }] },
  ]
  const mark = (daydream: Record<string, never>) => prefixMarkOf({ prompt, providerOptions: { daydream } })
  const given = (value: unknown) => mark(value as Record<string, never>)
  expect(given({ prefix: 1 })).toEqual({ messages: [1], scope: undefined })
  expect(given({ prefix: [2, 1, 1], scope: "ann" })).toEqual({ messages: [1, 2], scope: "ann" })
  for (const prefix of [0, -1, 1.5, "1", null, [], 4, [9]]) expect(given({ prefix })).toBeUndefined()
  expect(prefixMarkOf({ prompt })).toBeUndefined()
})
