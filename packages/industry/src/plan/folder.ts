/** Reads and writes a plan's folder. A plan appears whole under its name or not at all. */
import { createHash } from "node:crypto"
import { mkdir, readFile, readdir, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { atomicWriteFile } from "@daydream/engine/artifact"
import { planErrors } from "./errors.ts"
import { manifestSchema, planFormatVersion, type PlanManifest } from "./manifest.ts"
import { nameAside, recoverFolder, replaceFolder, sweepBeside } from "./replace.ts"
import type { VariantFiles } from "@daydream/engine/function"

const manifestName = "plan.json"
const variantFolder = "variant"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

/** Files of a plan beside its manifest: `variant/…` and whatever documents (ladder, certificate) the maker adds. */
export interface PlanContents {
  readonly manifest: Omit<PlanManifest, "files" | "formatVersion">
  readonly variant: VariantFiles
  readonly documents: Readonly<Record<string, string>>
}

/** Writes `contents` as the folder `path`, replacing an older plan of that name. Throws `plan_folder_taken`. */
export async function writePlanFolder(path: string, contents: PlanContents): Promise<PlanManifest> {
  const folder = resolve(path)
  await recoverFolder(folder)
  const standing = await whatIsAt(folder)
  if (standing === "other") throw planErrors.plan_folder_taken({ folder: path })
  const files: Record<string, Uint8Array> = {}
  for (const [path, bytes] of Object.entries(contents.variant)) files[`${variantFolder}/${path}`] = bytes
  for (const [path, text] of Object.entries(contents.documents)) files[path] = Buffer.from(text, "utf8")
  const manifest: PlanManifest = {
    formatVersion: planFormatVersion,
    ...contents.manifest,
    files: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)])),
  }
  const aside = nameAside(folder)
  try {
    for (const [path, bytes] of Object.entries(files)) await writeInside(join(aside, path), bytes)
    await writeInside(join(aside, manifestName), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
    await replaceFolder(aside, folder)
    await sweepBeside(folder, Date.now())
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    throw error
  }
  return manifest
}

/** The manifest of the plan at `folder`. Throws `plan_not_found`, `plan_damaged`, `plan_too_new`. */
export async function readManifest(folder: string): Promise<PlanManifest> {
  await recoverFolder(folder)
  const text = await readFile(join(folder, manifestName), "utf8").catch(() => undefined)
  if (text === undefined) throw planErrors.plan_not_found({ folder })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw planErrors.plan_damaged({ folder, file: manifestName, problem: String(error) })
  }
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === "number" && version > planFormatVersion)
    throw planErrors.plan_too_new({ folder, version, known: planFormatVersion })
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success)
    throw planErrors.plan_damaged({ folder, file: manifestName, problem: parsed.error.issues[0]?.message ?? "" })
  return parsed.data as PlanManifest
}

/** One document of the plan (certificate.json, ladder.json …), verified; undefined where the plan has none. */
export async function readPlanDocument(folder: string, manifest: PlanManifest, path: string) {
  if (!(path in manifest.files)) return undefined
  return Buffer.from(await readVerified(folder, manifest, path)).toString("utf8")
}

/** The variant's files, verified against the manifest. */
export async function readVariantFiles(folder: string, manifest: PlanManifest): Promise<VariantFiles> {
  const files: Record<string, Uint8Array> = {}
  for (const path of Object.keys(manifest.files)) {
    if (!path.startsWith(`${variantFolder}/`)) continue
    files[path.slice(variantFolder.length + 1)] = await readVerified(folder, manifest, path)
  }
  return files
}

async function readVerified(folder: string, manifest: PlanManifest, path: string): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, path)).catch((error: unknown) => {
    throw planErrors.plan_damaged({ folder, file: path, problem: String(error) }, error)
  })
  if (sha256(bytes) !== manifest.files[path])
    throw planErrors.plan_damaged({ folder, file: path, problem: "its contents do not match the manifest" })
  return bytes
}

async function whatIsAt(folder: string): Promise<"nothing" | "plan" | "other"> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) return "nothing"
  if (!found.isDirectory()) return "other"
  const names = await readdir(folder)
  return names.length === 0 || names.includes(manifestName) ? "plan" : "other"
}

async function writeInside(path: string, bytes: Uint8Array) {
  await mkdir(dirname(path), { recursive: true })
  await atomicWriteFile(path, bytes)
}
