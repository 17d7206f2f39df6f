/** The program as its operator runs it: real processes in a folder of their own. */
import { spawn, spawnSync } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect } from "vitest"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")

export interface RunOptions {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface Serving {
  readonly child: ChildProcess
  readonly address: string
  /** All that it said so far. */
  readonly said: () => string
}

export interface Program {
  run(args: readonly string[], options?: RunOptions): { readonly stdout: string; readonly stderr: string; readonly status: number | null }
  /** The same without holding up what runs in this process meanwhile. */
  runAside(args: readonly string[]): Promise<{ readonly stdout: string; readonly status: number | null }>
  /** The JSON document of a command that must succeed without a word. */
  // Documents of any command: each test knows its shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  document(args: readonly string[], options?: RunOptions): any
  /** Starts `daydream serve` and waits until it answers. */
  serve(state: string, more?: readonly string[]): Promise<Serving>
  /** Kills what still runs. */
  end(): void
}

export async function stop(child: ChildProcess): Promise<number | null> {
  child.kill("SIGTERM")
  if (child.exitCode === null) await once(child, "exit")
  return child.exitCode
}

export function openProgram(folder: string): Program {
  const servers: ChildProcess[] = []
  const environment = (extra: Readonly<Record<string, string>> = {}) => ({
    ...process.env, LC_ALL: "C.UTF-8", DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined, DAYDREAM_ADMIN_KEY: undefined,
    XDG_STATE_HOME: join(folder, "log"), DAYDREAM_CACHE: join(folder, "cache"), ...extra,
  })
  const run: Program["run"] = (args, options = {}) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=source", main, ...args], {
      cwd: folder, env: environment(options.environment), encoding: "utf8", ...(options.input === undefined ? {} : { input: options.input }),
    })
    return { stdout, stderr, status }
  }
  return {
    run,
    runAside: async (args) => {
      let stdout = ""
      const child = spawn(process.execPath, ["--conditions=source", main, ...args], { cwd: folder, env: environment() })
      child.stdout.on("data", (data: Buffer) => void (stdout += String(data)))
      await once(child, "close")
      return { stdout, status: child.exitCode }
    },
    document: (args, options) => {
      const { stdout, stderr, status } = run([...args, "--json", "--quiet"], options)
      expect([args.join(" "), status, stderr]).toEqual([args.join(" "), 0, ""])
      return JSON.parse(stdout) as unknown
    },
    serve: async (state, more = []) => {
      let said = ""
      const child = spawn(process.execPath, ["--conditions=source", main, "serve", "--port", "0", "--state", state, ...more], { cwd: folder, env: environment() })
      servers.push(child)
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => void (said += String(data)))
      const place = join(folder, state, "server.json")
      for (let tries = 0; !existsSync(place); tries++) {
        if (child.exitCode !== null || tries === 1_200) throw new Error(`it does not serve: ${said}`)
        await sleep(50)
      }
      return { child, address: (JSON.parse(readFileSync(place, "utf8")) as { address: string }).address, said: () => said }
    },
    end: () => {
      for (const child of servers) if (child.exitCode === null) child.kill("SIGKILL")
    },
  }
}
