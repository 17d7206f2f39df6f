/** The master keys as a file of the state folder, made once and never half-written. */
import { randomUUID } from "node:crypto"
import {
  closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync,
} from "node:fs"
import { join, resolve } from "node:path"
import { holdLock } from "@daydream/engine/lock"
import { secretErrors } from "./errors.ts"
import { newMasterKeyEntry, parseMasterKeys } from "./master-key.ts"

const heading = `# Master keys of this Daydream: they protect upstream credentials and the check of API keys.
# Keep a copy apart from the database's backup. Who has both has the credentials; without this file they are lost.
`

const codeOf = (error: unknown) => error instanceof Error && "code" in error ? error.code : undefined

function syncFolder(folder: string): void {
  // Windows cannot sync a folder; the file itself was synced.
  if (process.platform === "win32") return
  const handle = openSync(folder, "r")
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Writes a draft beside `file` (mode 0600, on disk), then `place`s it under the name in one step. */
function writeWhole(folder: string, text: string, place: (draft: string) => void): void {
  const draft = join(folder, `.master-keys-${randomUUID()}`)
  const handle = openSync(draft, "wx", 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    place(draft)
    syncFolder(folder)
  } finally {
    rmSync(draft, { force: true })
  }
}

const fileOf = (folder: string) => join(resolve(folder), "master-keys")

/** Makes the file unless there is one: of several processes that try at once, one wins and all read its key. */
function createOnce(folder: string): void {
  writeWhole(folder, `${heading}${newMasterKeyEntry(1)}\n`, (draft) => {
    try {
      linkSync(draft, fileOf(folder))
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
    }
  })
}

/** Text of the file, which is made if missing. Throws `master_key_exposed` where others may read it. */
export function readKeyFile(folder: string): string {
  const file = fileOf(folder)
  mkdirSync(folder, { recursive: true })
  try {
    statSync(file)
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
    createOnce(folder)
  }
  const mode = statSync(file).mode & 0o777
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw secretErrors.master_key_exposed({ file, mode: mode.toString(8).padStart(4, "0") })
  return readFileSync(file, "utf8")
}

/** Changes the entries of the file under a lock that all processes share. */
export async function changeKeyFile(
  folder: string, change: (entries: readonly string[], newest: number) => readonly string[],
): Promise<void> {
  const file = fileOf(folder)
  const lock = await holdLock(`${file}.lock`, 30_000)
  if (lock === undefined) throw secretErrors.master_key_busy({ file })
  try {
    const text = readKeyFile(folder)
    const newest = parseMasterKeys(text, file)[0]?.version ?? 0
    const entries = text.split(/[,\n]/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"))
    const wanted = `${heading}${change(entries, newest).join("\n")}\n`
    writeWhole(folder, wanted, (draft) => renameSync(draft, file))
  } finally {
    lock.release()
  }
}
