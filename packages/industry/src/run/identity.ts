/** What a file or plan is known by, so that a run is continued only with the very input and plan that began it. */
import { createHash } from "node:crypto"
import { open, readFile, readdir, stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"

const edgeBytes = 1 << 20

/** Identity of an input file: cheap to take whatever its size. */
export interface FileIdentity {
  readonly bytes: number
  /** Time of the last change in milliseconds since 1970. */
  readonly modifiedMs: number
  /** SHA-256 of the first and last mebibyte. */
  readonly edges: string
}

/** Takes the identity of the file at `path`. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  const file = await open(path, "r")
  try {
    const { size, mtimeMs } = await file.stat()
    const digest = createHash("sha256")
    for (const start of size > edgeBytes ? [0, Math.max(edgeBytes, size - edgeBytes)] : [0]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(edgeBytes), 0, edgeBytes, start)
      digest.update(buffer.subarray(0, bytesRead))
    }
    return { bytes: size, modifiedMs: mtimeMs, edges: digest.digest("hex") }
  } finally {
    await file.close()
  }
}

export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.bytes === b.bytes && a.modifiedMs === b.modifiedMs && a.edges === b.edges

/** Files of a plan by relative path with forward slashes, sorted; hidden ones (caches, locks) are no part of it. */
export async function planFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [""]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((name) => !name.split("/").some((piece) => piece.startsWith(".")))
    .toSorted()
}

/**
 * SHA-256 of a plan: of its manifest, which holds the hash of every file, or of all files where it has none. A plan that
 * was moved or copied stays the same plan, and records that commands add beside it change nothing.
 */
export async function identifyPlan(path: string): Promise<string> {
  const manifest = await readFile(join(path, "plan.json")).catch(() => undefined)
  if (manifest !== undefined) return createHash("sha256").update(manifest).digest("hex")
  const digest = createHash("sha256")
  for (const name of await planFiles(path)) {
    const bytes = await readFile(name === "" ? path : join(path, name))
    digest.update(`${name}\u0000${bytes.length}\u0000`).update(bytes)
  }
  return digest.digest("hex")
}
