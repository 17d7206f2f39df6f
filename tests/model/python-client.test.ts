/** The Python openai package from PyPI, in an environment of its own, against a running server. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { startEchoUpstream } from "../e2e/fabric-upstream.ts"

const run = promisify(execFile)
const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")

/** A server in a process of its own, and what asks its admin API by the local key. */
async function serve(folder: string) {
  const state = join(folder, "state")
  const environment = { ...process.env, DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined }
  const child = spawn(process.execPath, ["--conditions=source", main, "serve", "--port", "0", "--state", state], { env: environment, stdio: "ignore" })
  const read = (name: string) => readFile(join(state, name), "utf8").catch(() => "")
  await expect.poll(() => read("server.json"), { timeout: 60_000 }).not.toBe("")
  const { address } = JSON.parse(await read("server.json")) as { address: string }
  const key = (await read("admin.key")).trim()
  const admin = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${address}/admin/v1${path}`, {
      method, headers: { "authorization": `Bearer ${key}`, "content-type": "application/json" }, body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return await response.json() as { secret: string }
  }
  return {
    address, admin,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM")
      if (child.exitCode === null) await once(child, "exit")
    },
  }
}

test("the Python openai package: chat, stream, tools, structured output, Responses, embeddings, models, errors", async () => {
  const folder = await mkdtemp(join(tmpdir(), "daydream-python-"))
  await chmod(folder, 0o755)
  try {
    await run("python3", ["-m", "venv", join(folder, "venv")])
    const python = join(folder, "venv/bin/python")
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "openai"])
    await using upstream = await startEchoUpstream()
    await using server = await serve(folder)
    await server.admin("PUT", "/networks", { networks: ["127.0.0.0/8"] })
    await server.admin("PUT", "/pools/gpu", { kind: "openai", addresses: [upstream.url], models: ["m", "e"] })
    await server.admin("PUT", "/routes/chat", { targets: [{ pool: "gpu", model: "m" }] })
    await server.admin("PUT", "/routes/embed", { targets: [{ pool: "gpu", model: "e" }] })
    await server.admin("POST", "/tenants", { id: "acme" })
    const { secret } = await server.admin("POST", "/tenants/acme/keys", {})
    const models = () => fetch(`${server.address}/v1/models`, { headers: { authorization: `Bearer ${secret}` } }).then((response) => response.text())
    await expect.poll(models, { timeout: 20_000 }).toContain("\"embed\"")
    const { stdout } = await run(python, [join(import.meta.dirname, "python-client.py")], { env: { ...process.env, BASE: `${server.address}/v1`, KEY: secret } })
    expect(JSON.parse(stdout)).toEqual({
      "chat": "You said: hello there", "stream": "You said: hello there", "tool": ["weather", { city: "Paris" }], "structured": { answer: 42 },
      "response": "You said: hello there", "response stream": "You said: hello there", "embedding": [3, 0.5], "models": ["chat", "embed", "embedding"],
      "unknown": "model_not_found",
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
