/** `POST /v1/functions/{name}`: one row or many through an AI function, metered like every call. */
import { isDaydreamError } from "@daydream/engine/errors"
import { noTokens } from "../call/index.ts"
import type { JsonObject, JsonValue } from "../call/index.ts"
import { timeOrderedId } from "../ledger/index.ts"
import type { QuotaTake, RequestOutcome } from "../ledger/index.ts"
import type { Price } from "../price/index.ts"
import { rateLimitHeaders } from "../quota/index.ts"
import type { Principal } from "../tenancy/index.ts"
import { statusOf, wireErrors } from "../wire/index.ts"
import type { GatewayCore } from "./call-run.ts"
import { closeSurely } from "./close-surely.ts"
import { gatewayErrors } from "./errors.ts"
import type { Exchange } from "./exchange.ts"
import type { FunctionAnswer, FunctionRun, ServedFunction } from "./function-host.ts"
import { described, rowOf, usageOf } from "./function-upstream.ts"
import { lookUpKept } from "./kept-answer.ts"
import { functionPool, functionPrefix, functionTimeouts, mostRowsCharge, mostTokensOf } from "./plan-function.ts"
import { openInLedger } from "./reserve.ts"
import { chargeFor, quotaTakes, quotaUse } from "./settle.ts"

const mostRows = 1_000

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

const refuse = (param: string | null, en: string, zh: string): never => {
  throw wireErrors.bad_request({ param, problem: { en, zh } })
}

/** The rows of a body: `{ input }` or `{ inputs }`. Throws `bad_request`. */
export function readRows(served: ServedFunction, body: unknown): { readonly rows: readonly JsonObject[]; readonly isMany: boolean } {
  if (!isObject(body)) return refuse(null, "The body must be a JSON object.", "请求正文必须是 JSON 对象。")
  const { input, inputs } = body
  if ((input === undefined) === (inputs === undefined))
    return refuse(null, "Send either input (one row) or inputs (many rows).", "请发送 input（一行）或 inputs（多行）之一。")
  if (input !== undefined) return { rows: [rowAt(served, input, "input")], isMany: false }
  if (!Array.isArray(inputs) || inputs.length === 0 || inputs.length > mostRows)
    return refuse("inputs", `must be an array of 1 to ${mostRows} rows.`, `必须是包含 1 到 ${mostRows} 行的数组。`)
  return { rows: inputs.map((row: JsonValue, i) => rowAt(served, row, `inputs[${i}]`)), isMany: true }
}

function rowAt(served: ServedFunction, value: JsonValue | undefined, param: string): JsonObject {
  if (!isObject(value) && (typeof value !== "string" || served.textInput === null))
    return refuse(param, "must be an object of the function's inputs.", "必须是包含该函数各输入的对象。")
  const row = isObject(value) ? value : rowOf(served, value)
  for (const name in row) if (typeof row[name] === "object" && row[name] !== null)
    return refuse(`${param}.${name}`, "must be a text, a number or a truth value.", "必须是文本、数字或布尔值。")
  return row
}

interface Opened {
  readonly served: ServedFunction
  readonly rows: readonly JsonObject[]
  readonly model: string
  readonly attemptId: string
  readonly price: Price | undefined
  readonly takes: readonly QuotaTake[]
  readonly mostCharge: bigint
}

/** Serves rows. */
export async function serveFunction(core: GatewayCore, exchange: Exchange, facts: {
  readonly name: string; readonly json: unknown; readonly principal: Principal
}): Promise<void> {
  const { name, principal } = facts
  const model = `${functionPrefix}${name}`
  const served = principal.mayUse(model) ? core.parts.functions?.find(name) : undefined
  if (served === undefined) throw gatewayErrors.no_such_function({ name })
  const { rows, isMany } = readRows(served, facts.json)
  const { id: tenant, responseCacheSeconds: cacheSeconds } = principal.tenant
  const kept = await lookUpKept(core, exchange, {
    tenant, api: "function", model, body: { rows, isMany }, cacheSeconds, takes: quotaTakes(principal, model, 0), mostWaitMs: functionTimeouts.totalMs,
  })
  if (kept === "answered") return
  try {
    const opened = await open(core, exchange, { served, rows, model, principal })
    const run = await carryOutRows(core, exchange, opened, principal)
    if (run === null) return
    const results = run.answers.map(resultOf)
    const answer = Buffer.from(JSON.stringify({
      object: isMany ? "function.results" : "function.result", function: name,
      ...(isMany ? { results } : results[0]), usage: usageOf(run),
    }))
    exchange.keep(answer)
    await kept?.succeed("application/json")
    exchange.send(200, "application/json", answer)
  } finally {
    // Without effect where the answer was kept.
    await kept?.release()
  }
}

const resultOf = (answer: FunctionAnswer) => ({ output: answer.output, ...described(answer) })

async function open(core: GatewayCore, exchange: Exchange, facts: {
  readonly served: ServedFunction; readonly rows: readonly JsonObject[]; readonly model: string; readonly principal: Principal
}): Promise<Opened> {
  const { served, rows, model, principal } = facts
  const price = core.parts.configuration.current.prices.priceAt("charge", model, new Date(core.parts.now()))
  const mostCost = served.mostCost(rows)
  const most = mostTokensOf(served, rows)
  const takes = quotaTakes(principal, model, most.input + most.output)
  const mostCharge = mostRowsCharge(rows.length, most, mostCost, price)
  const attemptId = timeOrderedId(core.parts.now())
  const quotas = await openInLedger(core, {
    requestId: exchange.requestId, tenantPath: principal.tenantPath, keyId: principal.keyId, api: "function", model,
    mostCharge, quotas: takes,
    attempt: { attemptId, pool: functionPool, targetModel: served.name, mostCost },
  })
  Object.assign(exchange.headers, rateLimitHeaders("function", quotas, { now: core.parts.now() }))
  exchange.headers["x-daydream-model"] = model
  exchange.headers["x-daydream-attempts"] = "1"
  return { served, rows, model, attemptId, price, takes, mostCharge }
}

/** Runs the rows and settles; null where the client has gone. */
async function carryOutRows(
  core: GatewayCore, exchange: Exchange, opened: Opened, principal: Principal,
): Promise<FunctionRun | null> {
  const began = performance.now()
  const settle = (outcome: RequestOutcome, run: FunctionRun | null) => {
    const tokens = run?.tokens ?? noTokens
    const charge = run === null ? 0n : chargeOfRows(run, opened)
    const totalMs = performance.now() - began
    core.parts.metrics.request({
      api: "function", model: opened.model, tenant: principal.tenant.id, outcome, status: run === null ? 500 : 200,
      seconds: totalMs / 1000, tokens, charge: Number(charge) / 1e9, attempts: 1,
    })
    core.parts.log.info({
      requestId: exchange.requestId, tenant: principal.tenant.id, key: principal.keyId, api: "function",
      model: opened.model, outcome, rows: opened.rows.length, milliseconds: Math.round(totalMs),
    }, "request")
    return closeSurely(core, principal.tenant.id, {
      requestId: exchange.requestId, outcome, charge, tokens, quotaUsed: quotaUse(opened.takes, tokens),
      attempt: {
        attemptId: opened.attemptId, tokens, cost: run?.cost ?? 0n, totalMs,
        outcome: outcome === "completed" ? "completed" : outcome === "client-gone" ? "client-gone" : "failed",
      },
    })
  }
  try {
    const run = await opened.served.run(opened.rows, { signal: exchange.signal })
    await settle("completed", run)
    return run
  } catch (error) {
    await settle(exchange.interruption === "client-gone" ? "client-gone" : "failed", null)
    if (exchange.interruption === "client-gone") return null
    if (isDaydreamError(error) && statusOf(error) < 500) throw error
    core.parts.log.error({ err: error, requestId: exchange.requestId, model: opened.model }, "a function failed")
    throw wireErrors.upstream_failed({ kind: "function" })
  }
}

/** Never more than was reserved: what a function needs beyond its worst case is its host's affair. */
function chargeOfRows(run: FunctionRun, { price, rows, mostCharge }: Opened): bigint {
  const charge = price === undefined ? run.cost : chargeFor(run.tokens, price) + (price.perRequest ?? 0n) * BigInt(rows.length - 1)
  return charge < mostCharge ? charge : mostCharge
}
