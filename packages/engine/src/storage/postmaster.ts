/** What PostgreSQL itself says of a running server, in `postmaster.pid` of its data folder. */
import { readFileSync } from "node:fs"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"

export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly isReady: boolean
}

/** Reads `postmaster.pid`: line 1 is the process id, line 4 the port, line 8 the state. */
export function parsePostmaster(text: string): Postmaster | undefined {
  const lines = text.split("\n")
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return undefined
  return { pid, port, isReady: lines[7]?.trim() === "ready" }
}

/**
 * Whether `pid` is a living server. Where the system tells (Linux), a process that only waits to be reaped and one of
 * another program that got the same number do not count.
 */
export function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false
  }
  try {
    const facts = readFileSync(`/proc/${pid}/stat`, "utf8")
    return facts.includes("(postgres)") && !facts.slice(facts.lastIndexOf(")")).startsWith(") Z")
  } catch {
    return true
  }
}

const stateFile = (data: string) => join(data, "postmaster.pid")

/** The server that runs on `data`, or undefined. A file left by a dead server does not count. */
export async function runningServer(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(stateFile(data), "utf8").catch(() => undefined)
  const found = text === undefined ? undefined : parsePostmaster(text)
  return found !== undefined && isServer(found.pid) ? found : undefined
}

/**
 * Removes the file of a dead server whose process id now belongs to another program: PostgreSQL itself would take
 * that program for its predecessor and refuse to start (usual in containers, where ids are small).
 */
export async function dropForeignState(data: string): Promise<void> {
  const text = await readFile(stateFile(data), "utf8").catch(() => undefined)
  const found = text === undefined ? undefined : parsePostmaster(text)
  if (found === undefined || isServer(found.pid)) return
  try {
    process.kill(found.pid, 0)
  } catch {
    return
  }
  await rm(stateFile(data), { force: true })
}
