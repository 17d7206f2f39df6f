/** The fabric as its operator uses it: real processes, a fresh state folder, a mock model server. */
import { once } from "node:events"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startMockUpstream } from "@daydream/fabric/testing"
import type { TestUpstream } from "@daydream/fabric/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openProgram, stop } from "./fabric-program.ts"
import type { Program } from "./fabric-program.ts"

let folder: string
let upstream: TestUpstream
let program: Program
const daydream = (...args: Parameters<Program["run"]>) => program.run(...args)
// Documents of any command: each test knows its shape.
// oxlint-disable-next-line typescript/no-explicit-any
const document = (...args: Parameters<Program["document"]>): any => program.document(...args)
const serve = (state: string) => program.serve(state)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-fabric-"))
  chmodSync(folder, 0o755)
  program = openProgram(folder)
  upstream = await startMockUpstream()
})

afterAll(async () => {
  program.end()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

test("from a fresh folder to a metered call, by the commands of the guide", async () => {
  const { child, address, said } = await serve("state")
  await expect.poll(said, { timeout: 20_000 }).toMatch(/The first administrator's key, shown this once: dd-[a-z2-7]{16}-\S{43}/)
  expect(statSync(join(folder, "state/admin.key")).mode & 0o777).toBe(0o600)

  const tenant = document(["tenant", "add", "acme", "--budget", "50", "--period", "month", "--quota", "100k-tokens/min", "--quota", "60-requests/min", "--state", "state"])
  expect(tenant).toMatchObject({
    tenant: { id: "acme", parentId: "root", quotas: ["100k-tokens/min", "60-requests/min"] }, currency: "USD",
    budgets: [{ period: "month", limit: "50000000000", spent: "0" }],
  })
  const { secret } = document(["key", "create", "acme", "--title", "app", "--state", "state"])
  daydream(["network", "set", "127.0.0.0/8", "--state", "state"])
  expect(daydream(["credential", "set", "vendor", "--state", "state"], { input: "sk-vendor\n" }).status).toBe(0)
  document(["pool", "set", "cloud", "--address", upstream.url, "--models", "some-model", "--credential", "vendor", "--state", "state"])
  document(["route", "set", "chat", "--target", "cloud/some-model", "--target", "local/qwen2.5-coder-1.5b", "--strategy", "fallback", "--state", "state"])
  document(["tariff", "set", "chat", "--input", "1", "--output", "2 USD", "--state", "state"])

  const answer = await fetch(`${address}/v1/chat/completions`, {
    method: "POST", headers: { "authorization": `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Hi" }] }),
  })
  expect(answer.status).toBe(200)
  expect((await answer.json() as { usage: object }).usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 16 })
  // 12 tokens at 1, 16 at 2 for a million: 44 millionths.
  const usage = document(["usage", "acme", "--since", "7d", "--by", "model", "--state", "state"])
  expect(usage).toMatchObject({ currency: "USD", rows: [{ group: { model: "chat" }, requests: 1, failed: 0, charge: "44000", overrun: "0" }] })
  expect(daydream(["usage", "acme", "--state", "state"]).stdout).toContain("0.000044 USD")

  const all = JSON.stringify([document(["audit", "--state", "state"]), document(["credential", "list", "--state", "state"]), document(["export", "--state", "state"])])
  expect(all).not.toContain("sk-vendor")
  expect(all).not.toContain(secret)
  expect(await stop(child)).toBe(0)
  expect(existsSync(join(folder, "state/server.json")) || existsSync(join(folder, "state/admin.key"))).toBe(false)
}, 120_000)

test("without a server the same commands work on the store, and a file applied twice changes nothing", () => {
  expect(document(["tenant", "list", "--state", "state"]).tenants.map((one: { id: string }) => one.id)).toEqual(["root", "acme"])
  writeFileSync(join(folder, "fabric.yaml"), [
    "credentials: { other: { secretFrom: \"env:OTHER_KEY\" } }",
    "routes: { fast: { targets: [cloud/some-model] } }",
    "tenants: { beta: { quotas: [20-concurrent], budgets: [{ period: day, limit: 2.50 }], keys: [{ title: app }] } }", "",
  ].join("\n"))
  const apply = (...more: string[]) => ["apply", "fabric.yaml", "--state", "state", ...more]
  const environment = { OTHER_KEY: "sk-other" }
  const dry = daydream(apply("--dry-run"), { environment })
  expect(dry.stdout.trim().split("\n").toSorted()).toEqual(["+ budget beta/day", "+ credential other", "+ key beta/app", "+ route fast", "+ tenant beta"])
  expect(daydream(apply(), { environment })).toMatchObject({ status: 2, stderr: expect.stringContaining("--yes") as string })
  expect(daydream(apply("--yes"))).toMatchObject({ status: 2, stderr: expect.stringContaining("OTHER_KEY") as string })
  expect(document(apply("--yes"), { environment }).keys).toHaveLength(1)
  expect(document(apply("--yes"), { environment })).toMatchObject({ changes: [], keys: [] })
  expect(daydream(apply("--yes", "--lang", "zh"), { environment }).stdout).toBe("没有需要更改的内容。\n")
}, 120_000)

test("a backup of the running store is restored into a new folder, where everything goes on", async () => {
  const first = await serve("state")
  const made = document(["backup", "whole.tar", "--state", "state"])
  expect(made.rows).toBeGreaterThan(20)
  const { key, secret } = document(["key", "create", "acme", "--state", "state"])
  expect(daydream(["restore", "whole.tar", "--state", "state"]).stderr).toContain("already at work")
  expect(await stop(first.child)).toBe(0)
  expect(daydream(["restore", "whole.tar", "--state", "state"]).stderr).toContain("empty")

  mkdirSync(join(folder, "second"), { mode: 0o755 })
  expect(daydream(["restore", "whole.tar", "--state", "second"]).stderr).toContain("master-keys")
  cpSync(join(folder, "state/master-keys"), join(folder, "second/master-keys"))
  expect(document(["restore", "whole.tar", "--state", "second"]).rows).toBe(made.rows)
  const second = await serve("second")
  expect(document(["usage", "acme", "--state", "second"]).rows).toMatchObject([{ requests: 1, charge: "44000" }])
  expect(document(["key", "list", "acme", "--state", "second"]).keys.map((one: { id: string }) => one.id)).not.toContain(key.id)
  const models = (by: string) => fetch(`${second.address}/v1/models`, { headers: { authorization: `Bearer ${by}` } })
  expect((await models(secret)).status).toBe(401)
  const { secret: fresh } = document(["key", "create", "acme", "--state", "second"])
  expect((await models(fresh)).status).toBe(200)
  expect(await stop(second.child)).toBe(0)
}, 180_000)

test("another server is administered by address and key; its own files and bad keys open nothing", async () => {
  const { child, address } = await serve("state")
  const { secret } = document(["key", "create", "root", "--scope", "admin", "--state", "state"])
  const remote = ["tenant", "list", "--server", address]
  expect(daydream(remote).stderr).toContain("DAYDREAM_ADMIN_KEY")
  expect(document(remote, { environment: { DAYDREAM_ADMIN_KEY: secret } }).tenants).toHaveLength(3)
  expect(daydream(remote, { environment: { DAYDREAM_ADMIN_KEY: `${secret}x` } }).stderr).toContain("not valid")
  expect(daydream(["tenant", "list", "--server", "http://127.0.0.1:9"], { environment: { DAYDREAM_ADMIN_KEY: secret } }).stderr).toContain("cannot be reached")
  const localKey = readFileSync(join(folder, "state/admin.key"), "utf8").trim()
  const ask = async (headers: Record<string, string>) => (await fetch(`${address}/admin/v1/tenants`, { headers })).status
  expect(await ask({ authorization: `Bearer ${localKey}` })).toBe(200)
  expect(await ask({ "authorization": `Bearer ${localKey}`, "x-forwarded-for": "203.0.113.9" })).toBe(401)
  expect((await fetch(`${address}/v1/models`, { headers: { authorization: `Bearer ${localKey}` } })).status).toBe(401)
  const other = daydream(["serve", "--port", "0", "--state", "state"])
  expect([other.status, other.stderr]).toEqual([1, expect.stringContaining("already at work")])
  child.kill("SIGKILL")
  await once(child, "exit")
  // What it left behind names a server that is gone.
  expect(existsSync(join(folder, "state/server.json"))).toBe(true)
  expect(document(["tenant", "list", "--state", "state"]).tenants).toHaveLength(3)
}, 120_000)
