/** Which dream is meant: one that is shipped, one of the user's, a folder, or a character card. */
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { openDreamLibrary, parseDream, readDreamFolder, requireDream, shippedDreams } from "@daydream/dream/bundle"
import type { DreamLibrary } from "@daydream/dream/bundle"
import { writeDream } from "./write-dream.ts"

/** Where dreams of the user lie: those made from wishes too. */
export const ownDreams = (state: string): string => join(state, "dreams")

/** The dreams of the user and those that are shipped. */
export const dreamsOf = (state: string): DreamLibrary => openDreamLibrary({ folders: [ownDreams(state), shippedDreams] })

/** One folder before all others. Throws `invalid_dream` where it is asked for and its files are wrong. */
async function withFolder(folder: string, others: DreamLibrary): Promise<{ readonly library: DreamLibrary; readonly id: string }> {
  const { id } = requireDream(await readDreamFolder(folder))
  const library: DreamLibrary = {
    list: async () => {
      const { dream, problems } = parseDream(await readDreamFolder(folder))
      const rest = await others.list()
      return [{ id: dream?.id ?? id, folder, dream, problems }, ...rest.filter((one) => one.id !== id)]
    },
    find: async (wanted) => (wanted === id ? requireDream(await readDreamFolder(folder)) : others.find(wanted)),
  }
  return { library, id }
}

/** A card becomes a folder among the user's dreams, once; equal cards share it. */
async function folderOfCard(path: string, state: string): Promise<string> {
  const [{ readCard }, { dreamOfCard }, { sha256 }] = await Promise.all([
    import("@daydream/dream/card"), import("@daydream/dream/card-dream"), import("@daydream/engine/artifact"),
  ])
  const bytes = new Uint8Array(await readFile(path))
  const card = readCard(bytes)
  const id = `card-${sha256(bytes).slice(0, 10)}`
  const folder = join(ownDreams(state), id)
  if (!existsSync(folder)) await writeDream(folder, dreamOfCard(card, { id }))
  return folder
}

/** A library with what `given` names, and the id to ask it for. */
export async function libraryFor(given: string, state: string): Promise<{ readonly library: DreamLibrary; readonly id: string }> {
  const others = dreamsOf(state)
  if (/\.(?:png|json|charx)$/iu.test(given) && existsSync(given)) return withFolder(resolve(await folderOfCard(given, state)), others)
  return existsSync(join(given, "dream.yaml")) ? withFolder(resolve(given), others) : { library: others, id: given }
}
