/**
 * Who may append to a segment: its name says. `<host>-<pid>-<uuid>.log` belongs to that process. A segment whose
 * process is dead is taken over by renaming it, which exactly one of several takers can do.
 */
import { createHash, randomUUID } from "node:crypto"
import { readdir, rename, stat } from "node:fs/promises"
import { hostname } from "node:os"
import { join } from "node:path"
import { isSystemError } from "./errors.ts"

const NAME = /^([0-9a-f]{8})-(\d+)-([0-9a-f-]{36})\.log$/
const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8)

/** Segments that this thread owns, and those that it has given up. */
const mine = new Set<string>()
const givenUp = new Set<string>()

const idOf = (name: string): string => NAME.exec(name)?.[3] ?? ""

/** A new name that this process owns. */
export function claimName(): string {
  const id = randomUUID()
  mine.add(id)
  return `${host}-${process.pid}-${id}.log`
}

/** Gives the name up: the segment may be taken over. */
export function releaseName(name: string): void {
  mine.delete(idOf(name))
  givenUp.add(idOf(name))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isSystemError(error, "ESRCH")
  }
}

// A restarted container gives the same pid again, and another thread shares ours: with our own pid, a segment belongs
// to a dead process only if nobody touched it since this process started (less a second, for coarse clocks).
async function touchedSinceStart(path: string): Promise<boolean> {
  const { ctimeMs, mtimeMs } = await stat(path)
  return Math.max(ctimeMs, mtimeMs) > Date.now() - process.uptime() * 1000 - 1000
}

/** False only where the owner is certainly gone: another machine's segments always count as owned. */
async function isOwned(folder: string, name: string): Promise<boolean> {
  const [, ownerHost, pid, id = ""] = NAME.exec(name) ?? []
  if (ownerHost !== host || mine.has(id)) return true
  if (Number(pid) !== process.pid) return isAlive(Number(pid))
  return !givenUp.has(id) && (await touchedSinceStart(join(folder, name)))
}

/** The names of all segments of a folder, in a stable order. */
export const listSegments = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => NAME.test(name)).toSorted()

/** Takes over the first segment whose process is gone; null where there is none. */
export async function takeOverSegment(folder: string): Promise<string | null> {
  for (const old of await listSegments(folder)) {
    const name = claimName()
    try {
      if (await isOwned(folder, old)) continue
      await rename(join(folder, old), join(folder, name))
      return name
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error
    }
  }
  return null
}
