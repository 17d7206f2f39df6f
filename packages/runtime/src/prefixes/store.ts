/**
 * A bounded folder of what a model has read: the state of a sequence after a beginning. Everything in it can be lost: a
 * file that is missing, cut, changed or of another build is as good as none, and is removed.
 */
import { createHash, randomUUID } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { crc32 } from "node:zlib"

/** Where states are kept. */
export interface PrefixCacheOptions {
  readonly folder: string
  /** Bytes that all of them may take; by default 1 GiB. The one that was unused longest goes first. */
  readonly capacity?: number
}

/** Names one state. */
export interface PrefixKey {
  /** The model's file and the build that read it. */
  readonly identity: string
  readonly tokens: readonly number[]
  readonly scope: string | undefined
}

export interface PrefixStore {
  /** Gives `use` the file of a whole state. False where there is none, or where `use` fails or gives false: it is gone then. */
  load(key: PrefixKey, use: (path: string) => Promise<boolean>): Promise<boolean>
  /** Keeps what `write` puts into the file that it is given. False where that failed; a call never fails for it. */
  save(key: PrefixKey, write: (path: string) => Promise<unknown>): Promise<boolean>
  /** Removes the states of `scope`, or all of them. */
  drop(scope?: string): Promise<void>
}

const gibibyte = 1024 ** 3
const format = 1
/** A file that was begun so long ago will never be finished. */
const staleMs = 3_600_000

const hash = (...parts: readonly (string | Uint8Array)[]): string => {
  const digest = createHash("sha256")
  for (const part of parts) digest.update(part).update("\0")
  return digest.digest("hex").slice(0, 32)
}

const scopeName = (scope: string | undefined) => (scope === undefined ? "shared" : hash("scope", scope))

const nameOf = ({ identity, tokens, scope }: PrefixKey): string =>
  `${scopeName(scope)}-${hash(identity, new Uint8Array(Int32Array.from(tokens).buffer))}`

async function checksum(path: string): Promise<{ readonly bytes: number; readonly crc32: number }> {
  let [bytes, sum] = [0, 0]
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
    const piece = chunk as Buffer
    bytes += piece.length
    sum = crc32(piece, sum)
  }
  return { bytes, crc32: sum }
}

/** Opens a folder of states; it is made when the first one is kept. */
export function openPrefixStore({ folder, capacity = gibibyte }: PrefixCacheOptions): PrefixStore {
  const paths = (name: string) => ({ state: join(folder, `${name}.state`), note: join(folder, `${name}.json`) })
  const remove = async (name: string) => {
    const { state, note } = paths(name)
    await Promise.all([rm(note, { force: true }), rm(state, { force: true })])
  }
  const isWhole = async (name: string): Promise<boolean> => {
    const { state, note } = paths(name)
    const noted = JSON.parse(await readFile(note, "utf8")) as Record<string, unknown>
    if (noted["format"] !== format || noted["bytes"] !== (await stat(state)).size) return false
    return noted["crc32"] === (await checksum(state)).crc32
  }
  const files = () => readdir(folder).catch((): string[] => [])
  /** Makes room, and clears away what was never finished. */
  const bound = async (): Promise<void> => {
    const found = await Promise.all(
      (await files()).map(async (name) => {
        const info = await stat(join(folder, name)).catch(() => undefined)
        return { name, bytes: info?.size ?? 0, usedAt: info?.mtimeMs ?? 0 }
      }),
    )
    const stale = found.filter(({ name, usedAt }) => name.endsWith(".partial") && Date.now() - usedAt > staleMs)
    await Promise.all(stale.map(({ name }) => rm(join(folder, name), { force: true })))
    const states = found.filter(({ name }) => name.endsWith(".state")).toSorted((a, b) => a.usedAt - b.usedAt)
    let total = states.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { name, bytes } of states) {
      if (total <= capacity) return
      total -= bytes
      await remove(name.slice(0, -".state".length))
    }
  }
  return {
    load: async (key, use) => {
      const name = nameOf(key)
      const { state, note } = paths(name)
      // Most often there is none: no error is worth telling.
      if (await stat(note).then(() => false, () => true)) return false
      const isUsed = await isWhole(name).then((whole) => whole && use(state)).catch(() => false)
      if (isUsed) await utimes(state, new Date(), new Date()).catch(() => undefined)
      else await remove(name).catch(() => undefined)
      return isUsed
    },
    save: async (key, write) => {
      const { state, note } = paths(nameOf(key))
      const partial = join(folder, `${randomUUID()}.partial`)
      try {
        // What was read may be somebody's own words.
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await write(partial)
        const sums = await checksum(partial)
        if (sums.bytes > capacity) return false
        await writeFile(`${partial}.json.partial`, JSON.stringify({ format, ...sums }))
        await rename(partial, state)
        await rename(`${partial}.json.partial`, note)
        await bound()
        return true
      } catch {
        return false
      } finally {
        await Promise.all([partial, `${partial}.json.partial`].map((path) => rm(path, { force: true }).catch(() => undefined)))
      }
    },
    drop: async (scope) => {
      const names = (await files()).filter((name) => scope === undefined || name.startsWith(`${scopeName(scope)}-`))
      const ours = names.filter((name) => /\.(?:state|json|partial)$/u.test(name))
      await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })))
    },
  }
}
