/** An operator's adjustment of one request, in the transaction of whoever wants it written down as well. */
import type { ClientBase } from "pg"
import { plain, texts } from "./arrays.ts"
import { checkChange } from "./check.ts"
import { errors } from "./errors.ts"
import type { Adjustment } from "./ledger.ts"

const totals = `
  select r.outcome is not null as is_closed,
    (coalesce(r.charge, 0) + coalesce((select sum(charge) from fabric_ledger.adjustment where request_id = $1), 0))::text as charge,
    (coalesce((select sum(cost) from fabric_ledger.attempt where request_id = $1), 0)
      + coalesce((select sum(cost) from fabric_ledger.adjustment where request_id = $1), 0))::text as cost,
    exists (select from fabric_ledger.attempt where request_id = $1 and attempt_id = $2::uuid) as has_attempt
  from fabric_ledger.request r where r.request_id = $1`

interface Totals {
  readonly is_closed: boolean
  readonly charge: string
  readonly cost: string
  readonly has_attempt: boolean
}

/**
 * Adjusts a closed request once: true; false where the adjustment `id` stands already. Neither its charge nor its cost
 * falls below zero. Throws `request_not_closed`, `adjustment_below_zero`, `adjustment_id_taken`, `no_such_entry`.
 */
export async function adjustEntry(client: ClientBase, id: string, adjustment: Adjustment): Promise<boolean> {
  const { requestId, attemptId, charge, cost, reason } = adjustment
  checkChange(charge)
  checkChange(cost)
  // In the order in which every batch takes these locks.
  await client.query("lock table fabric_ledger.account in row share mode")
  await client.query("select 1 from fabric_ledger.request where request_id = $1 for update", [requestId])
  const { rows: [total] } = await client.query<Totals>(totals, [requestId, attemptId ?? null])
  if (total === undefined) throw errors.no_such_entry({ requestId })
  const { rows: [held] } = await client.query<{ request_id: string }>("select request_id from fabric_ledger.adjustment where id = $1", [id])
  if (held !== undefined && held.request_id !== requestId.toLowerCase()) throw errors.adjustment_id_taken({ id })
  if (held !== undefined) return false
  if (!total.is_closed || (attemptId !== undefined && !total.has_attempt)) throw errors.request_not_closed({ requestId })
  for (const [side, change, most] of [["charge", charge, BigInt(total.charge)], ["cost", cost, BigInt(total.cost)]] as const)
    if (change < 0n && most + change < 0n) throw errors.adjustment_below_zero({ side, most: most < 0n ? 0n : most })
  const { rows: [answer] } = await client.query<{ refused: number[] | null }>(
    `select j_refused as refused from fabric_ledger.write_batch(p_j_id => $1, p_j_request => $2, p_j_attempt => $3,
       p_j_charge => $4, p_j_cost => $5, p_j_reason => $6)`,
    [plain([id]), plain([requestId]), plain([attemptId]), plain([charge]), plain([cost]), texts([reason])])
  if (answer?.refused?.length) throw errors.request_not_closed({ requestId })
  return true
}
