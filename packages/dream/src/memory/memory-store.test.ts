import { chmod, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { createMockEmbeddingModel } from "@daydream/engine/testing"
import { createMemoryStore, createPostgresVault, openFolderVault } from "./index.ts"
import type { EpisodeEvent, FolderVault, MemoryAddress, MemoryEntry, MemoryEvent, MemoryStore, MemoryStoreOptions, MemoryVault } from "./index.ts"

let base: string
let store: Store
let folderVault: FolderVault
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-memory-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
  folderVault = await openFolderVault(join(base, "vault"))
})
afterAll(async () => {
  await folderVault.close()
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const episode = (id: string, text: string, rest: Partial<EpisodeEvent> = {}): EpisodeEvent =>
  ({ type: "episode", id, at: 0, journalIndex: 0, text, importance: 0.5, source: "told", ...rest })

const entriesOf = (holder: string, ...events: MemoryEvent[]): MemoryEntry[] => events.map((event) => ({ holder, event }))

/** Everything of the store and the vault that a thief could read, as text. */
async function everythingKept(): Promise<string> {
  const tables = ["holder", "memory", "key", "doomed_key"]
  const rows = await Promise.all(tables.map((table) => store.query(`select * from dream_memory.${table}`)))
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === "object" && value !== null && "type" in value && value.type === "Buffer"
      ? Buffer.from((value as unknown as { data: number[] }).data).toString("latin1") : value)
}

let sessions = 0

describe.each(["store", "folder"])("memories with keys in the %s", (kind) => {
  let vault: MemoryVault
  let memories: MemoryStore
  let session: string
  const told: MemoryAddress[] = []
  const open = (options: MemoryStoreOptions = {}) => createMemoryStore(store, { vault, onForget: (gone) => void told.push(...gone), ...options })
  const append = (entries: MemoryEntry[], at = session) =>
    store.transaction((transaction) => memories.append(transaction, at, entries))
  const texts = async (holder: string, from = memories, at = session) => (await from.view(at, holder)).list().map(({ text }) => text)

  beforeAll(async () => {
    vault = kind === "store" ? await createPostgresVault(store) : folderVault
  })
  const begin = async (options?: MemoryStoreOptions) => {
    session = `session-${++sessions}`
    told.length = 0
    memories = await open(options)
  }

  test("what was appended is recalled, by another process too, and only by its holder", async () => {
    await begin()
    await append([...entriesOf("mira", episode("a", "The brother was lost at sea"), episode("b", "Soup was served")),
      ...entriesOf("tom", episode("a", "Tom saw the brother leave"))])
    const recalled = await memories.recall(session, "mira", { text: "what about your brother?", now: 0 })
    expect(recalled.map((one) => one.memory.id)).toEqual(["a", "b"])
    const other = await open()
    expect(await texts("mira", other)).toEqual(["The brother was lost at sea", "Soup was served"])
    expect(await texts("tom", other)).toEqual(["Tom saw the brother leave"])
    await append(entriesOf("mira", episode("c", "The lamp was lit", { at: 5 })))
    expect(await texts("mira", other)).toContain("The lamp was lit")
  })

  test("a transaction that is rolled back leaves no memory", async () => {
    await begin()
    await expect(store.transaction(async (transaction) => {
      await memories.append(transaction, session, entriesOf("mira", episode("a", "never")))
      throw new Error("stop")
    })).rejects.toThrow("stop")
    expect(await texts("mira")).toEqual([])
    await append(entriesOf("mira", episode("a", "after all")))
    expect(await texts("mira")).toEqual(["after all"])
  })

  test("nothing is remembered twice, and a replay does not bring back what was forgotten", async () => {
    await begin()
    const turn = entriesOf("mira", episode("a", "one"), episode("b", "two"))
    expect((await append(turn)).map(({ id }) => id)).toEqual(["a", "b"])
    await memories.forget(session, ["a"], "mira")
    expect(await append(turn)).toEqual([])
    expect(await texts("mira")).toEqual(["two"])
  })

  test("no text and no vector lies readable in the store", async () => {
    await begin({ embedder: createMockEmbeddingModel() })
    await append(entriesOf("mira", episode("a", "my cat is called Zerbinetta 泽比内塔")))
    expect(await memories.embed(session, "mira")).toBe(1)
    const everything = await everythingKept()
    expect(everything).toContain(session)
    expect(everything).not.toMatch(/Zerbinetta|cat is/u)
    const [row] = await store.query<{ content: Buffer }>("select content from dream_memory.memory where session = $1", [session])
    expect(row?.content.includes(Buffer.from("Zerbinetta"))).toBe(false)
  })

  test("what is forgotten cannot be read with everything that is left, and what rests on it goes too", async () => {
    await begin({ embedder: createMockEmbeddingModel() })
    const [kept] = await append(entriesOf("mira", episode("cat", "My cat is called Mimi")))
    await append(entriesOf("mira",
      { ...episode("name", "The cat's name is Mimi", { basis: ["cat"] }), type: "fact", subject: "cat", attribute: "name", value: "Mimi" },
      { ...episode("thought", "He loves that cat", {}), type: "reflection", basis: ["name"] }, episode("sea", "The sea was calm")))
    await memories.embed(session, "mira")
    const keyIds = (await store.query<{ key_id: string }>("select key_id from dream_memory.memory where session = $1 order by sequence", [session]))
      .map((row) => row.key_id)
    expect((await vault.read(keyIds)).size).toBe(4)
    const gone = await memories.forget(session, ["cat"])
    expect(gone.map(({ id }) => id)).toEqual(["cat", "name", "thought"])
    expect(told).toEqual(gone)
    expect([...(await vault.read(keyIds)).keys()]).toEqual([keyIds[3]])
    const rows = await store.query("select id, key_id, content, vector from dream_memory.memory where session = $1 and id <> 'sea'", [session])
    for (const row of rows) expect(row).toMatchObject({ key_id: null, content: null, vector: null })
    expect(await store.query("select * from dream_memory.doomed_key")).toEqual([])
    // The journal may still hold what append gave: it opens no more.
    expect(await memories.unseal({ keyId: kept?.keyId ?? "", content: kept?.content ?? Buffer.alloc(0) })).toBeNull()
    expect(await texts("mira")).toEqual(["The sea was calm"])
    expect(JSON.stringify((await memories.view(session, "mira")).inspect())).not.toMatch(/mimi|cat/iu)
  })

  test("a thought that comes after its ground was forgotten is not kept", async () => {
    await begin()
    await append(entriesOf("mira", episode("a", "one")))
    await memories.forget(session, ["a"])
    expect(await append(entriesOf("mira", { ...episode("late", "about one"), type: "reflection", basis: ["a"] }))).toEqual([])
    expect(await store.query("select id from dream_memory.memory where session = $1 and id = 'late'", [session])).toEqual([])
  })

  test("one holder may forget, or all of them", async () => {
    await begin()
    await append([...entriesOf("mira", episode("a", "A secret")), ...entriesOf("tom", episode("a", "A secret")), ...entriesOf("eve", episode("a", "A secret"))])
    await memories.forget(session, ["a"], "mira")
    expect([await texts("mira"), await texts("tom")]).toEqual([[], ["A secret"]])
    await memories.forget(session, ["a"])
    expect([await texts("tom"), await texts("eve")]).toEqual([[], []])
  })

  test("a text sealed for the journal is forgotten with the memory that holds the same words", async () => {
    await begin()
    const sealed = await store.transaction(async (transaction) => {
      const sealed = await memories.seal(transaction, "我养了一只叫咪咪的猫")
      await memories.append(transaction, session, entriesOf("mira", episode("cat", "玩家有一只叫咪咪的猫", { sealedKeys: [sealed.keyId] })))
      return sealed
    })
    expect(await memories.unseal(sealed)).toBe("我养了一只叫咪咪的猫")
    const content = Buffer.from(sealed.content)
    content[20] = (content[20] ?? 0) ^ 1
    await expect(memories.unseal({ ...sealed, content })).rejects.toMatchObject({ code: "memory_damaged" })
    await memories.forget(session, ["cat"])
    expect(await memories.unseal(sealed)).toBeNull()
  })

  test("an edit destroys the old words, keeps the mark, and reaches another process", async () => {
    await begin({ embedder: createMockEmbeddingModel() })
    const [kept] = await append(entriesOf("mira", episode("a", "The cat is Mimi")))
    await append(entriesOf("mira", { ...episode("thought", "Mimi is a sweet name"), type: "reflection", basis: ["a"] }))
    await memories.embed(session, "mira")
    const other = await open()
    await other.view(session, "mira")
    expect((await memories.edit(session, "mira", "a", { text: "The cat is Momo" })).map(({ id }) => id)).toEqual(["thought"])
    expect(told.map(({ id }) => id)).toEqual(["a", "thought"])
    expect((await vault.read([kept?.keyId ?? ""])).size).toBe(0)
    for (const one of [memories, other, await open()]) {
      const [memory] = (await one.view(session, "mira")).list()
      expect(memory).toMatchObject({ text: "The cat is Momo", isEdited: true })
    }
    await memories.edit(session, "mira", "a", { importance: 1 })
    expect((await other.view(session, "mira")).get("a")).toMatchObject({ text: "The cat is Momo", importance: 1 })
    await expect(memories.edit(session, "mira", "none", {})).rejects.toMatchObject({ code: "memory_not_found" })
  })

  test("a pin is seen by another process, and a memory under what was pinned later is still loaded", async () => {
    await begin()
    await append(entriesOf("mira", episode("a", "one"), { ...episode("b", "about one"), type: "reflection", basis: ["a"] }))
    const other = await open()
    await other.view(session, "mira")
    await memories.pin(session, "mira", "a", true)
    for (const one of [other, await open()])
      expect((await one.view(session, "mira")).list().map(({ id, isPinned }) => [id, isPinned])).toEqual([["a", true], ["b", false]])
    await expect(memories.pin(session, "mira", "none", true)).rejects.toMatchObject({ code: "memory_not_found" })
  })

  test("a session that is written anew from what was read keeps its pins and marks", async () => {
    await begin()
    await append(entriesOf("mira", episode("a", "one"), episode("b", "two")))
    await memories.pin(session, "mira", "a", true)
    await memories.edit(session, "mira", "b", { text: "2" })
    const before = (await memories.view(session, "mira")).list()
    const copy = `${session}-copy`
    await append(before.map(({ isPinned, isEdited, ...event }) => ({ holder: "mira", event, isPinned, isEdited })), copy)
    expect((await memories.view(copy, "mira")).list()).toEqual(before)
  })

  test("rewinding takes back what came later, and other words can take its place", async () => {
    await begin()
    await append(entriesOf("mira", episode("a", "one", { journalIndex: 1 }), episode("b", "two", { journalIndex: 2, at: 1 })))
    expect(await texts("mira")).toEqual(["one", "two"])
    await store.transaction((transaction) => memories.rewind(transaction, session, 1))
    await memories.settle()
    expect(await texts("mira")).toEqual(["one"])
    await append(entriesOf("mira", episode("b", "another two", { journalIndex: 2, at: 1 })))
    expect(await texts("mira")).toEqual(["one", "another two"])
    await store.transaction((transaction) => memories.rewind(transaction, session, -1))
    await memories.settle()
    expect(await texts("mira")).toEqual([])
  })

  test("a branch has its own memories from then on; forgetting and editing reach both", async () => {
    await begin()
    await append(entriesOf("mira", episode("a", "one", { journalIndex: 1 }), episode("b", "two", { journalIndex: 2 }), episode("c", "three", { journalIndex: 3 })))
    const other = `${session}-branch`
    await store.transaction((transaction) => memories.branch(transaction, session, other, 2))
    await append(entriesOf("mira", { ...episode("d", "about one", { journalIndex: 3 }), type: "reflection", basis: ["a"] }), other)
    expect(await texts("mira", memories, other)).toEqual(["one", "two", "about one"])
    await memories.edit(session, "mira", "b", { text: "2" })
    expect(await texts("mira", memories, other)).toEqual(["one", "2", "about one"])
    const gone = await memories.forget(session, ["a"])
    expect(gone.map((one) => [one.session, one.id])).toEqual([[session, "a"], [other, "a"], [other, "d"]])
    expect([await texts("mira"), await texts("mira", memories, other)]).toEqual([["2", "three"], ["2"]])
    // A rewind of one branch keeps the keys that the other needs.
    await store.transaction((transaction) => memories.rewind(transaction, session, -1))
    await memories.settle()
    expect(await texts("mira", await open(), other)).toEqual(["2"])
  })

  test("meanings are compared where there is an embedder; when it fails, recall goes on by words", async () => {
    const near = createMockEmbeddingModel({ embed: (text) => (/cat|animal/u.test(text) ? [1, 0] : [0, 1]) })
    await begin({ embedder: near })
    await append(entriesOf("mira", episode("a", "The cat purred"), episode("b", "The sea roared")))
    expect(await memories.embed(session, "mira")).toBe(2)
    expect(await memories.embed(session, "mira")).toBe(0)
    const [first] = await memories.recall(session, "mira", { text: "which animal", now: 0 })
    expect(first).toMatchObject({ memory: { id: "a" }, parts: { words: 0, meaning: 1 } })
    const failures: unknown[] = []
    const failing = { ...near, doEmbed: () => Promise.reject(new Error("down")) }
    const without = await open({ embedder: failing, onEmbedderFailure: (error) => failures.push(error) })
    const [found] = await without.recall(session, "mira", { text: "sea", now: 0 })
    expect([found?.memory.id, found?.parts.meaning, failures.length]).toEqual(["b", 0, 1])
  })

  test("an embedder is not asked for texts that it does not understand", async () => {
    const embedder = createMockEmbeddingModel()
    await begin({ embedder, canEmbed: (text) => !/\p{Script=Han}/u.test(text) })
    await append(entriesOf("mira", episode("a", "The cat purred"), episode("b", "猫在打呼噜")))
    expect(await memories.embed(session, "mira")).toBe(1)
    const [first] = await memories.recall(session, "mira", { text: "猫怎么了？", now: 0 })
    expect(first).toMatchObject({ memory: { id: "b" }, parts: { meaning: 0 } })
    expect(embedder.calls).toEqual([["The cat purred"]])
  })

  test("many who append, edit and forget at once wait for each other and do not block each other", async () => {
    await begin()
    await append(entriesOf("mira", ...Array.from({ length: 30 }, (_, index) => episode(`m${index}`, `text ${index}`))))
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => append([...entriesOf("tom", episode(`t${index}`, "x")), ...entriesOf("mira", episode(`n${index}`, "y"))])),
      ...Array.from({ length: 20 }, (_, index) => memories.forget(session, [`m${index}`])),
      ...Array.from({ length: 10 }, (_, index) => memories.edit(session, "mira", `m${index + 20}`, { text: "edited" })),
    ])
    expect((await texts("mira")).toSorted()).toEqual([...Array.from({ length: 10 }, () => "edited"), ...Array.from({ length: 20 }, () => "y")])
    expect((await texts("tom")).length).toBe(20)
    expect(await texts("mira", await open())).toEqual(await texts("mira"))
  })

  test("an index that followed every change equals one that was loaded at once", async () => {
    await begin({ embedder: createMockEmbeddingModel() })
    await append(entriesOf("mira", ...Array.from({ length: 12 }, (_, index) =>
      episode(`m${index}`, `storm ${index}`, { at: index, ...(index % 3 === 2 ? { basis: [`m${index - 1}`] } : {}) }))))
    await memories.embed(session, "mira")
    await memories.pin(session, "mira", "m3", true)
    await memories.forget(session, ["m4", "m9"])
    await memories.edit(session, "mira", "m6", { text: "雾" })
    await memories.embed(session, "mira")
    expect((await (await open()).view(session, "mira")).inspect()).toEqual((await memories.view(session, "mira")).inspect())
  })
})

describe("the vault in a folder", () => {
  const transaction = undefined as never
  const key = (byte: number) => Buffer.alloc(32, byte)
  const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

  test("keys survive closing; destroyed ones are overwritten in the file, and their place is used again", async () => {
    const folder = join(base, "keys-1")
    const vault = await openFolderVault(folder)
    await vault.keep(new Map([[id(1), key(0x41)], [id(2), key(0x42)]]), transaction)
    await vault.destroy([id(1), id(9)])
    await vault.close()
    const content = await readFile(join(folder, "keys"))
    expect(content.includes(key(0x41))).toBe(false)
    expect(content.includes(key(0x42))).toBe(true)
    const again = await openFolderVault(folder)
    expect([...(await again.read([id(1), id(2)])).keys()]).toEqual([id(2)])
    await again.keep(new Map([[id(3), key(0x43)]]), transaction)
    expect((await readFile(join(folder, "keys"))).length).toBe(128)
    await again.close()
  })

  test("a slot that was cut off or damaged counts as empty", async () => {
    const folder = join(base, "keys-2")
    const vault = await openFolderVault(folder)
    await vault.keep(new Map([[id(1), key(1)], [id(2), key(2)], [id(3), key(3)]]), transaction)
    await vault.close()
    const { writeFile } = await import("node:fs/promises")
    const content = await readFile(join(folder, "keys"))
    content[20] = 0xff
    await writeFile(join(folder, "keys"), content.subarray(0, 150))
    const again = await openFolderVault(folder)
    expect([...(await again.read([id(1), id(2), id(3)])).keys()]).toEqual([id(2)])
    await again.keep(new Map([[id(4), key(4)], [id(5), key(5)]]), transaction)
    await again.close()
    const last = await openFolderVault(folder)
    expect((await last.read([id(2), id(4), id(5)])).size).toBe(3)
    await last.close()
  })

  test("a second process is refused with the number of the first", async () => {
    const folder = join(base, "keys-3")
    const vault = await openFolderVault(folder)
    await expect(openFolderVault(folder)).rejects.toMatchObject({ code: "memory_vault_in_use", facts: { process: process.pid } })
    await vault.close()
  })
})
