/** Variants inside variants, as files: inner ones lie in subfolders. */
import type { VariantFiles } from "@daydream/engine/function"
import { errors } from "./errors.ts"

export const formatVersion = 1

/** Puts `files` under `folder/`. */
export const nest = (folder: string, files: VariantFiles): VariantFiles =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]))

/** Takes out what lies under `folder/`. */
export const unnest = (folder: string, files: VariantFiles): VariantFiles =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, bytes]) =>
      path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), bytes] as const] : [],
    ),
  )

/** A value as a JSON file. */
export const jsonFile = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)

/** Reads a JSON object of a variant. @throws variant_file_damaged */
export function readJsonFile(files: VariantFiles, file: string, kind: string): Readonly<Record<string, unknown>> {
  const bytes = files[file]
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    throw errors.variant_file_damaged({ file, kind }, cause)
  }
  throw errors.variant_file_damaged({ file, kind })
}
