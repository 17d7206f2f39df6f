/** What a download needs of the outside world. Tests put their own in place. */
import { open, statfs } from "node:fs/promises"
import { pipIndex } from "./pip.ts"
import type { PackageIndex } from "./pip.ts"

/** A file that is written from a position on. */
export interface PartialFile {
  write(chunk: Uint8Array, position: number): Promise<void>
  close(): Promise<void>
}

/** Everything outside of the process. */
export interface PullPorts {
  readonly fetch: typeof fetch
  readonly packageIndex: PackageIndex
  /** Bytes that are free on the disk of `folder`. */
  freeBytes(folder: string): Promise<number>
  openPartial(path: string): Promise<PartialFile>
  /** A source that has not answered after this long counts as unreachable, in milliseconds. */
  readonly answerWithin: number
  /** A download that brought no byte for this long is broken off and resumed, in milliseconds. */
  readonly stallAfter: number
}

async function openPartial(path: string): Promise<PartialFile> {
  const handle = await open(path, "a+").then(async (created) => {
    await created.close()
    return open(path, "r+")
  })
  return {
    write: async (chunk, position) => {
      let offset = 0
      while (offset < chunk.byteLength) {
        const { bytesWritten } = await handle.write(chunk, offset, chunk.byteLength - offset, position + offset)
        offset += bytesWritten
      }
    },
    close: () => handle.close(),
  }
}

/** The real world. */
export const systemPorts: PullPorts = {
  fetch: (...args) => fetch(...args),
  packageIndex: pipIndex(),
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
  openPartial,
  answerWithin: 8_000,
  stallAfter: 30_000,
}
