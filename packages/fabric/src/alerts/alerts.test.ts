import { createHmac, randomUUID } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { IncomingHttpHeaders, Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "../admin/index.ts"
import type { AdminParts } from "../admin/index.ts"
import { noTokens } from "../call/index.ts"
import { createLedger } from "../ledger/index.ts"
import type { Ledger } from "../ledger/index.ts"
import { openSecrets } from "../secrets/index.ts"
import { ensureRoot, machineActor } from "../tenancy/index.ts"
import { deliverDue, isSigningSecret, newSigningSecret, retrySeconds, sendEvent, signatureOf, startDeliverer } from "./index.ts"

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let folder: string
let store: Store
let ledger: Ledger
let parts: AdminParts
let receiver: Server
let address: string
let received: Received[] = []
/** What the receiver answers, in turn; 0 breaks off, 1 never answers; 200 once it has no more. */
let answers: number[] = []
const actor = machineActor("cli")
const networks = ["127.0.0.0/8"]
const options = { allowedNetworks: networks, now: Date.now, random: () => 0.5, timeoutMs: 1_000 }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-alerts-"))
  chmodSync(folder, 0o755)
  store = await openStore({ folder: join(folder, "postgres") })
  const secrets = await openSecrets({ folder })
  await ensureRoot(store, secrets)
  parts = await openAdminParts(store, secrets)
  ledger = await createLedger(store)
  receiver = createServer((request, response) => {
    let body = ""
    request.on("data", (data: Buffer) => void (body += String(data)))
    request.on("end", () => {
      received.push({ headers: request.headers, body })
      const status = answers.shift() ?? 200
      if (status === 0) request.socket.destroy()
      else if (status > 1) response.writeHead(status, status === 302 ? { location: `${address}elsewhere` } : {}).end("thank you")
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", () => resolve()))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
})

afterAll(async () => {
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await ledger.shutdown()
  await store.close()
  rmSync(folder, { recursive: true })
})

beforeEach(async () => {
  received = []
  answers = []
  await store.query("delete from fabric_ledger.alert")
})

let names = 0
/** A tenant that has just passed so many thresholds. */
async function pass(shares: readonly number[]): Promise<string> {
  const tenant = `tenant-${++names}`
  await parts.budgets.setBudget({ tenant, period: "month", limit: 100n, alertsAt: shares })
  const [requestId, attemptId] = [randomUUID(), randomUUID()]
  await ledger.open({
    requestId, tenantPath: [tenant, "root"], keyId: "k", api: "chat", model: "m", mostCharge: 100n, quotas: [],
    attempt: { attemptId, pool: "p", targetModel: "t", mostCost: 9n },
  })
  await ledger.close({
    requestId, outcome: "completed", charge: 100n, tokens: noTokens, quotaUsed: {},
    attempt: { attemptId, outcome: "completed", tokens: noTokens, cost: 3n, totalMs: 1 },
  })
  return tenant
}

const current = async () => {
  const webhook = await parts.webhooks.current()
  if (webhook === null) throw new Error("no webhook")
  return webhook
}
const deliver = async () => deliverDue(store, await current(), options)
const makeDue = () => store.query("update fabric_ledger.alert set next_at = now()")

test("an alert is delivered once, signed, with what was passed", async () => {
  const { secret } = await parts.webhooks.set(actor, { address }, networks)
  const tenant = await pass([0.5, 1])
  expect(await deliver()).toEqual({ delivered: 2, failed: 0, givenUp: 0 })
  expect(await deliver()).toEqual({ delivered: 0, failed: 0, givenUp: 0 })
  expect(received.map(({ body }) => (JSON.parse(body) as { data: { threshold: number } }).data.threshold).toSorted((a, b) => a - b)).toEqual([0.5, 1])
  const [{ headers, body }] = received as [Received]
  expect(JSON.parse(body)).toMatchObject({
    type: "budget.threshold", data: { id: headers["webhook-id"], tenant, period: "month", limit: "100", spent: "100", currency: "USD" },
  })
  const key = Buffer.from((secret ?? "").replace("whsec_", ""), "base64")
  const signed = `${headers["webhook-id"] as string}.${headers["webhook-timestamp"] as string}.${body}`
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`)
})

test("the signature is that of the example of Standard Webhooks", () => {
  expect(signatureOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: "{\"test\": 2432232314}",
  })).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  expect([isSigningSecret(newSigningSecret()), isSigningSecret("whsec_short"), isSigningSecret("x")]).toEqual([true, false, false])
})

test("what is not taken comes again under the same id, ever later, until it is taken", async () => {
  await parts.webhooks.set(actor, { address }, networks)
  await pass([1])
  // A redirect is followed nowhere.
  answers = [500, 302, 0, 1]
  for (const problem of ["status 500", "status 302", "UND_ERR_SOCKET", "timeout"]) {
    expect(await deliver()).toMatchObject({ delivered: 0, failed: 1 })
    expect(await store.query("select last_problem as problem from fabric_ledger.alert")).toEqual([{ problem }])
    expect(await deliver()).toMatchObject({ failed: 0 })
    await makeDue()
  }
  expect(await deliver()).toMatchObject({ delivered: 1 })
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1)
  expect(received).toHaveLength(5)
  expect([1, 2, 3, 30].map((attempts) => retrySeconds(attempts, () => 0.5))).toEqual([5, 10, 20, 3_600])
})

test("after days of failures it is given up, and setting the webhook again tries it anew", async () => {
  await parts.webhooks.set(actor, { address }, networks)
  await pass([1])
  await store.query("update fabric_alerts.webhook set since = now() - interval '10 days'")
  await store.query("update fabric_ledger.alert set at = now() - interval '4 days', attempts = 9")
  answers = [500]
  expect(await deliver()).toMatchObject({ failed: 1, givenUp: 1 })
  await makeDue()
  expect(await deliver()).toMatchObject({ failed: 0 })
  expect(await parts.webhooks.view(actor)).toMatchObject({ waiting: 0, givenUp: 1 })
  await parts.webhooks.set(actor, { address }, networks)
  expect(await deliver()).toMatchObject({ delivered: 1 })
})

test("of several processes one sends an alert, and where it dies another does", async () => {
  await parts.webhooks.set(actor, { address }, networks)
  await pass([0.1, 0.2, 0.3, 0.4, 0.5])
  const results = await Promise.all([deliver(), deliver(), deliver()])
  expect(results.reduce((sum, one) => sum + one.delivered, 0)).toBe(5)
  expect(received).toHaveLength(5)
  // Taken by a process that never sent it.
  await pass([1])
  await store.query("update fabric_ledger.alert set attempts = 1, next_at = now() - interval '1 second' where delivered_at is null")
  expect(await deliver()).toMatchObject({ delivered: 1 })
})

test("alerts from before the webhook was set are not delivered", async () => {
  await parts.webhooks.remove(actor).catch(() => undefined)
  await pass([1])
  await parts.webhooks.set(actor, { address }, networks)
  expect(await deliver()).toEqual({ delivered: 0, failed: 0, givenUp: 0 })
})

test("addresses are held to the rules of upstreams, when they are set and when they are called", async () => {
  for (const [bad, reason] of [
    ["http://127.0.0.1/x", "private"], ["http://169.254.169.254/x", "metadata"], ["http://[::ffff:10.0.0.1]/x", "private"], ["http://2130706433/x", "private"],
    ["ftp://example.com/x", "scheme"], ["http://user:word@example.com/x", "credentials"], ["nonsense", "not-an-address"],
  ] as const) await expect(parts.webhooks.set(actor, { address: bad }, [])).rejects.toMatchObject({ code: "webhook_address_refused", facts: { reason } })
  const secret = newSigningSecret()
  const resolve = (_host: string, done: (error: null, addresses: { address: string; family: number }[]) => void) =>
    done(null, [{ address: "127.0.0.1", family: 4 }])
  const sent = await sendEvent({ address: address.replace("127.0.0.1", "innocent.example"), secret }, { id: "x", body: "{}" }, { ...options, allowedNetworks: [], resolve })
  expect(sent).toEqual({ isDelivered: false, status: null, problem: "refused-address" })
  expect(received).toEqual([])
})

test("its secret stays, is replaced on demand, is taken from the operator, and is nowhere in the clear", async () => {
  await parts.webhooks.remove(actor).catch(() => undefined)
  const made = await parts.webhooks.set(actor, { address }, networks)
  expect((await parts.webhooks.set(actor, { address: `${address}other` }, networks)).secret).toBeNull()
  expect(await current()).toMatchObject({ address: `${address}other`, secret: made.secret })
  const renewed = await parts.webhooks.set(actor, { address, isNewSecret: true }, networks)
  expect(renewed.secret).not.toBe(made.secret)
  const own = newSigningSecret()
  expect((await parts.webhooks.set(actor, { address, secret: own }, networks)).secret).toBeNull()
  expect((await current()).secret).toBe(own)
  await expect(parts.webhooks.set(actor, { address, secret: "weak" }, networks)).rejects.toMatchObject({ code: "webhook_secret_wrong" })
  const all = await store.query<{ line: string }>("select t::text as line from fabric_secrets.sealed t union all select t::text from fabric_tenancy.audit t union all select t::text from fabric_alerts.webhook t")
  for (const secret of [made.secret, renewed.secret, own]) expect(all.some(({ line }) => line.includes(secret ?? ""))).toBe(false)
  await parts.webhooks.remove(actor)
  expect([await parts.webhooks.current(), await parts.webhooks.view(actor)]).toEqual([null, null])
  await expect(parts.webhooks.remove(actor)).rejects.toMatchObject({ code: "no_webhook" })
})

test("a server delivers by itself, also once its receiver is back", async () => {
  await parts.webhooks.set(actor, { address }, networks)
  answers = [503]
  const failures: number[] = []
  const deliverer = startDeliverer(store, {
    webhooks: parts.webhooks, allowedNetworks: () => networks, now: Date.now, random: () => 0, everyMs: 10, timeoutMs: 1_000,
    onFailed: ({ failed }) => { failures.push(failed); void makeDue() }, onTrouble: (error) => { throw error as Error },
  })
  await pass([1])
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(2)
  await deliverer.close()
  expect(failures).toEqual([1])
  expect(await store.query("select attempts, delivered_at is not null as delivered from fabric_ledger.alert")).toEqual([{ attempts: 2, delivered: true }])
})
