/** A new dream on disk. */
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { characterJsonSchema, dreamJsonSchema, dreamTemplate } from "@daydream/dream/bundle"
import { testJsonSchema } from "@daydream/dream/dream-test"
import { worldJsonSchema } from "@daydream/dream/world"
import type { Language } from "@daydream/engine/language"
import { dreamingErrors } from "./errors.ts"

/** An id out of a folder's name; one of our own where nothing of it can be used. */
export function idOf(folder: string): string {
  const id = basename(resolve(folder)).normalize("NFKD").toLowerCase().replaceAll(/[^a-z0-9_-]+/gu, "-").replaceAll(/^[^a-z]+|[-_]+$/gu, "").slice(0, 64)
  return id === "" ? "my-dream" : id
}

/** Where editors look up what may stand in a file. The folder is hidden, so that it is no part of the dream. */
const schemas = {
  "dream.schema.json": dreamJsonSchema, "world.schema.json": worldJsonSchema, "character.schema.json": characterJsonSchema, "test.schema.json": testJsonSchema,
} as const

function schemaOf(path: string): string | undefined {
  if (path === "dream.yaml" || path === "world.yaml") return `.schema/${path.replace(".yaml", ".schema.json")}`
  if (path.startsWith("characters/")) return "../.schema/character.schema.json"
  return path.startsWith("tests/") ? "../.schema/test.schema.json" : undefined
}

async function write(folder: string, path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(join(folder, dirname(path)), { recursive: true })
  await writeFile(join(folder, path), bytes, { flag: "wx" })
}

/** Writes a small whole dream into `folder`. Throws `dream_folder_taken` where it holds something. */
export async function scaffoldDream(folder: string, language: Language): Promise<{ readonly id: string; readonly files: readonly string[] }> {
  const inside = await readdir(folder).catch(() => [])
  if (inside.length > 0) throw dreamingErrors.dream_folder_taken({ folder })
  const id = idOf(folder)
  const files = await dreamTemplate(language, id)
  for (const { path, bytes } of files) {
    const schema = schemaOf(path)
    await write(folder, path, schema === undefined ? bytes : `# yaml-language-server: $schema=${schema}\n${new TextDecoder().decode(bytes)}`)
  }
  for (const [name, schema] of Object.entries(schemas)) await write(folder, `.schema/${name}`, `${JSON.stringify(schema(), undefined, 2)}\n`)
  return { id, files: files.map(({ path }) => path) }
}
