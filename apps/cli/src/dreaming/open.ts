/** The dream that an author means, with everything that is wrong with it. */
import { existsSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { bundleErrors, parseDream, readDreamFolder } from "@daydream/dream/bundle"
import type { Dream, DreamFile, DreamProblem } from "@daydream/dream/bundle"
import { dreamsOf } from "../playing/index.ts"

export interface OpenedDream {
  readonly folder: string
  readonly files: readonly DreamFile[]
  /** Undefined where one of the problems is an error. */
  readonly dream: Dream | undefined
  readonly problems: readonly DreamProblem[]
}

async function folderOf(given: string, state: string): Promise<string> {
  if (existsSync(given) && statSync(given).isDirectory()) return resolve(given)
  if (/[/\\]/u.test(given)) throw bundleErrors.dream_folder_missing({ folder: given })
  const list = await dreamsOf(state).list()
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
