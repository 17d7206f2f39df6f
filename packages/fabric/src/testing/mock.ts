/**
 * A model server for tests and benchmarks that is faster than whatever stands before it: one fixed answer, encoded once,
 * straight on sockets. Real HTTP/1.1 with keep-alive; requests with `content-length` or chunks.
 */
import { createServer } from "node:net"
import type { AddressInfo, Socket } from "node:net"
import { answerEvents, embeddingsAnswer, errorBody, wholeAnswer } from "./answers.ts"
import type { AnswerShape } from "./answers.ts"
import { createAttemptLog } from "./attempt-log.ts"
import type { SeenAttempt } from "./attempt-log.ts"
import type { TestUpstream } from "./misbehaving.ts"
import { createRequestReader } from "./http-requests.ts"
import type { RawRequest } from "./http-requests.ts"

export interface MockOptions {
  readonly port?: number
  /** Model that the answer names; default `mock`. */
  readonly model?: string
  /** Words of the answer; default 16. */
  readonly words?: number
  /** Milliseconds before the first byte; default 0. */
  readonly firstWordMs?: number
  /** Milliseconds between two words of a stream; default 0: all in one piece. */
  readonly wordMs?: number
  /** Usage in streams; default `asked`: where the request says `include_usage`. */
  readonly usage?: "asked" | "never"
  readonly inputTokens?: number
  /** Keeps a log of attempts in memory and, with a file, there. Default: no log. */
  readonly log?: true | { readonly file: string }
}

const lineEnd = "\r\n"

function response(status: string, type: string, body: string): Buffer {
  return Buffer.from([
    `HTTP/1.1 ${status}`, `content-type: ${type}`, `content-length: ${Buffer.byteLength(body)}`, "x-request-id: mock", "", body,
  ].join(lineEnd))
}

const streamHead = Buffer.from(["HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked", "x-request-id: mock", "", ""]
  .join(lineEnd))
const chunk = (data: string) => Buffer.from(`${Buffer.byteLength(data).toString(16)}${lineEnd}${data}${lineEnd}`)
const lastChunk = Buffer.from(`0${lineEnd}${lineEnd}`)

interface Prepared {
  readonly whole: Buffer
  /** Head, then pieces: with usage and without. */
  readonly pieces: Readonly<Record<"asked" | "plain", readonly Buffer[]>>
  readonly joined: Readonly<Record<"asked" | "plain", Buffer>>
}

function prepare(shape: AnswerShape, options: MockOptions): Prepared {
  const { words = 16, model = "mock", inputTokens = 12 } = options
  const answer = { shape, id: "mock", model, first: 0, end: words, finish: "stop", usage: { input: inputTokens, output: words } } as const
  const events = answerEvents(answer)
  const pieces = (withUsage: boolean) => [
    Buffer.concat([streamHead, chunk(events.opening.join(""))]), ...events.words.map(chunk),
    Buffer.concat([
      chunk(events.finish), ...(withUsage && events.usage !== null ? [chunk(events.usage)] : []), chunk(events.mark), lastChunk,
    ]),
  ]
  const both = { asked: pieces(options.usage !== "never"), plain: pieces(false) }
  return {
    whole: response("200 OK", "application/json", wholeAnswer(answer)),
    pieces: both, joined: { asked: Buffer.concat(both.asked), plain: Buffer.concat(both.plain) },
  }
}

// In a text inside JSON quotes are escaped, so that these are found only where they are fields.
const isStream = /"stream"\s*:\s*true/
const wantsUsage = /"include_usage"\s*:\s*true/
const modelField = /"model"\s*:\s*"([^"]*)"/
const capField = /"max_(?:completion_)?tokens"\s*:\s*(\d+)/

/** Starts a mock upstream on 127.0.0.1. Close it, or hold it with `await using`. */
export async function startMockUpstream(options: MockOptions = {}): Promise<TestUpstream> {
  const prepared = { chat: prepare("chat", options), messages: prepare("messages", options) }
  const { words = 16, firstWordMs = 0, wordMs = 0 } = options
  const log = options.log === undefined ? null : createAttemptLog(options.log === true ? {} : options.log)
  const models = response("200 OK", "application/json",
    JSON.stringify({ object: "list", data: [{ id: options.model ?? "mock", object: "model", created: 0, owned_by: "mock" }] }))
  const counted = response("200 OK", "application/json", JSON.stringify({ input_tokens: options.inputTokens ?? 12 }))
  const unknown = response("404 Not Found", "application/json",
    errorBody("chat", { type: "not_found", code: null, message: "no such endpoint" }))

  /** Writes pieces one after another; false where the caller has gone. */
  const writeSlowly = async (socket: Socket, pieces: readonly Buffer[], seen: SeenAttempt | null) => {
    for (const [index, piece] of pieces.entries()) {
      const pause = index === 0 ? firstWordMs : index === pieces.length - 1 ? 0 : wordMs
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
      if (socket.destroyed) return false
      socket.write(piece)
      if (seen === null) continue
      seen.bytesSent += piece.length
      if (index > 0 && index < pieces.length - 1) seen.wordsSent++
    }
    return true
  }

  const answer = async (socket: Socket, request: RawRequest): Promise<void> => {
    const { path, body } = request
    if (path === "/v1/models") return void socket.write(models)
    if (path === "/v1/messages/count_tokens") return void socket.write(counted)
    const streams = isStream.test(body)
    const seen = log?.begin({
      id: request.id, path, model: modelField.exec(body)?.[1] ?? "", cap: Number(capField.exec(body)?.[1] ?? Number.NaN) || null,
      isStream: streams, behaviour: "answer",
    }) ?? null
    const shape = path === "/v1/chat/completions" ? prepared.chat : path === "/v1/messages" ? prepared.messages : null
    let pieces: readonly Buffer[]
    if (path === "/v1/embeddings") {
      const { model, input } = JSON.parse(body) as { model: string; input: unknown }
      pieces = [response("200 OK", "application/json", embeddingsAnswer(model, input))]
    } else if (shape === null) pieces = [unknown]
    else if (!streams) pieces = [shape.whole]
    else {
      const kind = wantsUsage.test(body) ? "asked" : "plain"
      pieces = wordMs === 0 ? [shape.joined[kind]] : shape.pieces[kind]
    }
    const gone = () => seen !== null && log?.end(seen, "aborted")
    if (seen !== null) socket.once("close", gone)
    const isWhole = await writeSlowly(socket, pieces, seen)
    if (seen === null) return
    if (isWhole && pieces.length === 1) seen.wordsSent = words
    if (isWhole) log?.end(seen, "completed")
    socket.off("close", gone)
  }

  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    let last: Promise<void> | null = null
    const fast = log === null && firstWordMs === 0 && wordMs === 0
    const reader = createRequestReader((request) => {
      // The fast path writes in the same turn; the slow one keeps the order of requests on a connection.
      if (fast && last === null && request.path === "/v1/chat/completions") {
        const { whole, joined } = prepared.chat
        socket.write(isStream.test(request.body) ? joined[wantsUsage.test(request.body) ? "asked" : "plain"] : whole)
        return
      }
      last = (last ?? Promise.resolve()).then(() => answer(socket, request)).catch(() => void socket.destroy())
    })
    socket.on("data", (data) => {
      if (!reader.push(data)) socket.destroy()
    })
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve))
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return { url, attempts: log?.attempts ?? [], close, [Symbol.asyncDispose]: close }
}
