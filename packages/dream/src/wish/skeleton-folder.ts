/** The skeletons that come with the package. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Language } from "@daydream/engine/language"
import { parse } from "yaml"
import { readDreamFolder } from "../bundle/index.ts"
import { createSkeleton } from "./skeleton.ts"
import type { Skeleton } from "./skeleton.ts"

const shipped = fileURLToPath(new URL("../../skeletons/", import.meta.url))

/** Skeletons of a language: `skeletons/<id>/<language>/slots.yaml` and the files beside it. */
export async function readSkeletons(language: Language, folder = shipped): Promise<Skeleton[]> {
  const names = (await readdir(folder)).toSorted()
  const found: Skeleton[] = []
  for (const name of names) {
    const path = join(folder, name, language)
    const document = await readFile(join(path, "slots.yaml"), "utf8").catch(() => undefined)
    if (document === undefined) continue
    const files = (await readDreamFolder(path)).filter((file) => file.path !== "slots.yaml")
    found.push(createSkeleton(parse(document), files))
  }
  return found
}
