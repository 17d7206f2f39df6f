/** Versions of dreams: a session keeps the files in which it began, so that no edit breaks it. */
import { sha256 } from "@daydream/engine/artifact"
import { describeError } from "@daydream/engine/errors"
import type { Store } from "@daydream/engine/storage"
import { hashFiles, readDreamFolder, requireDream } from "../bundle/index.ts"
import type { Dream, DreamFile, DreamLibrary } from "../bundle/index.ts"
import type { Transaction } from "../memory/index.ts"
import { errors } from "./errors.ts"
import type { SessionRow } from "./rows.ts"

/** Where sessions find dreams. */
export interface DreamSource {
  /** The dream as it is now. Throws `dream_unknown`. */
  find(id: string): Promise<Dream>
  /** The files of exactly this version; null where they have changed meanwhile. */
  filesOf(dream: Dream): Promise<readonly DreamFile[] | null>
}

/** The dreams of a library. */
export const dreamSourceOf = (library: DreamLibrary): DreamSource => ({
  find: (id) => library.find(id),
  filesOf: async ({ id, hash }) => {
    const listings = await library.list()
    const folder = listings.find((listing) => listing.id === id)?.folder
    const files = folder === undefined ? [] : await readDreamFolder(folder)
    return hashFiles(files) === hash ? files : null
  },
})

/** What is needed for names, notices and labels. */
export type DreamAbout = Pick<Dream, "names" | "made" | "freedom">

export interface DreamVersions {
  /** The dream as it is now, and a way to keep its files within a transaction. Throws `dream_unknown`. */
  current(id: string): Promise<{ readonly dream: Dream; readonly keep: (transaction: Transaction, at: Date) => Promise<void> }>
  /** The dream of a session, in the session's version. Throws `dream_version_lost`. */
  of(session: Pick<SessionRow, "id" | "dream" | "dreamHash">): Promise<Dream>
  /** What a session shows without its dream being read. */
  about(hash: string): Promise<DreamAbout>
  /** True where the version is kept here. */
  has(hash: string): Promise<boolean>
}

/** Read versions that stay in this process. */
const capacity = 16
/** Files may change while they are read. */
const attempts = 5

export function createVersions(store: Store, source: DreamSource): DreamVersions {
  const known = new Map<string, Dream>()
  const remember = (dream: Dream): Dream => {
    known.delete(dream.hash)
    known.set(dream.hash, dream)
    for (const oldest of known.keys()) if (known.size > capacity) known.delete(oldest)
    return dream
  }
  const has = async (hash: string) => (await store.query("select from dream_session.dream_version where hash = $1", [hash])).length > 0

  const read = async (hash: string): Promise<Dream> => {
    const rows = await store.query<{ path: string; bytes: Buffer | null }>(
      `select f.path, d.bytes from dream_session.dream_version v, jsonb_to_recordset(v.files) f (path text, hash text)
       left join dream_session.dream_file d on d.hash = f.hash where v.hash = $1`, [hash])
    const files = rows.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, bytes: new Uint8Array(bytes) }]))
    if (hashFiles(files) !== hash) throw new Error("its files are not whole")
    return requireDream(files)
  }
  return {
    has,
    about: async (hash) => {
      const [row] = await store.query<{ about: DreamAbout }>("select about from dream_session.dream_version where hash = $1", [hash])
      return row?.about ?? { names: {}, made: { by: "author" }, freedom: "select" }
    },
    current: async (id) => {
      for (let attempt = 1; ; attempt++) {
        const dream = remember(await source.find(id))
        if (await has(dream.hash)) return { dream, keep: async () => undefined }
        const files = await source.filesOf(dream)
        if (files !== null) return { dream, keep: (transaction, at) => keepVersion(transaction, dream, files, at) }
        if (attempt === attempts) throw new Error(`the files of the dream ${id} keep changing`)
      }
    },
    of: async ({ id: session, dream: id, dreamHash }) => {
      const dream = known.get(dreamHash)
      if (dream !== undefined) return remember(dream)
      try {
        return remember(await read(dreamHash))
      } catch (error) {
        throw errors.dream_version_lost({ session, dream: id, reason: describeError(error, "en").message }, error)
      }
    },
  }
}

async function keepVersion(transaction: Transaction, dream: Dream, files: readonly DreamFile[], at: Date): Promise<void> {
  const named = files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes), hash: sha256(bytes) }))
  await transaction.query(
    "insert into dream_session.dream_file (hash, bytes) select distinct on (hash) * from unnest($1::text[], $2::bytea[]) f (hash, bytes) on conflict do nothing",
    [named.map(({ hash }) => hash), named.map(({ bytes }) => bytes)])
  const knots = Object.fromEntries(Object.values(dream.stories).map((story) => [story.identity, story.knots]))
  await transaction.query(
    `insert into dream_session.dream_version (hash, dream, world_hash, files, knots, about, kept_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing`,
    [dream.hash, dream.id, dream.world.hash, JSON.stringify(named.map(({ path, hash }) => ({ path, hash }))), knots,
      { names: dream.names, made: dream.made, freedom: dream.freedom } satisfies DreamAbout, at])
}
