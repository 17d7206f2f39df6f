/** Writes a batch of closings and openings: one call of `write_batch`, one round trip, one commit. */
import { DatabaseError } from "pg"
import type { Client } from "pg"
import { needsCare } from "./batch-openings.ts"
import { closingValues, settleClosings } from "./close.ts"
import type { AdjustItem, AttemptCloseItem, BudgetAlert, CloseAnswer, CloseItem, RequestCloseItem } from "./close.ts"
import { numberBuckets, openingValues, settleOpenings } from "./open.ts"
import type { AttemptItem, Buckets, OpenAnswer, OpenItem, RequestItem } from "./open.ts"
import { isBroken } from "./pipeline.ts"
import { leaseLost, parameterCount } from "./write-batch.ts"

/** What waits for the next commit. */
export type Item = CloseItem | OpenItem

export interface WriteOptions {
  /** Who opens. */
  readonly holder: string
  readonly known: KnownNames
  readonly onOpened: (item: RequestItem, openedMs: number) => void
  readonly onAlert: (alert: BudgetAlert) => void
}

type Answer = [...CloseAnswer, ...OpenAnswer]

const statement = `select * from fabric_ledger.write_batch(${Array.from({ length: parameterCount }, (_, index) => `$${index + 1}`).join(", ")})`

/** True where nothing was written since the holder's lease is gone. */
export const isLeaseLost = (error: unknown): boolean => hasCode(error, leaseLost)

const hasCode = (error: unknown, code: string): boolean => error instanceof DatabaseError && error.code === code

/** Names that stand in the database for certain: what is new is written with care. */
export class KnownNames {
  readonly #most: number
  readonly #tenants = new Set<string>()
  readonly #buckets = new Set<string>()

  constructor(most = 200_000) { this.#most = most }

  /** True where all that the openings name is known. */
  haveAll(requests: readonly RequestItem[], buckets: Buckets): boolean {
    return requests.every(({ opening }) => this.#tenants.has(opening.tenantPath[0] ?? ""))
      && buckets.takes.every(({ bucket }) => this.#buckets.has(bucket))
  }

  add(requests: readonly RequestItem[], buckets: Buckets): void {
    if (this.#tenants.size + this.#buckets.size > this.#most) {
      this.#tenants.clear()
      this.#buckets.clear()
    }
    for (const { opening } of requests) this.#tenants.add(opening.tenantPath[0] ?? "")
    for (const { bucket } of buckets.takes) this.#buckets.add(bucket)
  }
}

const send = async (client: Client, values: unknown[]): Promise<Answer> => {
  const { rows: [answer] } = await client.query<Answer>({ name: "daydream-write", text: statement, rowMode: "array", values })
  if (answer === undefined) throw new Error("The database gave no answer to a batch")
  return answer
}

/** Sends all of them and makes them durable; what it gives then settles them. */
export async function writeAll(client: Client, items: readonly Item[], options: WriteOptions): Promise<() => void> {
  const { holder, known, onOpened, onAlert } = options
  const closings = { requests: [] as RequestCloseItem[], attempts: [] as AttemptCloseItem[], adjustments: [] as AdjustItem[] }
  const openings = { requests: [] as RequestItem[], attempts: [] as AttemptItem[] }
  for (const item of items) {
    switch (item.kind) {
      case "open": openings.requests.push(item); break
      case "open-attempt": openings.attempts.push(item); break
      case "close": closings.requests.push(item); break
      case "close-attempt": closings.attempts.push(item); break
      case "adjust": closings.adjustments.push(item)
    }
  }
  const buckets = numberBuckets(openings.requests)
  const isKnown = known.haveAll(openings.requests, buckets)
  const isCareful = !isKnown || openings.requests.some((item) => item.isRepeated)
  const values = (careful: boolean) => [...closingValues(closings), holder, careful, ...openingValues(openings, buckets)]
  let answer: Answer
  try {
    answer = await send(client, values(isCareful)).catch((error: unknown) => {
      if (isCareful || !hasCode(error, needsCare)) throw error
      return send(client, values(true))
    })
  } catch (error) {
    for (const item of items) {
      if (item.kind === "open" || item.kind === "open-attempt") item.isRepeated = true
      else if (isBroken(error)) item.isDoubtful = true
    }
    throw error
  }
  if (!isKnown) known.add(openings.requests, buckets)
  const [closedBefore, late, neverOpened, attemptsNeverOpened, refused, alerts, ...opened] = answer
  return () => {
    const passed = settleClosings(closings, [closedBefore, late, neverOpened, attemptsNeverOpened, refused, alerts])
    settleOpenings(openings, buckets, opened, onOpened)
    for (const alert of passed) onAlert(alert)
  }
}
