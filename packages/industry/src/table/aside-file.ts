/** A file that is written aside and gets its name when it is whole. */
import { randomUUID } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { asDiskError, isSystemError, syncFolder } from "@daydream/engine/artifact"
import { tableErrors } from "./errors.ts"

export interface AsideFile {
  /** Where the bytes are until `close`. */
  readonly asidePath: string
  /** Collects small pieces, writes large ones. Throws `disk_full`. */
  write(bytes: Uint8Array): Promise<void>
  /** Syncs and gives the file its name. */
  close(): Promise<void>
  /** Removes what was written. */
  abort(): Promise<void>
}

const bufferBytes = 256 * 1024

/** The fault of a system call on `path` in words that a user can act on. */
export function asWriteError(error: unknown, path: string): unknown {
  if (isSystemError(error, "EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "EEXIST", "EBUSY", "ENOTEMPTY")) {
    return tableErrors.not_writable({ path, reason: (error as NodeJS.ErrnoException).code ?? "" }, error)
  }
  return asDiskError(error, path)
}

/** Opens a file beside `path`; the folder is made where it is missing. */
export async function openAside(path: string): Promise<AsideFile> {
  const asidePath = `${path}.${randomUUID()}.part`
  const attempt = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action()
    } catch (error) {
      throw asWriteError(error, path)
    }
  }
  const handle = await attempt(async () => {
    await mkdir(dirname(path), { recursive: true })
    return open(asidePath, "wx")
  })
  let pieces: Uint8Array[] = []
  let held = 0
  const flush = async (): Promise<void> => {
    const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
    pieces = []
    held = 0
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten
  }
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => undefined)
    await rm(asidePath, { force: true })
  }
  return {
    asidePath,
    write: async (bytes) => {
      pieces.push(bytes)
      held += bytes.length
      if (held >= bufferBytes) await attempt(flush)
    },
    close: async () => {
      try {
        await attempt(async () => {
          await flush()
          await handle.sync()
          await handle.close()
          await rename(asidePath, path)
          await syncFolder(dirname(path))
        })
      } catch (error) {
        await discard()
        throw error
      }
    },
    abort: discard,
  }
}
