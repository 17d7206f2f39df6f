/**
 * Follows a version number that stands in the store: told by a notification on a connection of its own, and by looking
 * every few seconds in case a notification was lost (a broken connection, a pooler that does not pass them on).
 */
import { Client } from "pg"
import type { Store } from "@daydream/engine/storage"

export interface FollowOptions {
  /** Channel of the notifications; letters and underscores. */
  readonly channel: string
  /** Brings what the caller holds up to date. Called one at a time; again where it was asked for meanwhile. */
  readonly refresh: () => Promise<void>
  /** Milliseconds between two looks; 2,000 unless set. */
  readonly pollMs?: number
  /** False: no notifications, only looks. For a pooler between. */
  readonly listens?: boolean
}

export interface Follower {
  /** Refreshes now; resolves when it is done. Throws what the refresh threw. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** Starts to follow. The first look is at once after the connection listens, so that nothing between is missed. */
export async function follow(store: Store, options: FollowOptions): Promise<Follower> {
  const { channel, pollMs = 2_000, listens = true } = options
  if (!/^[a-z_]+$/.test(channel)) throw new Error(`not a channel: ${channel}`)
  let isClosed = false
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const run = (): Promise<void> => {
    const current = options.refresh().finally(() => {
      if (running === current) running = undefined
    })
    running = current
    return current
  }
  // A refresh that is under way may have read before the change: whoever asks meanwhile shares the one that comes next.
  const refresh = (): Promise<void> => {
    if (running === undefined) return run()
    next ??= running.catch(() => undefined).then(() => {
      next = undefined
      return run()
    })
    return next
  }
  // The store's outage shows in every other use of it; the next look tries again.
  const look = () => {
    if (!isClosed) refresh().catch(() => undefined)
  }
  const timer = setInterval(look, pollMs)
  timer.unref()

  const listener = listens ? listen(store.url, channel, look) : undefined
  await listener?.ready
  await refresh()
  return {
    refresh,
    close: async () => {
      isClosed = true
      clearInterval(timer)
      await listener?.close()
      await next?.catch(() => undefined)
      await running?.catch(() => undefined)
    },
  }
}

/** Keeps one connection that listens, made anew after each break; `look` is called on notice and on each new connection. */
function listen(url: string, channel: string, look: () => void) {
  const firstTry = Promise.withResolvers<void>()
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let failures = 0

  const again = (broken: Client) => {
    if (client !== broken) return
    client = undefined
    broken.end().catch(() => undefined)
    firstTry.resolve()
    if (isClosed) return
    timer = setTimeout(() => void connect(), Math.min(100 * 2 ** failures, 5_000))
    failures += 1
  }
  const connect = async () => {
    const fresh = new Client({ connectionString: url, application_name: "daydream-follow", keepAlive: true,
      connectionTimeoutMillis: 10_000 })
    client = fresh
    fresh.on("error", () => again(fresh))
    fresh.on("end", () => again(fresh))
    fresh.on("notification", look)
    try {
      await fresh.connect()
      await fresh.query(`listen ${channel}`)
      failures = 0
      firstTry.resolve()
      look()
    } catch {
      again(fresh)
    }
  }
  void connect()
  return {
    ready: firstTry.promise,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
