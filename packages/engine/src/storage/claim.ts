/**
 * Claims: a session-level lock on a connection of its own, which ends with the process. Where the connection ends alone
 * (the server died and was started again), the claim is taken again.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { Client } from "pg"
import { errors } from "./errors.ts"

export interface ClaimOptions {
  /** Another process got the claim while the database was away: told once, and the claim is not tried again. */
  readonly onLost?: () => void
}

/** Pauses between attempts to take a claim again: short at first, since whoever comes first has it. */
const firstPauseMs = 25
const longestPauseMs = 500
/** A session that the server does not know to be gone yet may hold the lock for a moment. */
const patienceMs = 10_000

/** A connection that holds the lock; undefined where another has it. */
async function take(url: string, name: string): Promise<Client | undefined> {
  const client = new Client({ connectionString: url, application_name: "daydream-claim", keepAlive: true, connectionTimeoutMillis: 10_000 })
  // A server that goes away ends the connection; without a listener it would end the process.
  client.on("error", () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 1)) as got", [name])
    if (rows[0]?.got === true) return client
    await client.end()
    return undefined
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/** Claims `name` until released. Throws `store_in_use` where another process has it. */
export async function claim(url: string, name: string, { onLost }: ClaimOptions = {}): Promise<() => Promise<void>> {
  const first = await take(url, name)
  if (first === undefined) throw errors.store_in_use({ name })
  const life = { isOver: false }
  let held: Client | undefined
  let retaking: Promise<void> = Promise.resolve()

  const hold = (client: Client) => {
    held = client
    client.once("end", () => {
      held = undefined
      if (!life.isOver) retaking = retake()
    })
  }
  const retake = async () => {
    let refusedAt: number | undefined
    for (let pauseMs = firstPauseMs; !life.isOver; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
      try {
        const client = await take(url, name)
        if (client !== undefined) return hold(client)
        refusedAt ??= performance.now()
        if (performance.now() - refusedAt > patienceMs) {
          life.isOver = true
          return onLost?.()
        }
      } catch {
        // The database is away still: told by the queries that fail meanwhile.
      }
      await sleep(pauseMs, undefined, { ref: false })
    }
  }
  hold(first)
  return async () => {
    life.isOver = true
    await retaking
    await held?.end()
  }
}
