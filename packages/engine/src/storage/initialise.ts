/** Makes the data folder of an embedded database: whole or not at all, with a random password of its own. */
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { access, chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { isDaydreamError } from "../errors/index.ts"
import { errors } from "./errors.ts"
import type { Owner } from "./owner.ts"
import { majorOf } from "./place.ts"
import type { Programs } from "./place.ts"

const run = promisify(execFile)

/** Name of the database role that owns everything in an embedded store. */
export const roleName = "daydream"

const exists = (path: string) => access(path).then(() => true, () => false)

/** Makes `<place>/data` where it is missing; refuses one of another major version. Call under the store's lock. */
export async function ensureDataFolder(place: string, programs: Programs, owner: Owner | undefined): Promise<string> {
  const data = join(place, "data")
  if (await exists(join(data, "PG_VERSION"))) {
    const found = (await readFile(join(data, "PG_VERSION"), "utf8")).trim()
    const needed = majorOf(programs.version)
    if (found !== needed) throw errors.store_other_version({ folder: place, found, needed })
    return data
  }
  await initialise(place, data, programs, owner)
  return data
}

/** The password of the store; `store_password_lost` where its file is missing. */
export async function readPassword(place: string): Promise<string> {
  try {
    return (await readFile(join(place, "password"), "utf8")).trim()
  } catch (error) {
    throw errors.store_password_lost({ folder: place }, error)
  }
}

async function initialise(place: string, data: string, programs: Programs, owner: Owner | undefined): Promise<void> {
  // Built aside and renamed last, so that a kill in between leaves nothing that looks like a store.
  const partial = join(place, "data.partial")
  await rm(partial, { recursive: true, force: true })
  const password = randomBytes(24).toString("base64url")
  const passwordForServer = join(place, "initial-password")
  try {
    await mkdir(partial, { mode: 0o700 })
    await writeFile(join(place, "password"), `${password}\n`, { mode: 0o600 })
    await chmod(join(place, "password"), 0o600)
    await writeFile(passwordForServer, `${password}\n`, { mode: 0o600 })
    if (owner !== undefined) {
      await chown(partial, owner.uid, owner.gid)
      await chown(passwordForServer, owner.uid, owner.gid)
    }
    // The builtin locale sorts by code point on every machine alike.
    const flags = [`--pgdata=${partial}`, `--username=${roleName}`, `--pwfile=${passwordForServer}`,
      "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    await run(programs.initdb, flags, { ...owner, cwd: place, env: { ...process.env, LC_ALL: "C" } })
    await rename(partial, data)
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    if (isDaydreamError(error)) throw error
    const reason = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error)
    if (/No space left on device|ENOSPC/.test(`${reason} ${String(error)}`)) throw errors.database_disk_full({ at: place }, error)
    throw errors.store_start_failed({ folder: place, reason }, error)
  } finally {
    await rm(passwordForServer, { force: true }).catch(() => undefined)
  }
}
