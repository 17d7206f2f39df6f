/** Hands closings to the ledger until it has them: an open reservation would hold money and quota for ever. */
import { setTimeout as sleep } from "node:timers/promises"
import { InFlight } from "../in-flight/index.ts"
import type { RequestClosing } from "../ledger/index.ts"
import type { GatewayCore } from "./call-run.ts"

// The ledger repeats by itself what its connection broke; this is for what it gave up.
const firstWaitMs = 100
const longestWaitMs = 10_000
const mostTries = 8

/** Closings that are on their way. */
export class PendingClosings {
  readonly #pending = new InFlight<string, { readonly tenant: string; readonly closing: Promise<void> }>()

  /** Notes a closing until it is done; it must not reject. */
  async add(tenant: string, requestId: string, closing: Promise<void>): Promise<void> {
    this.#pending.set(requestId, { tenant, closing })
    await closing
    this.#pending.delete(requestId)
  }

  /** Resolves when all of a tenant that are on their way now are done; null: none is. */
  settled(tenant: string): Promise<unknown> | null {
    const own: Promise<void>[] = []
    for (const pending of this.#pending.values()) if (pending.tenant === tenant) own.push(pending.closing)
    return own.length === 0 ? null : Promise.all(own)
  }
}

/** Closes a request. Resolves when it is durable, or when it was tried in vain. Never rejects. */
export const closeSurely = (core: GatewayCore, tenant: string, closing: RequestClosing): Promise<void> =>
  core.closings.add(tenant, closing.requestId, close(core, closing))

async function close(core: GatewayCore, closing: RequestClosing): Promise<void> {
  const { ledger, log, metrics } = core.parts
  const since = performance.now()
  for (let tries = 1, wait = firstWaitMs; ; tries++, wait = Math.min(wait * 2, longestWaitMs)) {
    try {
      await ledger.close(closing)
      metrics.ledgerTook("close", (performance.now() - since) / 1000)
      return
    } catch (err) {
      if (tries === mostTries) return log.error({ err, requestId: closing.requestId }, "a request could not be closed in the ledger")
      if (tries === 1) log.warn({ err, requestId: closing.requestId }, "closing a request in the ledger is tried again")
      await sleep(wait, undefined, { ref: false })
    }
  }
}
