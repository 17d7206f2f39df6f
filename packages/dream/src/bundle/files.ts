/** The files of a dream's folder, sorted by what they are. */
import { createHash } from "node:crypto"
import type { StoryFile } from "../story/index.ts"
import type { WorldFile } from "../world/index.ts"
import type { DreamFile, DreamProblem } from "./model.ts"
import { problemOfFile } from "./problem.ts"

export interface SortedFiles {
  readonly dream: WorldFile | undefined
  readonly world: readonly WorldFile[]
  readonly characters: readonly WorldFile[]
  readonly lore: readonly WorldFile[]
  readonly stories: readonly StoryFile[]
  readonly tests: readonly WorldFile[]
}

type Part = Exclude<keyof SortedFiles, "dream"> | "dream"

function partOf(path: string): Part | undefined {
  if (path === "dream.yaml") return "dream"
  if (path === "world.yaml" || /^world\/[^/]+\.yaml$/u.test(path)) return "world"
  if (/^characters\/[^/]+\.yaml$/u.test(path)) return "characters"
  if (/^lore\/[^/]+\.json$/u.test(path)) return "lore"
  if (/^[^/]+\.ink$/u.test(path)) return "stories"
  if (/^tests\/[^/]+\.yaml$/u.test(path)) return "tests"
  return undefined
}

const byPath = (a: DreamFile, b: DreamFile) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

/** Sorts the files by what they are, each decoded; what has no place is told. */
export function sortFiles(files: readonly DreamFile[], problems: DreamProblem[]): SortedFiles {
  const parts: Record<Exclude<Part, "dream">, WorldFile[]> = { world: [], characters: [], lore: [], stories: [], tests: [] }
  let dream: WorldFile | undefined
  for (const { path, bytes } of files.toSorted(byPath)) {
    const part = partOf(path)
    if (part === undefined) {
      if (/\.(?:ya?ml|ink|json)$/iu.test(path)) problems.push(problemOfFile("file_unread", path))
      continue
    }
    let text: string
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    } catch {
      problems.push(problemOfFile("not_utf8", path))
      continue
    }
    if (part === "dream") dream = { name: path, text }
    else parts[part].push({ name: path, text })
  }
  return { dream, ...parts }
}

/** SHA-256 over the paths and bytes of all files, in the order of their paths. */
export function hashFiles(files: readonly DreamFile[]): string {
  const hash = createHash("sha256")
  for (const { path, bytes } of files.toSorted(byPath)) hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  return hash.digest("hex")
}
