/** What an operator does while it serves: looks requests up, corrects them, hears of budgets, sees what is down, loses a database. */
import { once } from "node:events"
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import { startMockUpstream } from "@daydream/fabric/testing"
import type { TestUpstream } from "@daydream/fabric/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openProgram, stop } from "./fabric-program.ts"
import type { Program, Serving } from "./fabric-program.ts"

let folder: string
let program: Program
let upstream: TestUpstream
let serving: Serving
let key: string
const here = ["--state", "state"]

async function call(model: string): Promise<number> {
  const response = await fetch(`${serving.address}/v1/chat/completions`, {
    method: "POST", headers: { "authorization": `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
  })
  await response.arrayBuffer()
  return response.status
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-operating-"))
  chmodSync(folder, 0o755)
  program = openProgram(folder)
  upstream = await startMockUpstream()
  serving = await program.serve("state", ["--keep-ledger", "400d"])
  program.document(["network", "set", "127.0.0.0/8", ...here])
  program.document(["pool", "set", "cloud", "--address", upstream.url, "--models", "m", ...here])
  program.document(["tariff", "set", "cloud/m", "--input", "1000", "--output", "1000", ...here])
  program.document(["tenant", "add", "acme", ...here])
  key = program.document(["key", "create", "acme", ...here]).secret
}, 120_000)

afterAll(async () => {
  program.end()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

test("a request is found, shown and corrected, and its tenant pays what is left", async () => {
  expect(await call("cloud/m")).toBe(200)
  // An answer reaches its client a moment before it is settled.
  await expect.poll(() => program.document(["ledger", "list", "acme", "--status", "completed", ...here]).entries.length, { timeout: 20_000 }).toBe(1)
  const [entry] = program.document(["ledger", "list", "acme", ...here]).entries
  expect(entry).toMatchObject({ tenant: "acme", model: "cloud/m", pool: "cloud", attempts: 1, adjusted: "0" })
  const refused = program.run(["ledger", "adjust", entry.requestId, "--credit", "50", "--reason", "all of it", ...here])
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("can be given back")])
  const adjusted = program.document(["ledger", "adjust", entry.requestId, "--credit", "0.001", "--reason", "half an answer", ...here])
  expect(adjusted.adjustments).toMatchObject([{ charge: "-1000000", reason: "half an answer" }])
  const paid = BigInt(entry.charge) - 1_000_000n
  expect(program.document(["usage", "acme", ...here]).rows[0].charge).toBe(String(paid))
  expect(program.run(["ledger", "show", entry.requestId, "--lang", "zh", ...here]).stdout).toContain("half an answer")
  expect(program.run(["ledger", "show", "nothing", ...here])).toMatchObject({ status: 2, stderr: expect.stringContaining("no entry") as string })
  expect(program.document(["retention", "show", ...here])).toMatchObject({ ledgerDays: 400, auditDays: null })
}, 120_000)

test("a budget that is used up is told to the webhook", async () => {
  const bodies: string[] = []
  const receiver: Server = createServer((request, response) => {
    request.on("data", (data: Buffer) => bodies.push(String(data)))
    request.on("end", () => response.end())
  })
  receiver.listen(0, "127.0.0.1")
  await once(receiver, "listening")
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  expect(program.run(["alert", "test", ...here]).status).toBe(2)
  expect(program.document(["alert", "set", address, ...here]).secret).toMatch(/^whsec_/)
  expect(await program.runAside(["alert", "test", ...here])).toEqual({ status: 0, stdout: "It was taken (status 200).\n" })
  program.document(["tenant", "change", "acme", "--budget", "0.000001", "--alert-at", "1", ...here])
  expect(await call("cloud/m")).toBe(402)
  await expect.poll(() => bodies.length, { timeout: 20_000 }).toBe(2)
  expect(JSON.parse(bodies[1] ?? "")).toMatchObject({ type: "budget.threshold", data: { tenant: "acme", threshold: 1, limit: "1000" } })
  await expect.poll(() => program.document(["alert", "list", ...here]).alerts[0].delivery.deliveredAt, { timeout: 20_000 }).not.toBeNull()
  program.document(["tenant", "change", "acme", "--remove-budget", ...here])
  receiver.close()
  expect(program.run(["alert", "test", ...here]).status).toBe(1)
}, 120_000)

test("what is down shows in the health of pools and in the exit code", async () => {
  expect(program.document(["pool", "health", ...here]).pools.find((one: { pool: string }) => one.pool === "cloud")).toMatchObject({ state: "up", running: 0 })
  program.document(["pool", "set", "dead", "--address", "http://127.0.0.1:9/v1", "--models", "m", ...here])
  for (let i = 0; i < 3; i++) expect(await call("dead/m")).toBeGreaterThan(500)
  const { status, stdout } = program.run(["pool", "health", "--json", ...here])
  expect([status, (JSON.parse(stdout) as { pools: { pool: string; state: string }[] }).pools.find((one) => one.pool === "dead")?.state]).toEqual([1, "down"])
  expect(program.run(["pool", "health", "--state", "elsewhere"])).toMatchObject({ status: 1, stderr: expect.stringContaining("No server runs") as string })
}, 120_000)

test("a database that is killed comes back under the server, which keeps its store to itself", async () => {
  const store = await openStore({ folder: join(folder, "state/postgres") })
  const file = join(store.folder ?? "", "data/postmaster.pid")
  const processId = () => Number(readFileSync(file, "utf8").split("\n")[0])
  const killed = processId()
  process.kill(killed, "SIGKILL")
  await expect.poll(() => call("cloud/m"), { timeout: 30_000 }).toBe(200)
  expect(processId()).not.toBe(killed)
  const second = program.run(["serve", "--port", "0", ...here])
  expect([second.status, second.stderr]).toEqual([1, expect.stringContaining("already at work")])
  await store.close()
  expect(program.document(["tenant", "list", ...here]).tenants).toHaveLength(2)
  expect(await stop(serving.child)).toBe(0)
}, 120_000)
