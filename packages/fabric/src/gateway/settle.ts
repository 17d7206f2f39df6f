/** Amounts of one call: what may be charged at most, what is charged, what attempts cost and burn. Pure. */
import type { Nano } from "@daydream/engine/money"
import type { CallFacts, MeteredTokens } from "../call/index.ts"
import type { Pool } from "../configuration/index.ts"
import type { AttemptClosing, QuotaTake } from "../ledger/index.ts"
import { inputClasses, outputClasses, priceTokens } from "../price/index.ts"
import type { Price } from "../price/index.ts"
import type { Principal } from "../tenancy/index.ts"

const totalOf = (tokens: MeteredTokens, classes: readonly (keyof Omit<MeteredTokens, "isEstimated">)[]): number => {
  let sum = 0
  for (const name of classes) if (tokens[name] > 0) sum += tokens[name]
  return sum
}

export const inputTokensOf = (tokens: MeteredTokens): number => totalOf(tokens, inputClasses)
export const outputTokensOf = (tokens: MeteredTokens): number => totalOf(tokens, outputClasses)

/** Tokens of the answer's earlier attempts, of which only the output reached the client, and of the last one. */
export function joinTokens(earlier: readonly MeteredTokens[], last: MeteredTokens): MeteredTokens {
  const first = earlier[0]
  if (first === undefined) return last
  // The client's prompt is charged once: as the first attempt counted it. Later prompts hold what was said before, too.
  const all = [...earlier, last]
  const sum = (name: (typeof outputClasses)[number]) => all.reduce((total, tokens) => total + tokens[name], 0)
  return {
    ...first, output: sum("output"), reasoning: sum("reasoning"), audioOutput: sum("audioOutput"),
    isEstimated: all.some((tokens) => tokens.isEstimated),
  }
}

/** What the tenant is charged. No price: the service gives the model away. */
export const chargeFor = (tokens: MeteredTokens, price: Price | undefined): Nano =>
  price === undefined ? 0n : priceTokens(tokens, price)

/** Energy of an attempt: its share of what the pool's accelerators draw. */
export function joulesOf(pool: Pool, seconds: number): AttemptClosing["joules"] {
  const { accelerator } = pool
  if (accelerator === null || accelerator.watts === null) return undefined
  return { amount: accelerator.watts * accelerator.count * seconds / Math.max(1, pool.concurrency), source: "configured" }
}

/** Parts of the caller's quotas that the call takes, at their worst case. */
export function quotaTakes(principal: Principal, model: string, mostTokens: number): QuotaTake[] {
  const takes: QuotaTake[] = []
  for (const rule of principal.quotas) {
    if (rule.model !== undefined && rule.model !== model) continue
    // A call that could be larger than the whole bucket waits for a full one, and is made to pay the rest afterwards.
    const amount = rule.kind === "tokens" ? Math.min(mostTokens, rule.limit) : 1
    takes.push({ bucket: rule.bucket, kind: rule.kind, limit: rule.limit, windowSeconds: rule.windowSeconds ?? 60, amount })
  }
  return takes
}

/** What each token bucket is charged in the end. */
export function quotaUse(takes: readonly QuotaTake[], tokens: MeteredTokens): Record<string, number> {
  const used: Record<string, number> = {}
  const total = inputTokensOf(tokens) + outputTokensOf(tokens)
  for (const take of takes) if (take.kind === "tokens") used[take.bucket] = total
  return used
}

/** Output tokens that a call may have at a pool: what is reserved, and sent upstream. */
export const outputCapOf = (call: CallFacts, pool: Pool): number =>
  call.api === "embeddings" ? 0 : Math.min(call.outputCap ?? pool.outputCap, pool.outputCap)
