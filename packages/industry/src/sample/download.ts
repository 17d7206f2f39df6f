/** A published file, fetched once, resumed where it broke off, and believed only when its SHA-256 is right. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { asDiskError, isSystemError, syncFolder } from "@daydream/engine/artifact"
import { sampleErrors } from "./errors.ts"

export interface PublishedFile {
  /** Addresses in the order in which they are tried. */
  readonly urls: readonly string[]
  readonly bytes: number
  readonly sha256: string
}

export interface DownloadOptions {
  readonly fetch?: typeof fetch
  readonly abortSignal?: AbortSignal
  /** Called with bytes had and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void
  /** Longest wait for an answer or for the next bytes; default 30,000 ms. */
  readonly timeoutMilliseconds?: number
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return -1
    throw error
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256")
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer)
  return hash.digest("hex")
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

/** Fetches from one address into `part`, going on after what is there. */
async function fetchInto(url: string, part: string, file: PublishedFile, options: DownloadOptions): Promise<void> {
  const had = Math.max(0, await sizeOf(part))
  if (had >= file.bytes) return
  const silence = new AbortController()
  const wait = options.timeoutMilliseconds ?? 30_000
  let timer = setTimeout(() => silence.abort(new Error(`no answer in ${wait / 1_000} s`)), wait)
  const signals = [silence.signal, ...(options.abortSignal === undefined ? [] : [options.abortSignal])]
  try {
    const response = await (options.fetch ?? fetch)(url, {
      signal: AbortSignal.any(signals),
      headers: had > 0 ? { range: `bytes=${had}-` } : {},
    })
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
    const isResumed = response.status === 206
    await using handle = await open(part, isResumed ? "a" : "w")
    let done = isResumed ? had : 0
    for await (const bytes of response.body) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(new Error(`no bytes for ${wait / 1_000} s`)), wait)
      done += bytes.length
      if (done > file.bytes) throw new Error("more bytes came than were published")
      await handle.writeFile(bytes)
      options.onProgress?.(done, file.bytes)
    }
    await handle.sync()
    if (done < file.bytes) throw new Error(`broke off after ${done} of ${file.bytes} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Makes sure that `path` holds the published file; a file placed there by hand counts when its checksum is right.
 * Throws `no_network` (which names the address and the place), `wrong_checksum`, `disk_full`.
 */
export async function downloadFile(path: string, file: PublishedFile, options: DownloadOptions = {}): Promise<void> {
  if ((await sizeOf(path)) >= 0) {
    const found = await hashOf(path)
    if (found === file.sha256) return
    throw sampleErrors.wrong_checksum({ path, expected: file.sha256, found })
  }
  const part = `${path}.part`
  await mkdir(dirname(path), { recursive: true })
  let failure: unknown
  for (const url of file.urls) {
    try {
      await fetchInto(url, part, file, options)
      failure = undefined
      break
    } catch (error) {
      options.abortSignal?.throwIfAborted()
      if (isSystemError(error, "ENOSPC", "EDQUOT", "EACCES", "EROFS")) throw asDiskError(error, path)
      failure = error
    }
  }
  if (failure !== undefined) {
    throw sampleErrors.no_network({ url: file.urls[0] ?? "", path, reason: reasonOf(failure) }, failure)
  }
  const found = await hashOf(part)
  if (found !== file.sha256) {
    await rm(part, { force: true })
    throw sampleErrors.wrong_checksum({ path, expected: file.sha256, found })
  }
  await rename(part, path)
  await syncFolder(dirname(path))
}
