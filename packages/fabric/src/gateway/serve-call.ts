/** The way of a call: read, allow, plan, reserve, carry out, settle. */
import { noTokens } from "../call/index.ts"
import type { Api, CallFacts, RequestClass } from "../call/index.ts"
import { routeFor } from "../configuration/index.ts"
import { timeOrderedId } from "../ledger/index.ts"
import { openSpan } from "../observability/index.ts"
import { rateLimitHeaders } from "../quota/index.ts"
import type { Principal } from "../tenancy/index.ts"
import { parseCall, wireErrors } from "../wire/index.ts"
import { CallRun } from "./call-run.ts"
import type { GatewayCore } from "./call-run.ts"
import { carryOut, decide, targetOf } from "./carry-out.ts"
import type { TryStep } from "./attempt.ts"
import { closeSurely } from "./close-surely.ts"
import type { Exchange } from "./exchange.ts"
import { errorOfGivingUp, finish } from "./finish.ts"
import { lookUpKept } from "./kept-answer.ts"
import { planCall } from "./plan-call.ts"
import type { CallPlan } from "./plan-call.ts"
import { functionPrefix, planFunctionChat } from "./plan-function.ts"
import { openInLedger } from "./reserve.ts"
import { quotaTakes, quotaUse } from "./settle.ts"

// A longer timer would fire at once.
const longestTimerMs = 2 ** 31 - 1

/** Serves a call whose body was read. */
export async function serveCall(core: GatewayCore, exchange: Exchange, facts: {
  readonly api: Exclude<Api, "count-tokens" | "function">; readonly json: unknown; readonly principal: Principal
}): Promise<void> {
  const { principal } = facts
  const call = parseCall(facts.api, facts.json)
  const plan = planFor(core, call, principal)
  const takes = quotaTakes(principal, call.model, plan.mostTokens)
  const run = new CallRun(core, exchange, { call, principal, plan, takes })
  try {
    const { tenant } = principal
    const kept = await lookUpKept(core, exchange, {
      tenant: tenant.id, api: call.api, model: call.model, body: call.body, cacheSeconds: tenant.responseCacheSeconds, takes,
      mostWaitMs: plan.route.timeouts.totalMs,
    })
    if (kept === "answered") return
    run.kept = kept
    await dispatch(run)
  } catch (error) {
    // Refused before anything was sent: whoever repeats the call may have better luck.
    await run.kept?.release()
    throw error
  }
}

/** Who may use a model, and how it is served. A model that is hidden and one that does not exist look the same. */
function planFor(core: GatewayCore, call: CallFacts, principal: Principal): CallPlan {
  const { configuration, upstreams, functions, now } = core.parts
  const snapshot = configuration.current
  const requestClass: RequestClass =
    principal.requestClass === "batch" || call.requestClass === "batch" ? "batch" : "interactive"
  if (!principal.mayUse(call.model)) throw wireErrors.no_such_model({ model: call.model })
  if (call.model.startsWith(functionPrefix)) {
    const served = functions?.find(call.model.slice(functionPrefix.length))
    if (served === undefined) throw wireErrors.no_such_model({ model: call.model })
    if (call.api === "embeddings") throw wireErrors.wrong_interface({ model: call.model, api: call.api })
    return planFunctionChat(call, { served, snapshot, now, requestClass })
  }
  const route = routeFor(snapshot, call.model)
  if (route === null) throw wireErrors.no_such_model({ model: call.model })
  return planCall(call, route, { snapshot, upstreams, at: new Date(now()), requestClass })
}

async function dispatch(run: CallRun): Promise<void> {
  const { core, exchange, call, principal } = run
  const first = decide(run)
  if (first.kind === "give-up") throw errorOfGivingUp(run, first)
  shedEarly(run, first)
  const attemptId = timeOrderedId(core.parts.now())
  const quotas = await openInLedger(core, {
    requestId: exchange.requestId, tenantPath: principal.tenantPath, keyId: principal.keyId, api: call.api,
    model: call.model, mostCharge: run.plan.mostCharge, quotas: run.takes,
    attempt: { attemptId, pool: first.target.pool, targetModel: first.target.model, mostCost: targetOf(run, first).mostCost },
  })
  const now = core.parts.now()
  exchange.isEventStream = call.isStream
  if (quotas.length > 0) Object.assign(exchange.headers, rateLimitHeaders(call.api, quotas, { now }))
  const { tracer } = core.parts
  if (tracer !== undefined) {
    run.span = openSpan(tracer, {
      call, tenant: principal.tenant.id, requestId: exchange.requestId,
      recordsContent: principal.tenant.recordsContent, carrier: exchange.request.headers,
    })
  }
  const { totalMs } = run.plan.route.timeouts
  const timer = setTimeout(() => exchange.expire(), Math.min(longestTimerMs, Math.max(0, exchange.startedAt + totalMs - now)))
  try {
    await finish(run, await carryOut(run, first, attemptId))
  } catch (error) {
    // A mistake of the program must not leave a reservation open.
    await closeSurely(core, principal.tenant.id, {
      requestId: exchange.requestId, outcome: "failed", charge: 0n, tokens: noTokens, quotaUsed: quotaUse(run.takes, noTokens),
      attempt: { attemptId: run.attemptId, outcome: "unknown", tokens: noTokens, cost: 0n, totalMs: now - exchange.startedAt },
    })
    run.span?.end({
      outcome: "failed", status: 500, answeredModel: null, answerId: null, finishReason: null, tokens: noTokens,
      errorCode: "internal_error", text: "",
    })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Sheds before the ledger is asked, where the pool of the first target cannot even let the call wait and no other can. */
function shedEarly(run: CallRun, first: TryStep): void {
  const { gates, parts } = run.core
  if (!gates.isFull(targetOf(run, first).pool)) return
  for (const { pool } of run.plan.targets.values()) if (!gates.isFull(pool)) return
  parts.metrics.shed("queue")
  throw wireErrors.overloaded({ retryAfterMs: gates.of(targetOf(run, first).pool).state.retryAfterMs })
}
