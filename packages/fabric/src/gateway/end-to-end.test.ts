import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { createBudgetAdministration } from "../ledger/index.ts"
import { faultsOf } from "../ledger/ledger.test.support.ts"
import { startMisbehavingUpstream, startMockUpstream } from "../testing/index.ts"
import type { Behaviour, TestUpstream } from "../testing/index.ts"
import { chat, pool, route, standardPrices } from "./fakes.test.support.ts"
import { openBase } from "./real-parts.test.support.ts"
import type { Base, RealSetting, Replica } from "./real-parts.test.support.ts"

let base: Base
let mock: TestUpstream
let bad: TestUpstream
let script: (attempt: number) => Behaviour
let setting: RealSetting
let app: Replica
let tenants = 0
let tenant = ""
let key = ""

beforeAll(async () => {
  base = await openBase()
  mock = await startMockUpstream({ log: true, wordMs: 5 })
  bad = await startMisbehavingUpstream({ script: (attempt) => script(attempt), words: 20, wordMs: 1, scale: 0.02 })
  const timeouts = { connectMs: 1_000, firstTokenMs: 1_000, stallMs: 500, totalMs: 8_000 }
  setting = {
    pools: [
      pool({ addresses: [mock.url], concurrency: 64, mostWaiting: 64 }),
      pool({ name: "bad", addresses: [bad.url], concurrency: 64, mostWaiting: 64 }),
    ],
    routes: [
      route({ timeouts }), route({ name: "shaky", targets: [{ pool: "bad", model: "big", weight: 1 }], timeouts, attempts: 1 }),
      route({ name: "rescued", targets: [{ pool: "bad", model: "big", weight: 1 }, { pool: "gpu", model: "big", weight: 1 }], timeouts, continues: true }),
    ],
    prices: ["chat", "shaky", "rescued"].map((subject) => ({ ...standardPrices[0]!, subject })),
  }
  app = await base.replica(setting)
})
afterAll(async () => {
  await base[Symbol.asyncDispose]()
  await mock.close()
  await bad.close()
})
beforeEach(async () => {
  tenant = `tenant-${++tenants}`
  key = await base.keyFor(tenant)
  script = () => ({ kind: "answer" })
})

interface Recorded { readonly outcome: string; readonly charge: bigint; readonly attempts: number }

/** The tenant's requests in the ledger, once none is open. */
async function recorded(of = tenant): Promise<readonly Recorded[]> {
  for (;;) {
    const rows = await base.store.query<{ outcome: string | null; charge: string | null; attempts: number }>(`
      select r.outcome, r.charge, (select count(*)::int from fabric_ledger.attempt t where t.request_id = r.request_id) as attempts
      from fabric_ledger.request r where r.path[1] = $1 order by r.opened_at`, [of])
    if (rows.every((row) => row.outcome !== null))
      return rows.map((row) => ({ outcome: row.outcome ?? "", charge: BigInt(row.charge ?? 0), attempts: row.attempts }))
    await sleep(10)
  }
}

const ask = (body: object = {}, init: RequestInit = {}) => app.post(key, "/v1/chat/completions", chat(body), init)

test("an answer, a stream and tools are each charged once, as the upstream reported", async () => {
  expect((await ask()).status).toBe(200)
  const text = await (await ask({ stream: true })).text()
  expect(text.trim().endsWith("[DONE]")).toBe(true)
  const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }]
  expect((await ask({ tools })).status).toBe(200)
  // The mock reports 12 tokens of input and 16 of output.
  const one = { outcome: "completed", charge: 12_000n + 32_000n, attempts: 1 }
  expect(await recorded()).toEqual([one, one, one])
})

test("Anthropic's interface is served by a server that speaks OpenAI's", async () => {
  const message = { model: "chat", max_tokens: 50, messages: [{ role: "user", content: "Hi" }] }
  const whole = await app.post(key, "/v1/messages", message)
  expect(await whole.json()).toMatchObject({ type: "message", role: "assistant", usage: { input_tokens: 12, output_tokens: 16 } })
  const text = await (await app.post(key, "/v1/messages", { ...message, stream: true })).text()
  expect(text).toContain("event: message_start")
  expect(text).toContain("event: message_stop")
  expect((await app.post(key, "/v1/embeddings", { model: "chat", input: "x" })).status).toBe(200)
  expect((await recorded()).map((one) => one.outcome)).toEqual(["completed", "completed", "completed"])
})

test("a stream cut in the middle is told as an error and recorded as cut", async () => {
  script = () => ({ kind: "cut", after: 8, how: "end" })
  const text = await (await ask({ model: "shaky", stream: true })).text()
  expect(text).toContain("\"error\"")
  expect(text).not.toContain("[DONE]")
  const [one] = await recorded()
  expect(one).toMatchObject({ outcome: "cut", attempts: 1 })
  expect(one?.charge).toBeGreaterThan(0n)
})

test("a cut stream is continued elsewhere: two attempts, one charge", async () => {
  script = () => ({ kind: "cut", after: 8, how: "reset" })
  const text = await (await ask({ model: "rescued", stream: true })).text()
  expect(text.trim().endsWith("[DONE]")).toBe(true)
  expect(await recorded()).toMatchObject([{ outcome: "completed", attempts: 2 }])
})

test("a client that leaves is gone at the upstream within 100 ms", async () => {
  script = () => ({ kind: "stall", after: 5 })
  const leaving = new AbortController()
  const response = await ask({ model: "shaky", stream: true }, { signal: leaving.signal })
  await response.body?.getReader().read()
  const left = Date.now()
  leaving.abort()
  expect(await recorded()).toMatchObject([{ outcome: "client-gone" }])
  await expect.poll(() => bad.attempts.at(-1)?.end).toBe("aborted")
  expect((bad.attempts.at(-1)?.endedAt ?? 0) - left).toBeLessThan(100)
})

test("64 calls at once over two replicas cannot pass a budget, and what they leave is exact", async () => {
  const budgets = createBudgetAdministration(base.store)
  const each = 44_000n
  await budgets.setBudget({ tenant, limit: 20n * each, period: "total", alertsAt: [] })
  const other = await base.replica(setting)
  const statuses = await Promise.all(Array.from({ length: 64 }, async (_, i) =>
    (await (i % 2 === 0 ? app : other).post(key, "/v1/chat/completions", chat({ max_tokens: 16, stream: i % 3 === 0 }))).status))
  expect(new Set(statuses)).toEqual(new Set([200, 402]))
  const rows = await recorded()
  const spent = rows.reduce((sum, row) => sum + row.charge, 0n)
  expect(rows).toHaveLength(statuses.filter((status) => status === 200).length)
  expect(spent).toBeLessThanOrEqual(20n * each)
  expect(await budgets.budgets(tenant)).toMatchObject([{ spent, reserved: 0n }])
  expect(await faultsOf(base.store)).toEqual([])
  await other[Symbol.asyncDispose]()
})

test("one call after another is never refused for what the one before no longer holds", async () => {
  const single = await base.keyFor(tenant, { quotas: [{ kind: "concurrency", limit: 1 }] })
  for (let i = 0; i < 25; i++)
    expect((await app.post(single, "/v1/chat/completions", chat({ stream: i % 2 === 0 })).then(async (response) => { await response.text(); return response })).status).toBe(200)
})

test("an idempotency key gives one charge and one answer, for answers and streams, over two replicas", async () => {
  const other = await base.replica(setting)
  for (const stream of [false, true]) {
    const before = mock.attempts.length
    const init = { headers: { "idempotency-key": `key-${tenant}-${stream}` } }
    const answers = await Promise.all([app, other, app, other].map(async (replica) => {
      const response = await replica.post(key, "/v1/chat/completions", chat({ stream }), init)
      return { text: await response.text(), replayed: response.headers.get("idempotent-replayed"), type: response.headers.get("content-type") }
    }))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.type)).size).toBe(1)
    expect(answers.filter((answer) => answer.replayed === "true")).toHaveLength(3)
    expect(mock.attempts.length - before).toBe(1)
    const conflict = await app.post(key, "/v1/chat/completions", chat({ stream, user: "other" }), init)
    expect([conflict.status, await conflict.json()]).toMatchObject([409, { error: { code: "idempotency_conflict" } }])
  }
  expect(await recorded()).toHaveLength(2)
  await other[Symbol.asyncDispose]()
})

test("a failed call frees its idempotency key; an error that would repeat is kept", async () => {
  const init = (name: string) => ({ headers: { "idempotency-key": `${name}-${tenant}` } })
  script = (attempt) => attempt % 2 === 1 ? { kind: "status", status: 500 } : { kind: "answer" }
  while (bad.attempts.length % 2 === 1) await ask({ model: "shaky" })
  expect((await ask({ model: "shaky" }, init("a"))).status).toBe(502)
  expect((await ask({ model: "shaky" }, init("a"))).status).toBe(200)
  script = () => ({ kind: "context-length" })
  const first = await ask({ model: "shaky" }, init("b"))
  expect(first.status).toBe(400)
  const seen = bad.attempts.length
  const again = await ask({ model: "shaky" }, init("b"))
  expect([again.status, again.headers.get("idempotent-replayed"), await again.text()]).toEqual([400, "true", await first.text()])
  expect(bad.attempts).toHaveLength(seen)
})

test("a ledger that is shut down with its gateway leaves nothing open", async () => {
  const leaving = await base.replica(setting)
  script = () => ({ kind: "stall", after: 3 })
  const [whole, endless] = await Promise.all([
    leaving.post(key, "/v1/chat/completions", chat({ stream: true })),
    leaving.post(key, "/v1/chat/completions", chat({ model: "shaky", stream: true })),
  ])
  const texts = Promise.all([whole.text(), endless.text()])
  await leaving.gateway.shutdown({ graceMs: 250 })
  const [finished, ended] = await texts
  expect(finished).toContain("[DONE]")
  expect(ended).not.toContain("[DONE]")
  expect((await recorded()).map((one) => one.outcome).toSorted()).toEqual(["completed", "cut"])
  expect(await faultsOf(base.store)).toEqual([])
})
