/**
 * A lock between processes on one machine. The operating system holds it (through SQLite's file lock), so it is
 * released the instant its holder dies, however it dies: there is no stale lock and nothing to clean up by hand.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"

/** A held lock. */
export interface Lock extends AsyncDisposable {
  release(): void
}

const busy = 5

const isBusy = (error: unknown) => error instanceof Error && "errcode" in error && error.errcode === busy

/** Takes the lock at `path` (a small file, made if missing), or gives undefined where another holder has it. */
export function tryLock(path: string): Lock | undefined {
  mkdirSync(dirname(path), { recursive: true })
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    file.exec("begin exclusive")
  } catch (error) {
    file.close()
    if (isBusy(error)) return undefined
    throw error
  }
  const holder = `${path}.holder`
  try {
    writeFileSync(holder, String(process.pid))
  } catch {
    // Only a message needs it, and a full disk must not forbid a lock.
  }
  let held = true
  const release = () => {
    if (!held) return
    held = false
    rmSync(holder, { force: true })
    file.close()
  }
  return { release, [Symbol.asyncDispose]: async () => release() }
}

/** Waits for the lock at `path` for at most `waitMs`; undefined where it was not to be had. */
export async function holdLock(path: string, waitMs: number): Promise<Lock | undefined> {
  const end = Date.now() + waitMs
  for (;;) {
    const lock = tryLock(path)
    if (lock !== undefined || Date.now() >= end) return lock
    await sleep(20)
  }
}

/** Process id of the holder of the lock at `path`, for a message; undefined where none is known. */
export function lockHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(`${path}.holder`, "utf8")) || undefined
  } catch {
    return undefined
  }
}
