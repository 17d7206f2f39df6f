/** Files that are there whole or not at all. */
import { randomUUID } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { asDiskError, isSystemError } from "./errors.ts"

/** Makes a rename or a new file in `folder` survive a power cut. Does nothing where folders cannot be synced (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r")
    await handle.sync()
  } catch (error) {
    if (!isSystemError(error, "EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP")) throw error
  }
}

async function writeAside(path: string, bytes: Uint8Array | string): Promise<void> {
  await using handle = await open(path, "wx")
  await handle.writeFile(bytes)
  await handle.sync()
}

/**
 * Writes `bytes` aside, syncs, and renames to `path` (folders are made as needed): whoever reads `path` sees the old
 * content or the new, never a part, even after a power cut. Throws `disk_full`; nothing is left behind then.
 */
export async function atomicWriteFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const aside = `${path}.${randomUUID()}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeAside(aside, bytes)
    await rename(aside, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(aside, { force: true })
    throw asDiskError(error, path)
  }
}
