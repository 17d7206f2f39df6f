/**
 * Group commit: what is handed in while a flush is under way goes into the next one. A flush is one round trip on a
 * connection of the pipeline's own. Where the connection breaks, the batch is repeated until its outcome is known, so
 * flushing must be idempotent.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { DatabaseError } from "pg"
import type { Client } from "pg"

export interface PipelineOptions<Item> {
  readonly connect: () => Promise<Client>
  /** Sends the items before it returns, and makes them durable; what it gives then settles them. */
  readonly flush: (client: Client, items: readonly Item[]) => Promise<() => void>
  /** Settles an item that no repetition can help. */
  readonly reject: (item: Item, error: unknown) => void
  /** True where an item that was never sent should not be any more (it settled it itself). */
  readonly isDropped?: (item: Item) => boolean
  readonly mostItems: number
  /** Called on each failure that is repeated. */
  readonly onTrouble: (error: unknown) => void
}

export interface Pipeline<Item> {
  add(item: Item): void
  /** Nothing waits and nothing is under way. */
  readonly isIdle: boolean
  /** Resolves once idle. */
  drained(): Promise<void>
  close(): Promise<void>
}

/** The server said no for a reason that lies in the batch itself; repeating it would give the same answer. */
const isFinal = (error: unknown): boolean =>
  error instanceof DatabaseError && /^(?:0A|21|22|23|2F|42|54|55000|P0)/.test(error.code ?? "")

/** After an error of the server the connection is still good, unless the server went away. */
export const isBroken = (error: unknown): boolean => !(error instanceof DatabaseError) || /^(?:57P|08)/.test(error.code ?? "")

const longestWaitMs = 1000
const nothing = () => undefined

export function createPipeline<Item>(options: PipelineOptions<Item>): Pipeline<Item> {
  let waiting: Item[] = []
  const state = { isRunning: false, isClosed: false }
  let client: Client | undefined
  let idle = Promise.withResolvers<void>()

  const connected = async (): Promise<Client> => {
    if (client !== undefined) return client
    const made = await options.connect()
    client = made
    made.once("end", () => { if (client === made) client = undefined })
    return made
  }

  /** Repeats until the outcome is known; gives what settles it. */
  const write = async (batch: readonly Item[]): Promise<() => void> => {
    let items = batch
    let isSent = false
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      // Until it was sent once, a batch may lose items that nobody waits for.
      if (!isSent && options.isDropped) items = items.filter((item) => options.isDropped?.(item) !== true)
      if (items.length === 0) return nothing
      let used: Client | undefined
      try {
        used = client ?? await connected()
        isSent = true
        return await options.flush(used, items)
      } catch (error) {
        if (isFinal(error)) return split(items, error)
        if (isBroken(error)) {
          client = undefined
          // Not awaited: a connection to a host that vanished may take long to end.
          used?.end().catch(() => undefined)
        }
        options.onTrouble(error)
        await sleep(waitMs)
        if (state.isClosed) return nothing
      }
    }
  }

  /** One bad item must not spoil the others. */
  const split = async (items: readonly Item[], error: unknown): Promise<() => void> => {
    const [only] = items
    if (items.length === 1 && only !== undefined) return () => options.reject(only, error)
    const middle = items.length >> 1
    const settle = await write(items.slice(0, middle))
    settle()
    return write(items.slice(middle))
  }

  const run = async () => {
    let settle: () => void = nothing
    while (waiting.length > 0 && !state.isClosed) {
      const batch = waiting.length <= options.mostItems ? waiting : waiting.slice(0, options.mostItems)
      waiting = batch === waiting ? [] : waiting.slice(options.mostItems)
      // Sent before the callers of the last batch go on: the database works while they do.
      const written = write(batch)
      settle()
      settle = await written
    }
    // Settling may add what starts the next run.
    const ended = idle
    state.isRunning = false
    settle()
    ended.resolve()
  }

  return {
    add(item) {
      waiting.push(item)
      if (state.isRunning) return
      state.isRunning = true
      idle = Promise.withResolvers<void>()
      // After this turn's callbacks: calls that came together share the first commit too.
      setImmediate(() => void run())
    },
    get isIdle() { return !state.isRunning },
    drained: async () => { while (state.isRunning) await idle.promise },
    async close() {
      state.isClosed = true
      await client?.end().catch(() => undefined)
    },
  }
}
