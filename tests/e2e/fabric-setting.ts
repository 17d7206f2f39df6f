/** A running server with one pool at a given address, and a key to it. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { silentLog } from "@daydream/fabric/observability"
import { startServer } from "@daydream/server"
import type { RunningServer, ServerOptions } from "@daydream/server"

export interface Setting extends AsyncDisposable {
  readonly server: RunningServer
  readonly folder: string
  readonly rootKey: string
  /** Asks the admin API as root; throws where it refuses. */
  readonly admin: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** A key of a new tenant. */
  readonly keyFor: (tenant: string, fields?: object) => Promise<string>
}

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "daydream-server-"))
  chmodSync(folder, 0o755)
  return folder
}

/** Starts a server on a fresh folder, with the pool `gpu` at `url` and the route `chat` to its model `m`. */
export async function startSetting(url: string, options: Partial<ServerOptions> = {}): Promise<Setting> {
  const folder = newFolder()
  const environment = { ...process.env, DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined }
  const server = await startServer({ state: folder, port: 0, environment, log: silentLog, ...options })
  const rootKey = server.adminSecret ?? ""
  const admin = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.address}/admin/v1${path}`, {
      method, headers: { "authorization": `Bearer ${rootKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === "" ? undefined : JSON.parse(text)) as T
  }
  await admin("PUT", "/networks", { networks: ["127.0.0.0/8"] })
  await admin("PUT", "/pools/gpu", { kind: "openai", addresses: [url], models: ["m", "e"], reportsLogprobs: true })
  await admin("PUT", "/routes/chat", { targets: [{ pool: "gpu", model: "m" }] })
  await admin("PUT", "/routes/embed", { targets: [{ pool: "gpu", model: "e" }] })
  // A change is in force within a second: the last one of them is waited for.
  for (let isKnown = false; !isKnown;) {
    const models = await (await fetch(`${server.address}/v1/models`, { headers: { authorization: `Bearer ${rootKey}` } })).text()
    isKnown = models.includes("\"embed\"")
  }
  return {
    server, folder, rootKey, admin,
    keyFor: async (tenant, fields = {}) => {
      await admin("POST", "/tenants", { id: tenant, ...fields })
      return (await admin<{ secret: string }>("POST", `/tenants/${tenant}/keys`, {})).secret
    },
    [Symbol.asyncDispose]: async () => {
      await server.close({ graceMs: 1_000 })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
