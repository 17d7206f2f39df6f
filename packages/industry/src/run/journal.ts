/**
 * The folder of a run in progress: numbered part files and a journal. A part is synced to the disk before the journal
 * names it, and the journal is synced after, so what the journal names is there whatever happens next.
 */
import { createHash, randomUUID } from "node:crypto"
import { existsSync, statSync } from "node:fs"
import { appendFile, mkdir, open, readFile, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { tryLock, lockHolder } from "@daydream/engine/lock"
import type { Lock } from "@daydream/engine/lock"
import { isDiskFull, runErrors } from "./errors.ts"
import { decodePart, encodePart } from "./part.ts"
import type { Answer } from "./part.ts"
import { restoreTotals, storeTotals } from "./totals.ts"
import type { RunTotals, StoredTotals } from "./totals.ts"

/** What a run is bound to. `input` and `plan` are compared when it is continued. */
export interface RunBinding {
  /** Identity of the input, any JSON value. */
  readonly input: unknown
  /** Identity of the plan. */
  readonly plan: string
  /** Rows a batch; the first run's value holds for its continuations, since batches must not shift. */
  readonly batchRows: number
}

/** One kept part. */
export interface PartEntry {
  readonly number: number
  /** From 1. */
  readonly firstRow: number
  readonly rows: number
  /** SHA-256 of the file. */
  readonly checksum: string
  readonly totals: RunTotals
}

/** The folder of a run, held by this process alone. */
export interface RunFolder {
  readonly path: string
  readonly runId: string
  readonly batchRows: number
  /** Kept parts, in order and without a gap. */
  readonly parts: readonly PartEntry[]
  /** Number of the first row that has no answer yet. */
  readonly nextRow: number
  /** Keeps the answers to the next rows. When it returns, they survive anything short of a broken disk. */
  append(answers: readonly Answer[], totals: RunTotals): Promise<void>
  read(part: PartEntry): Promise<Answer[]>
  /** Removes the folder: its work is done. */
  remove(): Promise<void>
  /** Lets go of the folder and keeps it. */
  release(): void
}

interface Header extends RunBinding {
  readonly version: 1
  readonly runId: string
}

type StoredEntry = Omit<PartEntry, "totals"> & { readonly totals: StoredTotals }

export interface RunFolderOptions {
  readonly path: string
  readonly binding: RunBinding
  /** Throw away what is there. */
  readonly restart?: boolean
  /** Names for messages. */
  readonly inputName: string
  readonly planName: string
  readonly outputName: string
}

const journalOf = (path: string) => join(path, "journal.jsonl")
const partOf = (path: string, number: number) => join(path, `${String(number).padStart(6, "0")}.part`)
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Opens the folder of a run, new or to be continued; refuses another input or plan, and a folder in use. */
export async function openRunFolder(options: RunFolderOptions): Promise<RunFolder> {
  const { path } = options
  try {
    const lock = await lockFolder(options)
    try {
      const { header, entries } = await prepare(options)
      return runFolder(path, header, entries, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw isDiskFull(error) ? runErrors.run_disk_full({ path }, error) : error
  }
}

async function lockFolder({ path, outputName }: RunFolderOptions): Promise<Lock> {
  const lockPath = join(path, "lock")
  for (;;) {
    await mkdir(path, { recursive: true })
    await (await open(lockPath, "a")).close()
    const before = statSync(lockPath, { throwIfNoEntry: false })?.ino
    const lock = tryLock(lockPath)
    if (lock === undefined) throw runErrors.run_output_busy({ path: outputName, pid: lockHolder(lockPath) })
    // A run that ended just now took its folder away: then what we locked is no longer at this path.
    if (before !== undefined && statSync(lockPath, { throwIfNoEntry: false })?.ino === before) return lock
    lock.release()
  }
}

async function prepare(options: RunFolderOptions): Promise<{ header: Header; entries: PartEntry[] }> {
  const { path, binding } = options
  if (options.restart !== true && existsSync(journalOf(path))) {
    const found = await readJournal(path)
    if (found !== undefined) {
      check(options, found.header)
      return found
    }
  }
  const header: Header = { version: 1, runId: randomUUID(), ...binding }
  await rm(journalOf(path), { force: true })
  await writeSynced(journalOf(path), Buffer.from(`${JSON.stringify(header)}\n`))
  return { header, entries: [] }
}

function check({ path, binding, inputName, planName }: RunFolderOptions, header: Header): void {
  if (header.version !== 1) throw runErrors.run_parts_unknown({ folder: path })
  if (!same(header.input, binding.input)) throw runErrors.run_input_changed({ path: inputName, parts: path })
  if (header.plan !== binding.plan) throw runErrors.run_plan_changed({ path: planName, parts: path })
}

/** The journal up to its last whole line; a torn line is cut off, so that the next one starts on its own. */
async function readJournal(path: string): Promise<{ header: Header; entries: PartEntry[] } | undefined> {
  const bytes = await readFile(journalOf(path))
  const end = bytes.lastIndexOf(10) + 1
  // Not even the header was written: nothing was kept.
  if (end === 0) return undefined
  if (end < bytes.length) await truncateSynced(journalOf(path), end)
  const lines = bytes.subarray(0, end).toString("utf8").trimEnd().split("\n")
  try {
    const [header, ...entries] = lines.map((line) => JSON.parse(line) as unknown)
    if ((header as Header).version !== 1) throw runErrors.run_parts_unknown({ folder: path })
    return {
      header: header as Header,
      entries: (entries as StoredEntry[]).map((entry) => ({ ...entry, totals: restoreTotals(entry.totals) })),
    }
  } catch (error) {
    throw runErrors.run_parts_unknown({ folder: path }, error)
  }
}

function runFolder(path: string, header: Header, entries: PartEntry[], lock: Lock): RunFolder {
  const parts = [...entries]
  const nextRow = () => {
    const last = parts.at(-1)
    return last === undefined ? 1 : last.firstRow + last.rows
  }
  const append = async (answers: readonly Answer[], totals: RunTotals) => {
    const number = parts.length + 1
    const bytes = encodePart(answers)
    const entry = { number, firstRow: nextRow(), rows: answers.length, checksum: sha256(bytes), totals }
    await writeSynced(partOf(path, number), bytes)
    await appendSynced(journalOf(path), `${JSON.stringify({ ...entry, totals: storeTotals(totals) })}\n`)
    parts.push(entry)
  }
  return {
    path,
    runId: header.runId,
    batchRows: header.batchRows,
    parts,
    get nextRow() {
      return nextRow()
    },
    append: (answers, totals) =>
      append(answers, totals).catch((error: unknown) => {
        throw isDiskFull(error) ? runErrors.run_disk_full({ path }, error) : error
      }),
    read: async (part) => {
      const file = partOf(path, part.number)
      const bytes = await readFile(file).catch((error: unknown) => {
        throw runErrors.run_parts_damaged({ path: file }, error)
      })
      if (sha256(bytes) !== part.checksum) throw runErrors.run_parts_damaged({ path: file })
      return decodePart(bytes)
    },
    remove: async () => {
      // Renamed first: half a folder must never pass for a run to continue.
      const done = `${path}.done-${randomUUID().slice(0, 8)}`
      await rename(path, done)
      lock.release()
      await rm(done, { recursive: true, force: true })
    },
    release: () => lock.release(),
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w")
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(dirname(path))
}

async function appendSynced(path: string, text: string): Promise<void> {
  const { size } = statSync(path)
  try {
    await appendFile(path, text, { flush: true })
  } catch (error) {
    // A full disk may have taken half of the line.
    await truncateSynced(path, size).catch(() => undefined)
    throw error
  }
}

async function truncateSynced(path: string, size: number): Promise<void> {
  const file = await open(path, "r+")
  try {
    await file.truncate(size)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the name of a new file durable; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return
  const folder = await open(path, "r")
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
