/** Gateways of others, installed by the benchmark into a folder of its own. */
import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { freePort, startServer } from "./child.ts"
import type { Child } from "./child.ts"

const run = promisify(execFile)

export interface Peer {
  readonly name: string
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly server: Child<null>
}

/** Portkey's gateway from npm. It meters nothing; where it sends a call is said in headers of the call. */
export async function startPortkey(folder: string): Promise<Omit<Peer, "headers" | "path">> {
  const home = join(folder, "portkey")
  const place = join(home, "node_modules/@portkey-ai/gateway")
  if (!existsSync(place)) {
    await mkdir(home, { recursive: true })
    await writeFile(join(home, "package.json"), `{"private":true}\n`)
    await run("npm", ["install", "@portkey-ai/gateway"], { cwd: home })
  }
  const { version } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as { version: string }
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer(process.execPath, [join(place, "build/start-server.js"), `--port=${port}`, "--headless"],
    { url, environment: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "localhost,127.0.0.1" } })
  return { name: `@portkey-ai/gateway ${version}`, url, server }
}

/** It does not start without one. */
const liteLlmKey = `sk-${"5c1e9a7b3d2f4a68".repeat(4)}`

/** LiteLLM's proxy from PyPI, one worker. Without its database: its engine is not on PyPI, so it meters in memory alone. */
export async function startLiteLlm(folder: string, upstream: string): Promise<Peer> {
  const venv = join(folder, "venv-litellm")
  const program = join(venv, "bin/litellm")
  if (!existsSync(program)) {
    await run("python3", ["-m", "venv", venv])
    await run(join(venv, "bin/pip"), ["install", "--quiet", "litellm[proxy]"])
  }
  const { stdout } = await run(join(venv, "bin/python"), ["-c", "from importlib.metadata import version; print(version('litellm'))"])
  const configuration = join(folder, "litellm.json")
  await writeFile(configuration, JSON.stringify({
    model_list: [{ model_name: "chat", litellm_params: { model: "openai/mock", api_base: upstream, api_key: "none" } }],
    litellm_settings: { telemetry: false }, general_settings: { master_key: liteLlmKey },
  }))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = await startServer(program, ["--config", configuration, "--port", String(port), "--host", "127.0.0.1", "--num_workers", "1"],
    { url: `${url}/health/liveliness`, waitMs: 120_000, environment: { LITELLM_MODE: "PRODUCTION", LITELLM_LOG: "ERROR", LITELLM_LOCAL_MODEL_COST_MAP: "True" } })
  return { name: `litellm ${stdout.trim()}`, url, path: "/v1/chat/completions", headers: { authorization: `Bearer ${liteLlmKey}` }, server }
}
