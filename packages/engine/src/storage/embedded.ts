/**
 * The embedded database, shared by every process that opens the same folder: the first starts the server, the others
 * attach, the last to leave stops it. A server whose clients were all killed lives on; the next to open attaches to it.
 * A server that dies under its clients is started again by one of them, at the same port.
 */
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Client } from "pg"
import { holdLock, lockHolder } from "../lock/index.ts"
import type { Lock } from "../lock/index.ts"
import { errors } from "./errors.ts"
import { explainFailure } from "./failure.ts"
import { ensureDataFolder, readPassword, roleName } from "./initialise.ts"
import { serverOwner } from "./owner.ts"
import { findPrograms, resolvePlace } from "./place.ts"
import { dropForeignState, runningServer } from "./postmaster.ts"
import { startServer, stopServer } from "./server.ts"

const lockWaitMs = 90_000

/** Marks the one connection that each open store holds: who holds one counts as present. */
const presenceName = "daydream-presence"

/** A use of the embedded database. */
export interface Embedded {
  readonly url: string
  /** Folder that really holds the data. */
  readonly place: string
  /** Leaves; stops the server where nobody else is left. */
  readonly leave: () => Promise<void>
}

/** Uses the embedded database of `folder`, made and started as needed. */
export async function enterEmbedded(folder: string): Promise<Embedded> {
  const owner = await serverOwner()
  const [place, programs] = await Promise.all([resolvePlace(folder, owner), findPrograms(owner)])
  const lockPath = join(place, "lock")
  const data = join(place, "data")
  const enter = () =>
    underLock(place, lockPath, async () => {
      await ensureDataFolder(place, programs, owner)
      const password = await readPassword(place)
      await dropForeignState(data)
      const server = (await awaitReady(data)) ?? (await startServer(place, data, programs, owner))
      const url = `postgres://${roleName}:${password}@127.0.0.1:${server.port}/postgres`
      return { url, presence: await attach(url, place, data) }
    })
  const { url, presence } = await enter()
  const current = stayPresent(presence, async () => (await enter()).presence)
  const leave = async () => {
    const last = await current.stop()
    await underLock(place, lockPath, async () => {
      const others = await countOthers(last)
      await last.end().catch(() => undefined)
      if (others === 0) await stopServer(data, programs)
    })
  }
  return { url, place, leave }
}

/** Pause between two attempts to start a dead server again. */
const reviveMs = 500

/** Enters anew whenever the connection ends, until stopped; `stop` gives the connection at that time. */
function stayPresent(first: Client, enter: () => Promise<Client>): { readonly stop: () => Promise<Client> } {
  let presence = first
  const life = { isOver: false }
  let reviving: Promise<void> = Promise.resolve()
  const revive = async () => {
    while (!life.isOver) {
      try {
        watch(await enter())
        return
      } catch {
        // Told by the queries that fail meanwhile.
        await sleep(reviveMs, undefined, { ref: false })
      }
    }
  }
  const watch = (client: Client) => {
    presence = client
    client.once("end", () => {
      if (!life.isOver) reviving = revive()
    })
  }
  watch(first)
  return {
    stop: async () => {
      life.isOver = true
      await reviving
      return presence
    },
  }
}

async function underLock<T>(place: string, lockPath: string, work: () => Promise<T>): Promise<T> {
  const lock: Lock | undefined = await holdLock(lockPath, lockWaitMs)
  if (lock === undefined) throw errors.store_busy({ folder: place, pid: lockHolder(lockPath) })
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/** A server that runs already, once it is ready (it may be recovering from a crash). */
async function awaitReady(data: string) {
  const end = Date.now() + lockWaitMs / 2
  for (;;) {
    const server = await runningServer(data)
    if (server === undefined || server.isReady || Date.now() > end) return server
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Opens the connection that stands for this process, and makes sure that the server is the one of `data`. */
async function attach(url: string, place: string, data: string): Promise<Client> {
  const presence = new Client({ connectionString: url, application_name: presenceName, keepAlive: true })
  // A server that goes away shows in the next query; without a listener it would end the process.
  presence.on("error", () => undefined)
  try {
    await presence.connect()
    const { rows } = await presence.query<{ folder: string }>("select current_setting('data_directory') as folder")
    if (rows[0]?.folder !== data) throw errors.store_start_failed({ folder: place, reason: "another server answers" })
    return presence
  } catch (error) {
    await presence.end().catch(() => undefined)
    if (error instanceof Error && "code" in error && error.code === "28P01")
      throw errors.store_password_lost({ folder: place }, error)
    throw explainFailure(error, url)
  }
}

async function countOthers(presence: Client): Promise<number> {
  try {
    const { rows } = await presence.query<{ others: number }>(
      "select count(*)::int as others from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()",
      [presenceName],
    )
    return rows[0]?.others ?? 0
  } catch {
    // The server is gone already, or this connection is: leave it to the next process.
    return 1
  }
}
