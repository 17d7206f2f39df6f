/**
 * Whom the embedded server runs as. PostgreSQL refuses to run as root, so under root it runs as the OS user
 * `postgres` (made if missing), and everything it touches must belong to that user on a path that it may enter.
 */
import { execFile } from "node:child_process"
import { stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** The OS user of the server; undefined where it is the user of this process. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

const isRoot = () => process.getuid?.() === 0

const idOf = async (flag: "-u" | "-g") => Number((await run("id", [flag, "postgres"])).stdout)

const lookUp = async (): Promise<Owner> => ({ uid: await idOf("-u"), gid: await idOf("-g") })

/** The user to run as: undefined (ourselves) unless we are root. */
export async function serverOwner(): Promise<Owner | undefined> {
  if (!isRoot()) return undefined
  try {
    return await lookUp()
  } catch {
    await run("groupadd", ["--system", "postgres"]).catch(() => undefined)
    await run("useradd", ["--system", "--no-create-home", "--gid", "postgres", "--shell", "/bin/sh", "postgres"])
    return lookUp()
  }
}

/** Whether `owner` may enter every existing folder on the way to `path`. Folders yet to be made count as enterable. */
export async function mayEnter(owner: Owner | undefined, path: string): Promise<boolean> {
  if (owner === undefined) return true
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const facts = await stat(folder).catch(() => undefined)
    if (facts !== undefined) {
      const bit = facts.uid === owner.uid ? 0o100 : facts.gid === owner.gid ? 0o010 : 0o001
      if ((facts.mode & bit) === 0) return false
    }
    if (dirname(folder) === folder) return true
  }
}
