import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { follow } from "./index.ts"

let base: string
let store: Store
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-follow-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: base })
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const never = 3_600_000

test("a notification brings a refresh at once", async () => {
  let refreshes = 0
  const follower = await follow(store, { channel: "told", pollMs: never, refresh: async () => void (refreshes += 1) })
  await vi.waitFor(() => expect(refreshes).toBeGreaterThan(0), 20_000)
  const before = refreshes
  await store.query("select pg_notify('told', '')")
  await vi.waitFor(() => expect(refreshes).toBeGreaterThan(before), 20_000)
  await follower.close()
})

test("without notifications the look finds the change", async () => {
  let refreshes = 0
  const follower = await follow(store, { channel: "quiet", pollMs: 20, listens: false, refresh: async () => void (refreshes += 1) })
  await vi.waitFor(() => expect(refreshes).toBeGreaterThan(3), 20_000)
  await follower.close()
})

test("a broken connection is made anew, and what was missed meanwhile is looked up", async () => {
  let refreshes = 0
  const follower = await follow(store, { channel: "broken", pollMs: never, refresh: async () => void (refreshes += 1) })
  const cut = async () => {
    const before = refreshes
    await store.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daydream-follow'")
    await vi.waitFor(() => expect(refreshes).toBeGreaterThan(before), 20_000)
  }
  await cut()
  await cut()
  const before = refreshes
  await store.query("select pg_notify('broken', '')")
  await vi.waitFor(() => expect(refreshes).toBeGreaterThan(before), 20_000)
  await follower.close()
})

test("whoever asks while a refresh is under way waits for a later one, which all of them share", async () => {
  const gates: PromiseWithResolvers<void>[] = []
  const follower = await follow(store, { channel: "shared", pollMs: never, listens: false, refresh: async () => {
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    if (gates.length > 1) await gate.promise
  } })
  const first = follower.refresh()
  const later = [follower.refresh(), follower.refresh()]
  expect(gates.length).toBe(2)
  gates[1]?.resolve()
  await first
  await vi.waitFor(() => expect(gates.length).toBe(3), 20_000)
  gates[2]?.resolve()
  await Promise.all(later)
  expect(gates.length).toBe(3)
  await follower.close()
})

test("a refresh that fails is tried again at the next look", async () => {
  let refreshes = 0
  const follower = await follow(store, { channel: "failing", pollMs: 20, listens: false, refresh: async () => {
    refreshes += 1
    if (refreshes === 2) throw new Error("the store is away")
  } })
  await vi.waitFor(() => expect(refreshes).toBeGreaterThan(3), 20_000)
  await follower.close()
})
