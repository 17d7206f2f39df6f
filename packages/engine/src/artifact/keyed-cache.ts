/** Values by key that survive a kill: what was paid for once is not paid for again. */
import { closeSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { syncFolder } from "./atomic-write-file.ts"
import { isSystemError } from "./errors.ts"
import { readRecord } from "./record-log.ts"
import { openReadSegment, openWriteSegment } from "./segment.ts"
import { claimName, listSegments, releaseName, takeOverSegment } from "./segment-owner.ts"
import type { RecordPlace } from "./record-log.ts"
import type { WriteSegment } from "./segment.ts"

/** Values by key. A key that is set again keeps the newer value. */
export interface KeyedCache {
  /** Number of keys. */
  readonly size: number
  get(key: string): Promise<Uint8Array | null>
  /** Resolves when the value is durable: it survives whatever happens after. Throws `disk_full`. */
  set(key: string, value: Uint8Array): Promise<void>
  /** Waits for writes under way. */
  close(): Promise<void>
}

/** A keyed cache in memory, for tests and for work that needs no resuming. */
export function createMemoryCache(): KeyedCache {
  const values = new Map<string, Uint8Array>()
  return {
    get size() {
      return values.size
    },
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value.slice()),
    close: async () => undefined,
  }
}

// A place in memory is one number: segment × 2^40 + offset. A hundred thousand keys take some 15 MB.
const SPAN = 2 ** 40

/** Opens all segments of the others. One that is taken over meanwhile is found under its new name by another look. */
async function openOthers(folder: string, own: string | null, found: (file: number, place: RecordPlace) => void) {
  const files: number[] = []
  for (const name of await listSegments(folder)) {
    if (name === own) continue
    const index = files.length
    try {
      files.push(openReadSegment(join(folder, name), (place) => found(index, place)).file)
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error
      for (const file of files) closeSync(file)
      return null
    }
  }
  return files
}

/**
 * Opens a cache on disk: append-only logs in `folder`, each record with its length and CRC-32. After a kill at any
 * moment all acknowledged values are there, and a half-written last record is gone. Each process appends to a segment
 * of its own, so several may use one folder; what another one adds is seen at the next opening. A value that got
 * damaged on disk is a miss, never a wrong answer.
 */
export async function openKeyedCache(folder: string): Promise<KeyedCache> {
  await mkdir(folder, { recursive: true })
  const places = new Map<string, number>()
  const taken = await takeOverSegment(folder)
  let others: number[] | null = null
  while (others === null) {
    places.clear()
    others = await openOthers(folder, taken, (file, place) => places.set(place.key, (file + 1) * SPAN + place.offset))
  }
  const readers = others
  const openOwn = async (name: string) => ({
    name,
    segment: await openWriteSegment(join(folder, name), (place) => places.set(place.key, place.offset)),
  })
  let own: Promise<{ name: string; segment: WriteSegment }> | null = taken === null ? null : openOwn(taken)
  await own
  const makeOwn = async () => {
    const made = await openOwn(claimName())
    await syncFolder(folder)
    return made
  }
  let isClosed = false
  const fileAt = async (index: number) => (index === 0 ? (await own)?.segment.file : readers[index - 1])

  return {
    get size() {
      return places.size
    },
    async get(key) {
      const place = places.get(key)
      if (place === undefined || isClosed) return null
      const file = await fileAt(Math.floor(place / SPAN))
      return file === undefined ? null : readRecord(file, place % SPAN, key)
    },
    async set(key, value) {
      if (isClosed) throw new Error("The cache is closed.")
      own ??= makeOwn()
      const { segment } = await own
      places.set(key, await segment.append(key, value))
    },
    async close() {
      if (isClosed) return
      isClosed = true
      for (const file of readers) closeSync(file)
      const last = await own
      await last?.segment.close()
      if (last !== undefined && last !== null) releaseName(last.name)
    },
  }
}
