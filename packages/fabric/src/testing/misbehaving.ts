/** A model server that fails as its script says, over real HTTP, and logs what it saw. */
import { createServer } from "node:http"
import type { ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises"
import { answerEvents, embeddingsAnswer, errorBody, wholeAnswer, words } from "./answers.ts"
import type { Answer, AnswerShape } from "./answers.ts"
import { createAttemptLog } from "./attempt-log.ts"
import type { AttemptLog, SeenAttempt } from "./attempt-log.ts"
import { behaviourOf } from "./behaviour.ts"
import type { Behaviour, Script } from "./behaviour.ts"
import { requestFacts } from "./request-facts.ts"
import type { RequestFacts } from "./request-facts.ts"

export interface MisbehavingOptions {
  readonly script: Script
  /** Words of a whole answer; default 60. */
  readonly words?: number
  /** Seconds of the script are multiplied by this; default 1. */
  readonly scale?: number
  /** Milliseconds between two words of a stream; default 0. */
  readonly wordMs?: number
  readonly port?: number
  /** Appends what it sees to this file, too. */
  readonly logFile?: string
}

/** A running test server. */
export interface TestUpstream extends AsyncDisposable {
  /** Where its API begins, ending in /v1. */
  readonly url: string
  readonly attempts: readonly SeenAttempt[]
  close(): Promise<void>
}

interface Exchange {
  readonly response: ServerResponse
  readonly facts: RequestFacts
  readonly shape: AnswerShape
  readonly seen: SeenAttempt
  readonly log: AttemptLog
  readonly options: MisbehavingOptions
}

const seconds = ({ options }: Exchange, amount: number) => wait(amount * 1000 * (options.scale ?? 1), undefined, { ref: false })

/** Writes, and leaves the turn to others: a stream goes out in several packets, as a real one does. */
function send({ response, seen }: Exchange, data: string, wordCount = 0): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  seen.bytesSent += Buffer.byteLength(data)
  seen.wordsSent += wordCount
  response.write(data)
  return turn()
}

function finish({ response, seen, log }: Exchange) {
  if (response.destroyed) return
  response.end(() => log.end(seen, "completed"))
}

function breakOff({ response, seen, log }: Exchange) {
  log.end(seen, "broken")
  response.socket?.resetAndDestroy()
}

function refuse(exchange: Exchange, status: number, error: Parameters<typeof errorBody>[1], headers: Record<string, string> = {}) {
  const body = errorBody(exchange.shape, error)
  exchange.response.writeHead(status, { "content-type": "application/json", ...headers })
  exchange.seen.bytesSent += Buffer.byteLength(body)
  exchange.response.write(body)
  finish(exchange)
}

function answerOf({ facts, options, seen, shape }: Exchange, behaviour: Behaviour): Answer {
  const whole = behaviour.kind === "overrun" ? behaviour.words : options.words ?? 60
  const cap = behaviour.kind === "overrun" || facts.cap === null ? whole : facts.wordsSaid + facts.cap
  const filtered = behaviour.kind === "content-filter"
  const end = Math.max(facts.wordsSaid, filtered ? Math.min(5, whole) : Math.min(whole, cap))
  const usage = behaviour.kind === "answer" ? behaviour.usage ?? "right" : "right"
  return {
    shape, id: String(seen.number), model: facts.model === "" ? "mock" : facts.model, first: facts.wordsSaid, end,
    finish: filtered ? "content_filter" : end < whole ? "length" : "stop",
    usage: usage === "absent" ? null : usage === "wrong" ? { input: 1, output: 999_999 }
      : { input: facts.inputTokens, output: end - facts.wordsSaid },
  }
}

async function sendStream(exchange: Exchange, behaviour: Behaviour) {
  const { facts, options, response } = exchange
  const answer = answerOf(exchange, behaviour)
  const events = answerEvents(answer)
  const stop = behaviour.kind === "cut" || behaviour.kind === "stall" || behaviour.kind === "malformed" ? behaviour.after : Infinity
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": `up-${answer.id}` })
  await send(exchange, events.opening.join(""))
  for (const [index, event] of events.words.entries()) {
    if (response.destroyed) return
    if (index === stop) {
      if (behaviour.kind === "cut") {
        if (behaviour.how === "end") return finish(exchange)
        // What was written gets out first: a reset throws away what still waits.
        await wait(20)
        return breakOff(exchange)
      }
      if (behaviour.kind === "malformed") await send(exchange, `data: {"id":"chatcmpl-${answer.id}","choices":[{"del\n\n`)
      if (behaviour.kind === "stall") await seconds(exchange, behaviour.seconds ?? 1e6)
    }
    await send(exchange, event, 1)
    if ((options.wordMs ?? 0) > 0) await wait(options.wordMs)
  }
  await send(exchange, events.finish)
  if (events.usage !== null && facts.wantsUsage) await send(exchange, events.usage)
  if (behaviour.kind !== "no-done") await send(exchange, events.mark)
  finish(exchange)
}

async function sendWhole(exchange: Exchange, behaviour: Behaviour) {
  const answer = answerOf(exchange, behaviour)
  const body = behaviour.kind === "malformed" ? wholeAnswer(answer).slice(0, -9) : wholeAnswer(answer)
  const size = Buffer.byteLength(body)
  exchange.response.writeHead(200, { "content-type": "application/json", "content-length": size, "x-request-id": `up-${answer.id}` })
  if (behaviour.kind === "cut" || behaviour.kind === "stall") {
    const text = words(answer.first, answer.end)
    const said = words(answer.first, Math.min(answer.end, answer.first + behaviour.after))
    await send(exchange, body.slice(0, body.indexOf(text) + said.length), behaviour.after)
    if (behaviour.kind === "cut") {
      await wait(20)
      return breakOff(exchange)
    }
    await seconds(exchange, behaviour.seconds ?? 1e6)
    await send(exchange, body.slice(exchange.seen.bytesSent))
    return finish(exchange)
  }
  await send(exchange, body, answer.end - answer.first)
  finish(exchange)
}

function sendAnswer(exchange: Exchange, behaviour: Behaviour): Promise<void> {
  const { facts, response } = exchange
  if (facts.shape === "embeddings") {
    const body = embeddingsAnswer(facts.model, facts.input)
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    return send(exchange, body).then(() => finish(exchange))
  }
  return facts.isStream ? sendStream(exchange, behaviour) : sendWhole(exchange, behaviour)
}

function sendStatus(exchange: Exchange, behaviour: Extract<Behaviour, { kind: "status" }>) {
  const { status, retryAfter, retryAfterMs } = behaviour
  const after = retryAfter instanceof Date ? retryAfter.toUTCString() : retryAfter?.toString()
  const type = behaviour.type ?? (status === 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error")
  refuse(exchange, status, { type, code: behaviour.code ?? null, message: behaviour.message ?? `status ${status} by script` }, {
    ...(after === undefined ? {} : { "retry-after": after }),
    ...(retryAfterMs === undefined ? {} : { "retry-after-ms": String(retryAfterMs) }),
  })
}

async function perform(exchange: Exchange, behaviour: Behaviour, sinceFirstMs: number): Promise<void> {
  const invalid = (code: string, message: string) => refuse(exchange, 400, { type: "invalid_request_error", code, message })
  switch (behaviour.kind) {
    case "status":
      return sendStatus(exchange, behaviour)
    case "redirect":
      exchange.response.writeHead(behaviour.status ?? 307, { location: behaviour.to })
      return finish(exchange)
    case "reset":
      return breakOff(exchange)
    case "silent":
      return
    case "late":
      await seconds(exchange, behaviour.seconds)
      return sendAnswer(exchange, behaviour)
    case "context-length":
      return invalid("context_length_exceeded", "This model's maximum context length is 4096 tokens; the messages are longer.")
    case "content-filter":
      return behaviour.how === "finish" ? sendAnswer(exchange, behaviour)
        : invalid("content_filter", "The prompt was refused by the content policy.")
    case "refuses-prefill":
      return exchange.facts.isPrefilled
        ? invalid("invalid_prefill", "The last message must not be of the assistant: prefill is not supported.")
        : sendAnswer(exchange, behaviour)
    case "down":
      if (sinceFirstMs >= behaviour.seconds * 1000 * (exchange.options.scale ?? 1)) return sendAnswer(exchange, behaviour)
      return behaviour.how === "reset" ? breakOff(exchange) : sendStatus(exchange, { kind: "status", status: 503 })
    default:
      return sendAnswer(exchange, behaviour)
  }
}

/** Starts a misbehaving upstream on 127.0.0.1. Close it, or hold it with `await using`. */
export async function startMisbehavingUpstream(options: MisbehavingOptions): Promise<TestUpstream> {
  const log = createAttemptLog(options.logFile === undefined ? {} : { file: options.logFile })
  const server = createServer((request, response) => {
    const handle = async () => {
      const id = String(request.headers["x-request-id"] ?? "")
      const facts = requestFacts(request.url ?? "/", id, await text(request))
      if (facts.shape === "models" || facts.shape === "count-tokens" || facts.shape === "other") {
        const found = facts.shape !== "other"
        const body = facts.shape === "models" ? { object: "list", data: [{ id: "mock", object: "model", created: 0, owned_by: "mock" }] }
          : { input_tokens: facts.inputTokens }
        response.writeHead(found ? 200 : 404, { "content-type": "application/json" })
        response.end(found ? JSON.stringify(body) : errorBody("chat", { type: "not_found", code: null, message: "no such endpoint" }))
        return
      }
      const behaviour = behaviourOf(options.script, log.attempts.length + 1, facts)
      const seen = log.begin({ ...pick(facts), behaviour: behaviour.kind })
      response.on("close", () => log.end(seen, response.writableFinished ? "completed" : "aborted"))
      const shape = facts.shape === "messages" ? "messages" : "chat"
      const sinceFirstMs = Date.now() - (log.attempts[0]?.startedAt ?? Date.now())
      await perform({ response, facts, shape, seen, log, options }, behaviour, sinceFirstMs)
    }
    handle().catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve))
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return { url, attempts: log.attempts, close, [Symbol.asyncDispose]: close }
}

const pick = ({ id, path, model, cap, isStream }: RequestFacts) => ({ id, path, model, cap, isStream })
