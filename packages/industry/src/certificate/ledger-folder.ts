/** The delta ledger as a folder of small JSON files, one an attempt, safe for several processes. */
import { randomUUID } from "node:crypto"
import { link, mkdir, open, readFile, readdir, unlink } from "node:fs/promises"
import { join } from "node:path"
import { errors } from "./errors.ts"
import { spendDelta } from "./ledger.ts"
import type { Attempt, RecordedAttempt, Spend } from "./ledger.ts"

/** Remembers attempts. */
export interface DeltaLedger {
  /**
   * Records an attempt before anything is tested and says what it may spend. A crash after that costs nothing: the same
   * spec is the same attempt.
   */
  begin(attempt: Attempt & { readonly createdAt: string }): Promise<Spend>
  attempts(): Promise<readonly RecordedAttempt[]>
}

/** A ledger in `folder`, which is made when first needed. @throws ledger_damaged where a file of it cannot be read */
export function openDeltaLedger(folder: string): DeltaLedger {
  return {
    attempts: () => readAttempts(folder),
    async begin({ createdAt, ...attempt }) {
      await mkdir(folder, { recursive: true })
      for (;;) {
        const earlier = await readAttempts(folder)
        const spend = spendDelta(earlier, attempt)
        if (spend.isRepeated) return spend
        const record: RecordedAttempt = { ...attempt, attempt: spend.attempt, deltaSpent: spend.deltaSpent, createdAt }
        if (await writeNew(folder, fileName(earlier.length + 1), record)) return spend
      }
    },
  }
}

const fileName = (number: number): string => `attempt-${String(number).padStart(6, "0")}.json`

async function readAttempts(folder: string): Promise<RecordedAttempt[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  const files = names.filter((name) => /^attempt-\d+\.json$/u.test(name)).toSorted()
  return Promise.all(files.map((file) => readAttempt(join(folder, file))))
}

async function readAttempt(file: string): Promise<RecordedAttempt> {
  try {
    const value = JSON.parse(await readFile(file, "utf8")) as RecordedAttempt
    if (typeof value.specHash === "string" && Array.isArray(value.rowHashes) && value.attempt >= 1) return value
  } catch (cause) {
    throw errors.ledger_damaged({ file }, cause)
  }
  throw errors.ledger_damaged({ file })
}

/**
 * Writes aside, syncs, then links under the final name, which fails where another process was first: whole or not at
 * all. @returns false where the name was taken
 */
async function writeNew(folder: string, name: string, record: RecordedAttempt): Promise<boolean> {
  const aside = join(folder, `.${randomUUID()}.tmp`)
  const handle = await open(aside, "wx")
  try {
    await handle.writeFile(`${JSON.stringify(record)}\n`)
    await handle.sync()
    await handle.close()
    await link(aside, join(folder, name))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  } finally {
    await handle.close().catch(() => {})
    await unlink(aside).catch(() => {})
  }
}
