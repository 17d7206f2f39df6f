/** The dream that an author means, with everything that is wrong with it. */
import { existsSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { openDreamLibrary, parseDream, readDreamFolder, shippedDreams } from "@daydream/dream/bundle"
import type { Dream, DreamFile, DreamLibrary, DreamProblem } from "@daydream/dream/bundle"
import { bundleErrors } from "@daydream/dream/bundle"
import { ownDreams } from "../playing/index.ts"

export interface OpenedDream {
  readonly folder: string
  readonly files: readonly DreamFile[]
  /** Undefined where one of the problems is an error. */
  readonly dream: Dream | undefined
  readonly problems: readonly DreamProblem[]
}

/** Dreams of the user, then those that are shipped. */
export const libraryOf = (state: string): DreamLibrary => openDreamLibrary({ folders: [ownDreams(state), shippedDreams] })

async function folderOf(given: string, state: string): Promise<string> {
  if (existsSync(given) && statSync(given).isDirectory()) return resolve(given)
  if (/[/\\]/u.test(given)) throw bundleErrors.dream_folder_missing({ folder: given })
  const list = await libraryOf(state).list()
  const found = list.find(({ id }) => id === given)
  if (found === undefined) throw bundleErrors.dream_unknown({ id: given, known: list.map(({ id }) => id) })
  return found.folder
}

/** The dream in a folder, or of an id. Throws where there is none. */
export async function openDream(given: string, state: string): Promise<OpenedDream> {
  const folder = await folderOf(given, state)
  const files = await readDreamFolder(folder)
  return { folder, files, ...parseDream(files) }
}
