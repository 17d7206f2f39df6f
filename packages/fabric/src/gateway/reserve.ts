/** Opens a request in the ledger, and tells a refusal from a ledger that is away. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { QuotaState, RequestOpening } from "../ledger/index.ts"
import { statusOf } from "../wire/index.ts"
import type { GatewayCore } from "./call-run.ts"
import { gatewayErrors } from "./errors.ts"

/** Reserves. Throws `budget_exceeded`, `quota_exceeded` and the like, or `ledger_unavailable`. */
export async function openInLedger(core: Pick<GatewayCore, "parts">, opening: RequestOpening): Promise<readonly QuotaState[]> {
  const { ledger, metrics, log } = core.parts
  const since = performance.now()
  try {
    const { quotas } = await ledger.open(opening)
    metrics.ledgerTook("open", (performance.now() - since) / 1000)
    return quotas
  } catch (err) {
    if (isDaydreamError(err) && statusOf(err) !== 500) {
      metrics.refused(err.code)
      throw err
    }
    log.error({ err, requestId: opening.requestId }, "a request could not be opened in the ledger")
    throw gatewayErrors.ledger_unavailable({}, err)
  }
}
