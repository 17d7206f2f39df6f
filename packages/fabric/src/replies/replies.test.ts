import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { JsonObject } from "../call/index.ts"
import { bodyHash, openReplies } from "./index.ts"
import type { ClaimRequest, Replies, Reply } from "./index.ts"

let base: string
let store: Store
let replies: Replies
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-replies-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: base })
  replies = await openReplies(store, { holder: "first", mostBytes: 1000 })
})
afterAll(async () => {
  await replies.close()
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const answer = (text: string): Reply =>
  ({ status: 200, headers: { "content-type": "application/json" }, body: new TextEncoder().encode(text) })

const request = (key: string, change: Partial<ClaimRequest> = {}): ClaimRequest => ({
  tenant: "acme", key, bodyHash: "b1", requestId: randomUUID(), signal: new AbortController().signal, mostWaitMs: 5000,
  ...change,
})

const claimed = async (key: string, change: Partial<ClaimRequest> = {}, from = replies) => {
  const result = await from.claim(request(key, change))
  if (result.kind !== "claimed") throw new Error(`not claimed: ${result.kind}`)
  return result.claim
}

const text = (reply: Reply | null) => (reply === null ? null : new TextDecoder().decode(reply.body))

test("of many calls at once with one key, one is carried out and all get its answer", async () => {
  let carriedOut = 0
  const texts = await Promise.all(Array.from({ length: 12 }, async () => {
    const result = await replies.claim(request("many"))
    if (result.kind === "replayed") return text(result.reply)
    carriedOut++
    await result.claim.keep(answer("the one"))
    return "the one"
  }))
  expect(carriedOut).toBe(1)
  expect(new Set(texts)).toEqual(new Set(["the one"]))
})

test("another body under the same key is a conflict, before and after the answer", async () => {
  const claim = await claimed("conflict")
  await expect(replies.claim(request("conflict", { bodyHash: "b2" }))).rejects.toMatchObject({ code: "idempotency_conflict" })
  await claim.keep(answer("x"))
  await expect(replies.claim(request("conflict", { bodyHash: "b2" }))).rejects.toMatchObject({ code: "idempotency_conflict" })
})

test("a released key is claimed by who waited for it", async () => {
  const claim = await claimed("released")
  const second = claimed("released")
  await claim.release()
  await expect(second).resolves.toBeDefined()
})

test("the same key of two tenants is two keys", async () => {
  await (await claimed("shared")).keep(answer("of acme"))
  await expect(replies.claim(request("shared", { tenant: "globex" }))).resolves.toMatchObject({ kind: "claimed" })
})

test("waiting ends when the caller goes away, and in time", async () => {
  await claimed("slow")
  await expect(replies.claim(request("slow", { signal: AbortSignal.abort() }))).rejects
    .toMatchObject({ code: "idempotency_in_progress" })
  await expect(replies.claim(request("slow", { mostWaitMs: 0 }))).rejects.toMatchObject({ code: "idempotency_in_progress" })
})

test("a claim whose process died is taken over, and the dead one's answer no longer counts", async () => {
  const dead = await openReplies(store, { holder: "dead", leaseSeconds: 0 })
  const lost = await claimed("taken-over", {}, dead)
  const next = await claimed("taken-over")
  expect(await lost.keep(answer("late"))).toBe(false)
  await lost.release()
  expect(await next.keep(answer("next"))).toBe(true)
  const again = await replies.claim(request("taken-over"))
  expect(again.kind === "replayed" && text(again.reply)).toBe("next")
  await dead.close()
})

test("an answer that is too large is not kept, and a repeated call says so instead of charging again", async () => {
  await (await claimed("large")).keep(answer("x".repeat(1001)))
  await expect(replies.claim(request("large"))).rejects.toMatchObject({ code: "idempotency_answer_not_kept" })
})

test("keys are visible ASCII of at most 255 characters", async () => {
  for (const key of ["", "a b", "ü", "x".repeat(256)])
    await expect(replies.claim(request(key))).rejects.toMatchObject({ code: "bad_idempotency_key" })
})

test("an expired answer is forgotten, swept away, and its key is free", async () => {
  const brief = await openReplies(store, { holder: "brief", keptSeconds: 0 })
  await (await claimed("brief", {}, brief)).keep(answer("gone"))
  await expect(replies.claim(request("brief", { bodyHash: "b9" }))).resolves.toMatchObject({ kind: "claimed" })
  await replies.cache("acme", "h0", answer("x"), 0)
  expect(await replies.cached("acme", "h0")).toBeNull()
  expect(await replies.sweep()).toBeGreaterThanOrEqual(1)
  await brief.close()
})

test("a cached answer is given to its tenant alone", async () => {
  await replies.cache("acme", "h1", answer("secret of acme"), 60)
  expect(text(await replies.cached("acme", "h1"))).toBe("secret of acme")
  expect(await replies.cached("globex", "h1")).toBeNull()
  expect(await replies.cached("acm%", "h1")).toBeNull()
})

test("equal bodies have equal hashes whatever the order of fields, and no two tenants share one", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const body = value as JsonObject
    const shuffled = Object.fromEntries(Object.entries(body).toReversed())
    const hash = bodyHash("a", "chat", "m", body)
    expect(bodyHash("a", "chat", "m", shuffled)).toBe(hash)
    expect(bodyHash("b", "chat", "m", body)).not.toBe(hash)
    expect(bodyHash("a", "messages", "m", body)).not.toBe(hash)
    expect(bodyHash("a", "chat", "m", { ...body, extra: 1 }) === hash).toBe("extra" in body && body["extra"] === 1)
  }))
})
