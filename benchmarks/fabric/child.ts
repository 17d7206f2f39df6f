/** Programs in processes of their own, which tell their address as one line of JSON. */
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"

/** A program that runs apart. */
export interface Child<Facts> extends AsyncDisposable {
  readonly pid: number
  readonly facts: Facts
  readonly hasEnded: boolean
  /** How it ended; pending while it runs. */
  readonly ended: Promise<string>
  stop(signal?: NodeJS.Signals): Promise<void>
}

const settle = (child: ChildProcess) => {
  const state = { hasEnded: false }
  const ended = new Promise<string>((resolve) => child.once("exit", (code, signal) => {
    state.hasEnded = true
    resolve(signal ?? `exit ${code}`)
  }))
  return { state, ended }
}

const asChild = <Facts>(child: ChildProcess, facts: Facts, { state, ended }: ReturnType<typeof settle>): Child<Facts> => {
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    if (!state.hasEnded) child.kill(signal)
    await ended
  }
  return { pid: child.pid as number, facts, get hasEnded() { return state.hasEnded }, ended, stop, [Symbol.asyncDispose]: () => stop() }
}

/** Runs a file of this folder and waits for its line of JSON. */
export async function startScript<Facts>(
  file: string, options: unknown, settings: { readonly nodeFlags?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Child<Facts>> {
  const child = spawn(process.execPath, ["--conditions=source", ...settings.nodeFlags ?? [], join(import.meta.dirname, file), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...settings.environment },
  })
  const life = settle(child)
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout as NodeJS.ReadableStream }).once("line", resolve)),
    life.ended.then((how) => Promise.reject(new Error(`${file} ended before it was ready: ${how}`))),
  ])
  return asChild(child, JSON.parse(line) as Facts, life)
}

/** Runs a server of others and waits until it answers at `url`, whatever the status. */
export async function startServer(command: string, args: readonly string[], options: {
  readonly url: string; readonly environment?: NodeJS.ProcessEnv; readonly folder?: string; readonly waitMs?: number
}): Promise<Child<null>> {
  const child = spawn(command, args, {
    stdio: "ignore", env: { ...process.env, ...options.environment }, ...(options.folder === undefined ? {} : { cwd: options.folder }),
  })
  const life = settle(child)
  for (const end = performance.now() + (options.waitMs ?? 60_000); ;) {
    if (life.state.hasEnded) throw new Error(`${command} ended before it was ready: ${await life.ended}`)
    if (await fetch(options.url).then(() => true, () => false)) return asChild(child, null, life)
    if (performance.now() > end) {
      child.kill("SIGKILL")
      throw new Error(`${command} did not answer in time`)
    }
    await sleep(200)
  }
}

export const freePort = () => new Promise<number>((resolve, reject) => {
  const probe = createServer()
  probe.once("error", reject)
  probe.listen(0, "127.0.0.1", () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => resolve(port))
  })
})

/** Resident memory of a process in megabytes (Linux). */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/** Processor seconds that a process has used (Linux, at 100 ticks a second). */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}
