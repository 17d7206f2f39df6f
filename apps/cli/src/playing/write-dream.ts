/** A dream's files as a folder: written aside and renamed, so that it is there whole or not at all. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { DreamFile } from "@daydream/dream/bundle"

export async function writeDream(folder: string, files: readonly DreamFile[]): Promise<void> {
  const draft = `${folder}.part`
  await rm(draft, { recursive: true, force: true })
  for (const { path, bytes } of files) {
    const file = join(draft, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  await rename(draft, folder)
}
