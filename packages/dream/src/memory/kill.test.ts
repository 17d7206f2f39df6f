import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createRandom } from "@daydream/engine/random"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { createMemoryStore, openFolderVault } from "./index.ts"
import type { MemoryVault } from "./index.ts"

let base: string
let store: Store
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-memory-kill-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

/** Remembers pairs of an episode and a fact that rests on it, forgets every second episode, and says so after each. */
const source = (session: string) => `
  const { openStore } = await import("@daydream/engine/storage")
  const { createMemoryStore, openFolderVault } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)})
  const store = await openStore({ url: ${JSON.stringify(store.url)} })
  const vault = await openFolderVault(${JSON.stringify(join(base, "vault"))})
  const memories = await createMemoryStore(store, { vault })
  const event = (id, rest) => ({ type: "episode", id, at: 0, journalIndex: 0, text: "text of " + id, importance: 0.5, source: "told", ...rest })
  for (let n = 0; ; n++) {
    await store.transaction((transaction) => memories.append(transaction, ${JSON.stringify(session)}, [
      { holder: "mira", event: event("e" + n) },
      { holder: "mira", event: { ...event("f" + n, { basis: ["e" + n] }), type: "fact", subject: "s" + n, attribute: "a", value: n } },
    ]))
    console.log("kept " + n)
    if (n % 2 === 0) { await memories.forget(${JSON.stringify(session)}, ["e" + n]); console.log("forgotten " + n) }
  }`

async function runAndKill(session: string, afterMs: number): Promise<{ kept: number; forgotten: Set<number> }> {
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", source(session)], { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()))
  await once(child.stdout, "data")
  await sleep(afterMs)
  child.kill("SIGKILL")
  await once(child, "close")
  const said = (word: string) => [...output.matchAll(new RegExp(`${word} (\\d+)\\n`, "gu"))].map(([, number]) => Number(number))
  return { kept: said("kept").length, forgotten: new Set(said("forgotten")) }
}

test("a process killed at any point leaves each memory remembered or forgotten, whole, and keeps what it said", async () => {
  const random = createRandom("memory-kill")
  for (let round = 0; round < 8; round++) {
    const session = `killed-${round}`
    const { kept, forgotten } = await runAndKill(session, 5 + random.integer(120))
    const vault = await openFolderVault(join(base, "vault"))
    const memories = await createMemoryStore(store, { vault })
    const view = await memories.view(session, "mira")
    const rows = await store.query<{ id: string; key_id: string | null }>(
      "select id, key_id from dream_memory.memory where session = $1", [session])
    const keys = await vault.read(rows.flatMap((row) => row.key_id ?? []))
    const isThere = (id: string) => rows.some((row) => row.id === id && row.key_id !== null && keys.has(row.key_id))
    const count = rows.length / 2
    expect(count).toBeGreaterThanOrEqual(kept)
    for (let n = 0; n < count; n++) {
      expect(isThere(`e${n}`)).toBe(isThere(`f${n}`))
      expect(view.get(`e${n}`)?.text).toBe(isThere(`e${n}`) ? `text of e${n}` : undefined)
      expect(view.get(`f${n}`) !== undefined).toBe(isThere(`f${n}`))
      expect(isThere(`e${n}`) && forgotten.has(n)).toBe(false)
      expect(isThere(`e${n}`) || n % 2 === 0).toBe(true)
    }
    expect(await store.query("select * from dream_memory.doomed_key")).toEqual([])
    await vault.close()
  }
})

test("a vault that fails in the middle of forgetting is finished at the next opening", async () => {
  const folder = await openFolderVault(join(base, "vault-failing"))
  const failing: MemoryVault = { ...folder, destroy: () => Promise.reject(new Error("killed here")) }
  const memories = await createMemoryStore(store, { vault: failing })
  const [kept] = await store.transaction((transaction) => memories.append(transaction, "failing", [
    { holder: "mira", event: { type: "episode", id: "a", at: 0, journalIndex: 0, text: "x", importance: 0, source: "seen" } }]))
  const keyId = kept?.keyId ?? ""
  await expect(memories.forget("failing", ["a"])).rejects.toThrow("killed here")
  expect((await memories.view("failing", "mira")).size()).toBe(0)
  expect((await folder.read([keyId])).size).toBe(1)
  await createMemoryStore(store, { vault: folder })
  expect((await folder.read([keyId])).size).toBe(0)
  await folder.close()
})
