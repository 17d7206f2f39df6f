/** A small dream to begin from. */
import { fileURLToPath } from "node:url"
import { readDreamFolder } from "./folder.ts"
import type { Language } from "@daydream/engine/language"
import type { DreamFile } from "./model.ts"

const folderOf = (language: Language) => fileURLToPath(new URL(`../../templates/${language}/`, import.meta.url))

/** The files of a small whole dream in `language`, called `id`; to be written into a folder and changed. */
export async function dreamTemplate(language: Language, id: string): Promise<DreamFile[]> {
  const files = await readDreamFolder(folderOf(language))
  return files.map(({ path, bytes }) => {
    if (path !== "dream.yaml") return { path, bytes }
    const text = new TextDecoder().decode(bytes).replace(/^id: .*$/mu, `id: ${id}`)
    return { path, bytes: new TextEncoder().encode(text) }
  })
}
