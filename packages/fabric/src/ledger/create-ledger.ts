/** The ledger on a store: one pipeline of group commits, a lease, recovery. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { performance } from "node:perf_hooks"
import type { Store } from "@daydream/engine/storage"
import { Client } from "pg"
import { noTokens } from "../call/index.ts"
import { InFlight } from "../in-flight/index.ts"
import { checkAttemptClosing, checkClosing, newAdjustment } from "./close.ts"
import type { BudgetAlert } from "./close.ts"
import { errors } from "./errors.ts"
import { holdLease, recoverExpired } from "./lease.ts"
import type { Lease } from "./lease.ts"
import type { AttemptClosing, AttemptOpening, Ledger, RequestClosing, RequestOpening } from "./ledger.ts"
import { migrations, schemaName } from "./migrations.ts"
import { checkAttempt, checkOpening } from "./open.ts"
import type { Opened, OpenItem, RequestItem } from "./open.ts"
import { createPipeline } from "./pipeline.ts"
import { takeQuotas } from "./take.ts"
import { isLeaseLost, KnownNames, writeAll } from "./write.ts"
import type { Item } from "./write.ts"

export interface LedgerOptions {
  /** Name of this process; unique among those that live. */
  readonly holder?: string
  /** How long others wait for a sign of life before they close what this process left open. Default 15 s. */
  readonly leaseMs?: number
  /** Default 3 s. */
  readonly renewMs?: number
  /** How often this process looks for expired leases of others. Default 5 s. */
  readonly recoverMs?: number
  /** How long an opening may wait for the database before it fails as `ledger_unavailable`. Default 5 s. */
  readonly openTimeoutMs?: number
  /** Most calls that share a commit. Default 256. */
  readonly mostInBatch?: number
  /** Where to connect, asked at each connecting; default the store's address. */
  readonly address?: () => string
  /** A threshold of a budget was passed: once for each period, in the process that settled it. */
  readonly onAlert?: (alert: BudgetAlert) => void
  /** Something failed and will be repeated: for the log and the health check. */
  readonly onTrouble?: (error: unknown) => void
}

const connectMs = 10_000
const answerMs = 60_000

/** Brings the schema up to date, takes a lease, closes what dead processes left open. */
export async function createLedger(store: Store, options: LedgerOptions = {}): Promise<Ledger> {
  const holder = options.holder ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  const { openTimeoutMs = 5000, mostInBatch = 256, onAlert, onTrouble = () => undefined } = options
  await store.migrate(schemaName, migrations)

  /** Open requests with their time by the database's clock, oldest first. */
  const open = new Map<string, number>()
  const openings = new InFlight<string, Promise<Opened>>()
  const closings = new InFlight<string, Promise<unknown>>()
  /** Everything that waits for its opening, numbered as it came. */
  const waiting = new InFlight<number, OpenItem>()
  let arrivals = 0
  const known = new KnownNames()
  let isShutting = false
  let lease: Lease | undefined

  const connect = async () => {
    const client = new Client({ connectionString: options.address?.() ?? store.url, application_name: "daydream-ledger",
      keepAlive: true, connectionTimeoutMillis: connectMs, query_timeout: answerMs })
    client.on("error", () => undefined)
    await client.connect()
    return client
  }

  /** What a listener throws is no reason to write a batch again. */
  const told = (alert: BudgetAlert) => {
    try {
      onAlert?.(alert)
    } catch (error) {
      onTrouble(error)
    }
  }

  const pipeline = createPipeline<Item>({
    connect, onTrouble, mostItems: mostInBatch,
    flush: async (client, items) => {
      try {
        return await writeAll(client, items, { holder, known, onOpened, onAlert: told })
      } catch (error) {
        if (isLeaseLost(error)) await lease?.take()
        throw error
      }
    },
    reject: (item, error) => item.reject(error),
    isDropped: (item) => {
      const isDropped = "isAbandoned" in item && item.isAbandoned
      if (isDropped) item.reject(errors.ledger_unavailable({ reason: "database" }))
      return isDropped
    },
  })

  const onOpened = ({ opening, isAbandoned }: RequestItem, openedMs: number) => {
    open.set(opening.requestId, openedMs)
    if (isAbandoned) void close(notSent(opening)).catch(onTrouble)
  }

  /** Gives up on openings that waited too long. One that may have been committed is closed as soon as that is known. */
  const sweep = setInterval(() => {
    const now = performance.now()
    for (const item of waiting.values()) {
      if (item.deadline > now) break
      waiting.delete(item.arrival)
      item.isAbandoned = true
      item.giveUp(errors.ledger_unavailable({ reason: "database" }))
    }
  }, Math.min(250, openTimeoutMs / 2))
  sweep.unref()

  const openOnce = (opening: RequestOpening): Promise<Opened> => {
    const { promise, resolve, reject } = Promise.withResolvers<Opened>()
    const settled = () => {
      waiting.delete(item.arrival)
      openings.delete(opening.requestId)
    }
    const item: RequestItem = {
      kind: "open", arrival: ++arrivals, isRepeated: false, opening, deadline: performance.now() + openTimeoutMs, isAbandoned: false,
      resolve: (opened) => { settled(); resolve(opened) },
      reject: (error) => { settled(); reject(error) },
      // Until its outcome is known, a second opening of the same request is told the same.
      giveUp: reject,
    }
    waiting.set(item.arrival, item)
    openings.set(opening.requestId, promise)
    pipeline.add(item)
    return promise
  }

  const openAttempt = (requestId: string, attempt: AttemptOpening): Promise<void> => {
    checkAttempt(attempt)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const item: OpenItem = {
      kind: "open-attempt", arrival: ++arrivals, isRepeated: false, requestId, attempt, deadline: performance.now() + openTimeoutMs, isAbandoned: false,
      resolve: () => { waiting.delete(item.arrival); resolve() },
      reject: (error) => { waiting.delete(item.arrival); reject(error) },
      giveUp: reject,
    }
    waiting.set(item.arrival, item)
    pipeline.add(item)
    return promise
  }

  const closeOnce = (closing: RequestClosing) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly isFirst: boolean }>()
    const settled = () => {
      open.delete(closing.requestId)
      closings.delete(closing.requestId)
    }
    closings.set(closing.requestId, promise)
    pipeline.add({ kind: "close", closing, isDoubtful: false,
      resolve: (result) => { settled(); resolve(result) }, reject: (error) => { settled(); reject(error) } })
    return promise
  }

  const close = async (closing: RequestClosing): Promise<{ readonly isFirst: boolean }> => {
    checkClosing(closing)
    const earlier = closings.get(closing.requestId)
    if (earlier === undefined) return closeOnce(closing)
    await earlier
    return { isFirst: false }
  }

  lease = await holdLease(store, {
    holder, leaseMs: options.leaseMs ?? 15_000, renewMs: options.renewMs ?? 3000, recoverMs: options.recoverMs ?? 5000, onTrouble,
    oldestOpen: () => open.values().next().value ?? (openings.size === 0 ? "none" : "unknown"),
  })
  await recoverExpired(store)

  return {
    holder,
    open: async (opening) => {
      if (isShutting) throw errors.ledger_unavailable({ reason: "shutdown" })
      checkOpening(opening)
      if (closings.has(opening.requestId)) throw errors.ledger_unavailable({ reason: "restarted" })
      return openings.get(opening.requestId) ?? openOnce(opening)
    },
    take: async (quotas) => ({ quotas: await takeQuotas(store, quotas) }),
    openAttempt: async (requestId, attempt) => openAttempt(requestId, attempt),
    closeAttempt: async (requestId: string, attempt: AttemptClosing) => {
      checkAttemptClosing(requestId, attempt)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      pipeline.add({ kind: "close-attempt", requestId, attempt, isDoubtful: false, resolve, reject })
      return promise
    },
    close,
    adjust: async (adjustment) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      pipeline.add({ kind: "adjust", ...newAdjustment(adjustment), isDoubtful: false, resolve, reject })
      return promise
    },
    async shutdown() {
      isShutting = true
      await pipeline.drained()
      clearInterval(sweep)
      try {
        await lease?.release()
      } finally {
        await pipeline.close()
      }
    },
  }
}

/** How an opening is closed whose caller was told that it failed. */
const notSent = ({ requestId, quotas, attempt }: RequestOpening): RequestClosing => ({
  requestId, outcome: "failed", charge: 0n, tokens: noTokens,
  attempt: { attemptId: attempt.attemptId, outcome: "not-sent", tokens: noTokens, cost: 0n, totalMs: 0 },
  quotaUsed: Object.fromEntries(quotas.map((take) => [take.bucket, 0])),
})
