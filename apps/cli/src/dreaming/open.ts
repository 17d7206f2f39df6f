/** The dream that an author means, with everything that is wrong with it. */
import { existsSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
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

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()

async function folderOf(given: string, state: string): Promise<string> {
  const isPath = /[/\\]/u.test(given)
  if (existsSync(join(given, "dream.yaml")) || (isPath && isFolder(given))) return resolve(given)
  if (isPath) throw bundleErrors.dream_folder_missing({ folder: given })
  const list = await dreamsOf(state).list()
  const found = list.find(({ id }) => id === given)
  if (found !== undefined) return found.folder
  if (isFolder(given)) return resolve(given)
  throw bundleErrors.dream_unknown({ id: given, known: list.map(({ id }) => id) })
}

/** The dream in a folder, or of an id. Throws where there is none. */
export async function openDream(given: string, state: string): Promise<OpenedDream> {
  const folder = await folderOf(given, state)
  const files = await readDreamFolder(folder)
  return { folder, files, ...parseDream(files) }
}
