/** Which dream is meant: one that is shipped, one of the user's, or a folder. */
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { openDreamLibrary, parseDream, readDreamFolder, requireDream, shippedDreams } from "@daydream/dream/bundle"
import type { DreamLibrary } from "@daydream/dream/bundle"

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

/** A library with what `given` names, and the id to ask it for. */
export async function libraryFor(given: string, state: string): Promise<{ readonly library: DreamLibrary; readonly id: string }> {
  const others = dreamsOf(state)
  return existsSync(join(given, "dream.yaml")) ? withFolder(resolve(given), others) : { library: others, id: given }
}
