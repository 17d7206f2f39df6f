/**
 * Puts a new folder in the place of an old one. A file system has no step that does this at once: whoever is killed
 * between the two renames leaves both copies under other names, and the next who opens the folder ends what was begun.
 *
 *     mails.plan, mails.plan.1a2b3c4d.tmp                    the new copy is being written
 *     mails.plan.1a2b3c4d.tmp, mails.plan.1a2b3c4d.tmp.old   between the renames: both are whole
 *     mails.plan, mails.plan.1a2b3c4d.tmp.old                the old copy is still to be removed
 */
import { randomUUID } from "node:crypto"
import { readdir, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { syncFolder } from "@daydream/engine/artifact"

/** A name beside `folder` for a new copy that is being written. */
export const nameAside = (folder: string): string => `${resolve(folder)}.${randomUUID().slice(0, 8)}.tmp`

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined

/** Puts `aside`, a whole copy, in the place of `folder`. */
export async function replaceFolder(aside: string, folder: string): Promise<void> {
  const old = `${aside}.old`
  const hasOld = await exists(folder)
  if (hasOld) await rename(folder, old)
  try {
    await rename(aside, folder)
  } catch (error) {
    // Somebody who opened the folder in this instant may have ended it already.
    if ((await exists(aside)) || !(await exists(folder))) {
      if (hasOld) await rename(old, folder)
      throw error
    }
  }
  await syncFolder(dirname(resolve(folder)))
  if (hasOld) await rm(old, { recursive: true, force: true })
}

// A living process needs far less between two renames.
const patienceMs = 100

/** Ends a replacement that was cut short: the new copy takes the name, or the old one where the new one is gone. */
export async function recoverFolder(folder: string): Promise<void> {
  if (await exists(folder)) return
  if ((await asides(folder)).every((path) => !path.endsWith(".old"))) return
  await sleep(patienceMs)
  for (const old of await asides(folder)) {
    if (!old.endsWith(".old") || (await exists(folder))) continue
    const aside = old.slice(0, -".old".length)
    const isWhole = await exists(aside)
    // Who loses a race against another that does the same finds the folder in its place.
    await rename(isWhole ? aside : old, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
    await syncFolder(dirname(resolve(folder)))
    if (isWhole) await rm(old, { recursive: true, force: true })
  }
}

// A copy that is being written changes all the time.
const staleMs = 3_600_000

/** Removes what killed processes left beside `folder`, which stands. `now` is in milliseconds since 1970. */
export async function sweepBeside(folder: string, now: number): Promise<void> {
  if (!(await exists(folder))) return
  for (const path of await asides(folder)) {
    const found = await stat(path).catch(() => undefined)
    const isDone = path.endsWith(".old") && !(await exists(path.slice(0, -".old".length)))
    if (found !== undefined && (isDone || now - found.mtimeMs > staleMs)) await rm(path, { recursive: true, force: true })
  }
}

/** Copies beside `folder`, new and old. */
async function asides(folder: string): Promise<string[]> {
  const whole = resolve(folder)
  const start = `${basename(whole)}.`
  const names = await readdir(dirname(whole)).catch(() => [])
  return names
    .filter((name) => name.startsWith(start) && /^[0-9a-f]{8}\.tmp(?:\.old)?$/u.test(name.slice(start.length)))
    .map((name) => join(dirname(whole), name))
}
