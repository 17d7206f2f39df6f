/** Bytes kept under their own hash. */
import { createHash } from "node:crypto"
import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { atomicWriteFile } from "./atomic-write-file.ts"
import { artifactErrors, isSystemError } from "./errors.ts"

/** Immutable bytes by their SHA-256 (64 hexadecimal digits). */
export interface ContentStore {
  /** Keeps the bytes and returns their hash; bytes that are there already are not written again. */
  put(bytes: Uint8Array): Promise<string>
  /** The bytes, verified, or null where there are none. Throws `artifact_damaged`. */
  get(hash: string): Promise<Uint8Array | null>
}

/** SHA-256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex")

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null
    throw error
  }
}

/** A content store in a folder, one file an artifact. Safe for many processes: a file appears whole or not at all. */
export function openContentStore(folder: string): ContentStore {
  const pathOf = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new RangeError(`Not a SHA-256: ${hash}`)
    return join(folder, hash.slice(0, 2), hash)
  }
  return {
    async put(bytes) {
      const hash = sha256(bytes)
      if ((await sizeOf(pathOf(hash))) !== bytes.byteLength) await atomicWriteFile(pathOf(hash), bytes)
      return hash
    },
    async get(hash) {
      const path = pathOf(hash)
      if ((await sizeOf(path)) === null) return null
      const bytes = await readFile(path)
      const found = sha256(bytes)
      if (found !== hash) throw artifactErrors.artifact_damaged({ path, expected: hash, found })
      return bytes
    },
  }
}
