/** A running server with the shipped dreams, without a model, and clients of it. */
import { rmSync } from "node:fs"
import { createDreamClient } from "@daydream/client"
import type { ClientOptions, DreamClient } from "@daydream/client"
import { silentLog } from "@daydream/fabric/observability"
import { readLocalKey, startServer } from "@daydream/server"
import type { RunningServer, ServerOptions } from "@daydream/server"
import { newFolder } from "./fabric-setting.ts"

export interface PlaySetting extends AsyncDisposable {
  readonly server: RunningServer
  readonly folder: string
  /** The first administrator's key. */
  readonly rootKey: string
  /** This machine's own key. */
  readonly localKey: string
  readonly client: (token: string, options?: Partial<ClientOptions>) => DreamClient
  /** Asks as with curl. */
  readonly ask: (
    method: string,
    path: string,
    token: string | null,
    body?: unknown,
    headers?: Record<string, string>
  ) => Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Answers of any shape: each test knows its own.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
}

export async function startPlaySetting(options: Partial<ServerOptions> = {}): Promise<PlaySetting> {
  const folder = newFolder()
  const environment = {
    ...process.env,
    DATABASE_URL: undefined,
    DAYDREAM_MASTER_KEY: undefined,
    DAYDREAM_PLAY_MODEL: "none",
  }
  const server = await startServer({ state: folder, port: 0, environment, log: silentLog, ...options })
  const { address } = server
  return {
    server,
    folder,
    rootKey: server.adminSecret ?? "",
    localKey: readLocalKey(folder),
    client: (token, more = {}) => createDreamClient({ address, token, retryMs: 20, ...more }),
    ask: async (method, path, token, body, headers = {}) => {
      const response = await fetch(`${address}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
    },
    [Symbol.asyncDispose]: async () => {
      await server.close({ graceMs: 1_000 })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
