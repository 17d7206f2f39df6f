/** One file of a keyed cache, appended to by one process only. */
import { closeSync, constants, fdatasync, fstatSync, ftruncate, openSync, write } from "node:fs"
import { promisify } from "node:util"
import { asDiskError } from "./errors.ts"
import { LOG_HEADER, encodeRecord, scanRecords } from "./record-log.ts"
import type { RecordPlace, ScanResult } from "./record-log.ts"

const truncate = promisify(ftruncate)
const sync = promisify(fdatasync)

// `promisify(write)` cannot choose among the overloads.
const writeAt = (file: number, bytes: Buffer, from: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    write(file, bytes, from, bytes.byteLength - from, position, (error, written) =>
      error === null ? resolve(written) : reject(error))
  })

/** A segment that others write, or wrote: read only. */
export interface ReadSegment {
  readonly file: number
  readonly scan: ScanResult
}

/** Opens a segment and reports its records. Its torn tail, which its writer may be about to finish, is left alone. */
export function openReadSegment(path: string, found: (place: RecordPlace) => void): ReadSegment {
  const file = openSync(path, constants.O_RDONLY)
  try {
    return { file, scan: scanRecords(file, fstatSync(file).size, found) }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** A record to append; `placed` is called with its offset once it is durable. */
interface Pending {
  readonly bytes: Buffer
  readonly done: (offset: number) => void
  readonly failed: (error: unknown) => void
}

/** The segment that this process appends to. */
export interface WriteSegment {
  readonly file: number
  readonly scan: ScanResult
  /** Resolves to the record's offset when it is on the disk. */
  append(key: string, value: Uint8Array): Promise<number>
  /** Waits for what is under way, then closes. */
  close(): Promise<void>
}

/**
 * Opens (or makes) a segment to append to; a torn tail is cut off. Records that arrive while a write is under way are
 * written and synced together, so that many writers share one sync. A failed write is cut off again.
 */
export async function openWriteSegment(path: string, found: (place: RecordPlace) => void): Promise<WriteSegment> {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  const scan = scanRecords(file, fstatSync(file).size, found)
  let end = scan.end
  await truncate(file, end)
  if (end === 0) end += await writeAt(file, LOG_HEADER, 0, 0)
  let waiting: Pending[] = []
  let working: Promise<void> | null = null

  const writeTogether = async (batch: readonly Pending[]) => {
    const bytes = Buffer.concat(batch.map((one) => one.bytes))
    let done = 0
    while (done < bytes.byteLength) done += await writeAt(file, bytes, done, end + done)
    await sync(file)
    for (const one of batch) {
      one.done(end)
      end += one.bytes.byteLength
    }
  }
  const work = async () => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await writeTogether(batch)
      } catch (error) {
        await truncate(file, end).catch(() => undefined)
        for (const one of batch) one.failed(asDiskError(error, path))
      }
    }
    working = null
  }
  return {
    file,
    scan,
    append: (key, value) => new Promise((done, failed) => {
      waiting.push({ bytes: encodeRecord(key, value), done, failed })
      working ??= work()
    }),
    async close() {
      await working
      closeSync(file)
    },
  }
}
