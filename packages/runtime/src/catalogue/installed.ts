/** Which models lie on this machine, and where. */
import { stat } from "node:fs/promises"
import { basename, join } from "node:path"
import { catalogue } from "./catalogue.ts"
import { bytesOf } from "./entry.ts"
import type { ModelEntry, ModelFile } from "./entry.ts"
import { errors } from "./errors.ts"
import { localPaths, modelFolder } from "./folder.ts"
import type { Environment } from "./folder.ts"

/** Where to look for models. */
export interface LocateOptions {
  /** Folder of models; by default {@link modelFolder}. */
  readonly folder?: string
  /** Folders or files to look in first; by default those of `DAYDREAM_MODEL_PATH`. */
  readonly localPaths?: readonly string[]
  readonly catalogue?: readonly ModelEntry[]
  readonly env?: Environment
}

/** A model that is ready on this machine. */
export interface InstalledModel {
  readonly entry: ModelEntry
  /** Absolute path of each file, by its name in the catalogue. */
  readonly files: Readonly<Record<string, string>>
}

/** A model of the catalogue and whether it is here. */
export interface ModelListing {
  readonly entry: ModelEntry
  readonly bytes: number
  readonly installed: InstalledModel | undefined
  /** Bytes of an unfinished download that the next one goes on from. */
  readonly partialBytes: number
  /** True if every file is pinned by its SHA-256. */
  readonly isPinned: boolean
}

/** The entry of `modelId`. Throws `unknown_model`. */
export function entryOf(modelId: string, entries: readonly ModelEntry[] = catalogue): ModelEntry {
  const entry = entries.find((candidate) => candidate.id === modelId)
  if (entry === undefined) throw errors.unknown_model({ modelId, modelIds: entries.map((candidate) => candidate.id) })
  return entry
}

const hasSize = (path: string, bytes: number): Promise<boolean> =>
  stat(path).then((found) => found.isFile() && found.size === bytes, () => false)

/** Names under which people keep a model's file: ours, and those that the sources use. */
function localNames(entry: ModelEntry, file: ModelFile): readonly string[] {
  const sourceNames = file.sources.flatMap((source) => (source.kind === "packages" ? [] : [basename(source.path)]))
  return [join(entry.id, file.name), ...sourceNames, file.name]
}

/** The file in a folder of the user's own, found by name and size. */
export async function findLocal(entry: ModelEntry, file: ModelFile, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    for (const candidate of [path, ...localNames(entry, file).map((name) => join(path, name))]) {
      if (await hasSize(candidate, file.bytes)) return candidate
    }
  }
  return undefined
}

/**
 * Finds `modelId` on this machine, or gives undefined. A file in the models' folder was verified before it got its name;
 * a file of `DAYDREAM_MODEL_PATH` is recognised by name and size here, and verified by `pullModel`.
 */
export async function locateModel(modelId: string, options: LocateOptions = {}): Promise<InstalledModel | undefined> {
  const entry = entryOf(modelId, options.catalogue)
  const folder = join(options.folder ?? modelFolder(options.env), entry.id)
  const paths = options.localPaths ?? localPaths(options.env)
  const files: Record<string, string> = {}
  for (const file of entry.files) {
    const kept = join(folder, file.name)
    const path = (await findLocal(entry, file, paths)) ?? ((await hasSize(kept, file.bytes)) ? kept : undefined)
    if (path === undefined) return undefined
    files[file.name] = path
  }
  return { entry, files }
}

/** Every model of the catalogue with its state on this machine. */
export async function listModels(options: LocateOptions = {}): Promise<readonly ModelListing[]> {
  const folder = options.folder ?? modelFolder(options.env)
  return Promise.all(
    (options.catalogue ?? catalogue).map(async (entry) => {
      const partials = entry.files.map((file) => stat(join(folder, entry.id, `${file.name}.partial`)).then((f) => f.size, () => 0))
      return {
        entry,
        bytes: bytesOf(entry),
        installed: await locateModel(entry.id, options),
        partialBytes: (await Promise.all(partials)).reduce((sum, size) => sum + size, 0),
        isPinned: entry.files.every((file) => file.sha256 !== undefined),
      }
    }),
  )
}
