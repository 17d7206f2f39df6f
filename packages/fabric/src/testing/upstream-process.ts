/** Test servers in processes of their own. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { MisbehavingOptions } from "./misbehaving.ts"
import type { MockOptions } from "./mock.ts"

/** A test server that runs apart. */
export interface UpstreamProcess extends AsyncDisposable {
  readonly url: string
  readonly processId: number
  /** Ends it; with SIGKILL as a crash would. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>
}

/** What to start; the script of a misbehaving one must be a list. */
export type UpstreamProcessOptions =
  | ({ readonly kind: "mock" } & MockOptions) | ({ readonly kind: "misbehaving" } & MisbehavingOptions)

const worker = fileURLToPath(new URL(`upstream-worker${import.meta.url.slice(-3)}`, import.meta.url))

/** Starts a test server as a process and waits for its address. */
export async function startUpstreamProcess({ kind, ...options }: UpstreamProcessOptions): Promise<UpstreamProcess> {
  const child = spawn(process.execPath, ["--conditions=source", worker, kind, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then(() => Promise.reject(new Error("the test server ended before it listened"))),
  ])
  const stop = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM") => {
    child.kill(signal)
    await ended
  }
  const { url } = JSON.parse(line) as { url: string }
  return { url, processId: child.pid as number, stop, [Symbol.asyncDispose]: () => stop() }
}
