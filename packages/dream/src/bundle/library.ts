/** Dreams at hand: those that are shipped and those of the user, each in a folder of its own. */
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { isDaydreamError } from "@daydream/engine/errors"
import type { DaydreamError } from "@daydream/engine/errors"
import { bundleErrors } from "./errors.ts"
import { hashFiles } from "./files.ts"
import { readDreamFolder } from "./folder.ts"
import type { Dream, DreamFile, DreamProblem } from "./model.ts"
import { parseDream } from "./parse.ts"

/** The folder of the dreams that come with the package. */
export const shippedDreams = fileURLToPath(new URL("../../dreams/", import.meta.url))

/** A folder of the library. `dream` is undefined where something is wrong with its files. */
export interface DreamListing {
  /** The dream's id; of a broken one, the folder's name. */
  readonly id: string
  readonly folder: string
  readonly dream: Dream | undefined
  readonly problems: readonly DreamProblem[]
}

export interface DreamLibrary {
  /** Every dream, in the order of the library's folders and then of their names; the first of an id counts. */
  list(): Promise<DreamListing[]>
  /** Throws `dream_unknown`, and `invalid_dream` where its files are wrong. */
  find(id: string): Promise<Dream>
}

function problemOfError({ code, texts }: DaydreamError): DreamProblem {
  const text = (field: "message" | "hint") => ({ en: texts.en[field] ?? "", zh: texts.zh[field] ?? "" })
  return { code, severity: "error", file: ".", line: 0, column: 0, message: text("message"), hint: text("hint") }
}

/**
 * A library over folders that each hold dreams' folders; a folder that is not there is empty. A dream is read again only
 * after its files have changed.
 */
export function openDreamLibrary({ folders = [shippedDreams] }: { readonly folders?: readonly string[] } = {}): DreamLibrary {
  const kept = new Map<string, { readonly hash: string; readonly listing: DreamListing }>()

  async function read(folder: string, name: string): Promise<DreamListing | undefined> {
    const path = join(folder, name)
    let files: readonly DreamFile[]
    try {
      files = await readDreamFolder(path)
    } catch (error) {
      // One folder that cannot be read does not hide the others.
      if (!isDaydreamError(error)) throw error
      return { id: name, folder: path, dream: undefined, problems: [problemOfError(error)] }
    }
    if (!files.some((file) => file.path === "dream.yaml")) return undefined
    const hash = hashFiles(files)
    const before = kept.get(path)
    if (before?.hash === hash) return before.listing
    const { dream, problems } = parseDream(files)
    const listing = { id: dream?.id ?? name, folder: path, dream, problems }
    kept.set(path, { hash, listing })
    return listing
  }

  async function list(): Promise<DreamListing[]> {
    const listings = new Map<string, DreamListing>()
    for (const folder of folders) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (!entry.isDirectory() || entry.name.startsWith(".")) continue
        const listing = await read(folder, entry.name)
        if (listing !== undefined && !listings.has(listing.id)) listings.set(listing.id, listing)
      }
    }
    return [...listings.values()]
  }

  async function find(id: string): Promise<Dream> {
    // Most often the folder is called as the dream is.
    for (const folder of folders) {
      const names: readonly string[] = await readdir(folder).catch(() => [])
      const isThere = names.includes(id)
      const listing = isThere ? await read(folder, id) : undefined
      if (listing?.dream?.id === id) return listing.dream
    }
    const listings = await list()
    const listing = listings.find((one) => one.id === id)
    if (listing === undefined) throw bundleErrors.dream_unknown({ id, known: listings.map((one) => one.id) })
    if (listing.dream === undefined) throw bundleErrors.invalid_dream({ problems: listing.problems })
    return listing.dream
  }
  return { list, find }
}
