/** A dream's folder on disk, read whole. */
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { bundleErrors } from "./errors.ts"
import type { DreamFile } from "./model.ts"

const mostFiles = 500
const mostBytes = 16_000_000
const deepest = 4

/**
 * Every file of the folder, but for those whose name begins with a dot. Throws `dream_folder_missing`, `dream_link`
 * (links are never followed: a dream may come from a stranger) and `dream_too_large` (500 files, 16 MB).
 */
export async function readDreamFolder(folder: string): Promise<DreamFile[]> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true) throw bundleErrors.dream_folder_missing({ folder })
  const files: DreamFile[] = []
  let bytes = 0
  const visit = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue
      const inside = path === "" ? entry.name : `${path}/${entry.name}`
      if (entry.isSymbolicLink()) throw bundleErrors.dream_link({ path: inside })
      if (entry.isDirectory() && depth < deepest) await visit(inside, depth + 1)
      if (!entry.isFile()) continue
      const { size } = await stat(join(folder, inside))
      bytes += size
      if (files.length >= mostFiles || bytes > mostBytes)
        throw bundleErrors.dream_too_large({ folder, files: mostFiles, bytes: mostBytes })
      files.push({ path: inside, bytes: new Uint8Array(await readFile(join(folder, inside))) })
    }
  }
  await visit("", 0)
  return files
}
