/** A card as a folder that people and other tools can edit, and back. */
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { basename, dirname, extname, join } from "node:path"
import {
  createAssetPaths,
  diffJson,
  editCard,
  editJson,
  formatJson,
  isObject,
  isPng,
  lorebookOfCard,
  parseJson,
  parseLorebook,
  pictureOf,
  readCard,
  readCardOrBook,
  resolveAssets,
  valueOf,
  type CardFile,
  type JsonDocument,
  type ReadFile,
} from "@daydream/dream/card"
import { cardFolderErrors } from "./errors.ts"

const manifestName = "import.json"

/** What the folder was made from. Hashes tell what was edited since. */
interface Manifest {
  readonly kind: ReadFile["kind"]
  readonly original: string
  readonly hashes: Readonly<Record<string, string>>
}

const hashOf = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex")

/** Whether `folder` is missing or empty. */
async function isFree(folder: string): Promise<boolean> {
  return !existsSync(folder) || (await readdir(folder)).length === 0
}

/** The folder that an import of `path` writes where none is named: the file's name without its ending. */
export const folderFor = (path: string): string => {
  const name = basename(path, extname(path))
  return name === basename(path) ? `${name}-card` : name
}

/** Files of the folder for what was read, by path inside it. */
function filesOf(read: ReadFile): Map<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>()
  if (read.kind === "chat") {
    const { userName, characterName, messages } = read.file
    files.set("chat.json", `${JSON.stringify({ userName, characterName, messages }, undefined, 2)}\n`)
  } else if (read.kind === "lorebook") files.set("lorebook.json", formatJson(read.file.document))
  else {
    files.set("card.json", formatJson(read.file.document))
    const lorebook = lorebookOfCard(read.file.document)
    if (lorebook !== undefined) files.set("lorebook.json", lorebook)
    const pathOf = createAssetPaths()
    for (const asset of resolveAssets(read.file)) {
      if (asset.bytes === undefined || asset.place === "picture") continue
      files.set(pathOf(asset), asset.bytes)
      if (asset.type === "icon" && asset.name === "main" && isPng(asset.bytes)) files.set("avatar.png", asset.bytes)
    }
    const picture = pictureOf(read.file)
    if (picture !== undefined) files.set("avatar.png", picture)
  }
  return files
}

/** Writes `read` (the content of the file `path`) into `folder`. Gives the paths written. Throws `card_folder_taken`. */
export async function writeCardFolder(
  read: ReadFile,
  bytes: Uint8Array,
  path: string,
  folder: string,
  overwrite: boolean,
): Promise<string[]> {
  if (!(await isFree(folder))) {
    // Only what an import wrote is replaced: a folder of something else is never emptied.
    if (!overwrite || !existsSync(join(folder, manifestName))) throw cardFolderErrors.card_folder_taken({ folder })
    await rm(folder, { recursive: true })
  }
  const files = filesOf(read)
  const hashes = Object.fromEntries([...files].map(([name, content]) => [name, hashOf(content)]))
  const original = `original/${basename(path)}`
  files.set(original, bytes)
  files.set(manifestName, `${JSON.stringify({ kind: read.kind, original, hashes } satisfies Manifest, undefined, 2)}\n`)
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return [...files.keys()]
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  if (!existsSync(join(folder, manifestName))) return undefined
  const value = valueOf(parseJson(await readFile(join(folder, manifestName), "utf8")).root)
  if (!isObject(value) || typeof value["original"] !== "string" || !isObject(value["hashes"])) return undefined
  // Only a file beside it, whatever the manifest says.
  return { ...(value as unknown as Manifest), original: `original/${basename(value["original"])}` }
}

/** A card in a folder: the file that it came from with what was edited since, and a picture that was exchanged. */
export interface CardFolder {
  readonly file: CardFile
  readonly picture?: Uint8Array
  readonly edited: readonly string[]
}

/** Reads the folder of an import, or any folder with a `card.json`. Throws `card_folder_without_card` and errors of cards. */
export async function readCardFolder(folder: string): Promise<CardFolder> {
  const cardPath = join(folder, "card.json")
  if (!existsSync(cardPath)) throw cardFolderErrors.card_folder_without_card({ folder })
  const manifest = await readManifest(folder)
  const changed = async (name: string): Promise<Uint8Array | undefined> => {
    if (!existsSync(join(folder, name))) return undefined
    const bytes = await readFile(join(folder, name))
    return manifest?.hashes[name] === hashOf(bytes) ? undefined : bytes
  }
  const originalPath = manifest === undefined ? undefined : join(folder, manifest.original)
  const original = readCard(
    await readFile(originalPath !== undefined && existsSync(originalPath) ? originalPath : cardPath),
  )
  const [card, lorebook, picture] = await Promise.all([
    changed("card.json"),
    changed("lorebook.json"),
    changed("avatar.png"),
  ])
  let wanted: JsonDocument = card === undefined ? original.document : readCard(card).document
  if (lorebook !== undefined) wanted = withLorebook(wanted, new TextDecoder().decode(lorebook))
  const edited = Object.entries({ "card.json": card, "lorebook.json": lorebook, "avatar.png": picture }).flatMap(
    ([name, bytes]) => (bytes === undefined ? [] : [name]),
  )
  const edits = wanted === original.document ? [] : diffJson(original.document, wanted)
  return {
    file: editCard(original, edits),
    edited: manifest === undefined ? [] : edited,
    ...(picture === undefined ? {} : { picture }),
  }
}

function withLorebook(document: JsonDocument, text: string): JsonDocument {
  const book = parseLorebook(text)
  if (book === undefined) return document
  const root = valueOf(document.root)
  const path = isObject(root) && isObject(root["data"]) ? ["data", "character_book"] : ["character_book"]
  return editJson(document, [{ path, value: book }])
}

/** What `path` holds: a file, or the folder of an import. */
export async function readPath(
  path: string,
): Promise<{ readonly read: ReadFile; readonly bytes?: Uint8Array; readonly picture?: Uint8Array }> {
  if (existsSync(join(path, "card.json"))) {
    const { file, picture } = await readCardFolder(path)
    return { read: { kind: "card", file }, ...(picture === undefined ? {} : { picture }) }
  }
  const bytes = await readFile(path)
  return { read: readCardOrBook(bytes), bytes }
}
