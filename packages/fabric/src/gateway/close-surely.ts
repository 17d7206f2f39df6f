/** Hands closings to the ledger until it has them: an open reservation would hold money and quota for ever. */
import { setTimeout as sleep } from "node:timers/promises"
import type { RequestClosing } from "../ledger/index.ts"
import type { GatewayCore } from "./call-run.ts"

// The ledger repeats by itself what its connection broke; this is for what it gave up.
const firstWaitMs = 100
const longestWaitMs = 10_000
const mostTries = 8

/** Closings that are on their way, by tenant. */
export class PendingClosings {
  readonly #byTenant = new Map<string, Set<Promise<void>>>()

  /** Notes a closing until it is done. */
  add(tenant: string, closing: Promise<void>): Promise<void> {
    let pending = this.#byTenant.get(tenant)
    if (pending === undefined) this.#byTenant.set(tenant, pending = new Set())
    const all = pending
    all.add(closing)
    return closing.finally(() => {
      all.delete(closing)
      if (all.size === 0 && this.#byTenant.get(tenant) === all) this.#byTenant.delete(tenant)
    })
  }

  /** Resolves when all that are on their way now are done; null: none is. */
  settled(tenant: string): Promise<unknown> | null {
    const pending = this.#byTenant.get(tenant)
    return pending === undefined ? null : Promise.all(pending)
  }
}

/** Closes a request. Resolves when it is durable, or when it was tried in vain. Never rejects. */
export const closeSurely = (core: GatewayCore, tenant: string, closing: RequestClosing): Promise<void> =>
  core.closings.add(tenant, close(core, closing))

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
