/** Where the master keys come from, and how they are found by version. */
import { join, resolve } from "node:path"
import { secretErrors } from "./errors.ts"
import { changeKeyFile, readKeyFile } from "./key-file.ts"
import { newMasterKeyEntry, parseMasterKeys } from "./master-key.ts"
import type { MasterKey } from "./master-key.ts"

export interface SecretsOptions {
  /** State folder; the file `master-keys` is made in it unless there is one. */
  readonly folder?: string
  /** Keys as text; default: the variable DAYDREAM_MASTER_KEY. Where given, no file is read or made. */
  readonly masterKey?: string
}

/** The master keys of this process. Several versions may be readable; the newest seals. */
export interface Secrets {
  readonly source: "file" | "environment"
  /** The newest key, read anew from the file. */
  newest(): MasterKey
  /** The key that sealed a value. Throws `master_key_missing` or `master_key_wrong`. */
  find(version: number, fingerprint: string): MasterKey
  /** Adds a new random version to the file. From the environment: throws `master_key_single` unless a version above `used` stands there. */
  addVersion(used: number): Promise<MasterKey>
  /** Takes all versions but `kept` out of the file; nothing to do for the environment. */
  keepOnly(kept: ReadonlySet<number>): Promise<void>
}

/** Opens the master keys: of the text or DAYDREAM_MASTER_KEY where there is one, else of the file in `folder`. */
export async function openSecrets(options: SecretsOptions = {}): Promise<Secrets> {
  const text = options.masterKey ?? process.env["DAYDREAM_MASTER_KEY"]
  if (text !== undefined && text !== "") return fromEnvironment(text)
  return fromFile(options.folder ?? ".daydream")
}

function finder(where: string, read: () => readonly MasterKey[], held: readonly MasterKey[]) {
  let keys = held
  return (version: number, fingerprint: string): MasterKey => {
    const fits = () => keys.find((key) => key.version === version && key.fingerprint === fingerprint)
    const known = fits()
    if (known !== undefined) return known
    keys = read()
    const found = fits()
    if (found !== undefined) return found
    if (keys.some((key) => key.version === version)) throw secretErrors.master_key_wrong({ where, version })
    throw secretErrors.master_key_missing({ where, version })
  }
}

const firstOf = (keys: readonly MasterKey[]): MasterKey => {
  const [newest] = keys
  if (newest === undefined) throw new Error("parseMasterKeys gives at least one key")
  return newest
}

function fromEnvironment(text: string): Secrets {
  const where = "DAYDREAM_MASTER_KEY"
  const keys = parseMasterKeys(text, where)
  return {
    source: "environment",
    newest: () => firstOf(keys),
    find: finder(where, () => keys, keys),
    addVersion: async (used) => {
      const newest = firstOf(keys)
      if (newest.version <= used) throw secretErrors.master_key_single({ version: newest.version })
      return newest
    },
    keepOnly: async () => undefined,
  }
}

function fromFile(folder: string): Secrets {
  const where = join(resolve(folder), "master-keys")
  const read = () => parseMasterKeys(readKeyFile(folder), where)
  return {
    source: "file",
    newest: () => firstOf(read()),
    find: finder(where, read, read()),
    addVersion: async (used) => {
      await changeKeyFile(folder, (entries, newest) => [newMasterKeyEntry(Math.max(newest, used) + 1), ...entries])
      return firstOf(read())
    },
    keepOnly: (kept) =>
      changeKeyFile(folder, (entries) =>
        entries.filter((line) => kept.has(Number(/^(\d+)\s*[:\s]/.exec(line)?.[1] ?? 1)))),
  }
}
