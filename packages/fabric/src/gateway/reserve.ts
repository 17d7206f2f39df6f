/** Opens a request in the ledger, and tells a refusal from a ledger that is away. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { DaydreamError } from "@daydream/engine/errors"
import type { QuotaState, QuotaTake, RequestOpening } from "../ledger/index.ts"
import { statusOf } from "../wire/index.ts"
import type { GatewayCore } from "./call-run.ts"
import { gatewayErrors } from "./errors.ts"

/** Reserves. Throws `budget_exceeded`, `quota_exceeded` and the like, or `ledger_unavailable`. */
export async function openInLedger(core: GatewayCore, opening: RequestOpening): Promise<readonly QuotaState[]> {
  const { metrics } = core.parts
  const since = performance.now()
  return told(core, opening.requestId, async () => {
    const quotas = await openAfterClosings(core, opening)
    metrics.ledgerTook("open", (performance.now() - since) / 1000)
    return quotas
  })
}

/** Takes the quota of requests for an answer that is there already and costs nothing. Throws the same. */
export const takeRequests = (core: GatewayCore, requestId: string, takes: readonly QuotaTake[]): Promise<readonly QuotaState[]> =>
  told(core, requestId, async () => (await core.parts.ledger.take(takes.filter((take) => take.kind === "requests"))).quotas)

async function told<T>(core: GatewayCore, requestId: string, work: () => Promise<T>): Promise<T> {
  const { metrics, log } = core.parts
  try {
    return await work()
  } catch (err) {
    if (isRefusal(err)) {
      metrics.refused(err.code)
      throw err
    }
    log.error({ err, requestId }, "a request could not be opened in the ledger")
    throw gatewayErrors.ledger_unavailable({}, err)
  }
}

const isRefusal = (error: unknown): error is DaydreamError => isDaydreamError(error) && statusOf(error) < 500

/**
 * An answer reaches its client a moment before it is settled. A client that sends its next call within that moment is
 * not refused for what its former call holds no longer: the refusal counts once all that was under way is settled.
 */
async function openAfterClosings(core: GatewayCore, opening: RequestOpening): Promise<readonly QuotaState[]> {
  const { ledger } = core.parts
  try {
    return (await ledger.open(opening)).quotas
  } catch (error) {
    const settled = isRefusal(error) ? core.closings.settled(opening.tenantPath[0] ?? "") : null
    if (settled === null) throw error
    await settled
    return (await ledger.open(opening)).quotas
  }
}
