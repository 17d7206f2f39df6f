/** A model server for tests: real HTTP, OpenAI-compatible, with faults on demand. */
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { hashEmbedding } from "./mock-models.ts"

/** A chat request as it came in. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string | readonly { readonly text?: string }[] }[]
  readonly stream?: boolean
  readonly max_tokens?: number
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } }
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
  readonly logprobs?: boolean
  readonly top_logprobs?: number
}

/** One generated token and its rivals, as log probabilities. */
export interface MockToken {
  readonly token: string
  readonly logprob: number
  readonly rivals?: Readonly<Record<string, number>>
}

/** What goes wrong with one request. */
export type MockFault =
  | { readonly kind: "status"; readonly status: number; readonly message?: string; readonly retryAfter?: string }
  /** Waits before the first byte. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** Sends headers and a first part, then nothing. */
  | { readonly kind: "stall" }
  /** Sends a part, then closes the connection. */
  | { readonly kind: "cut" }
  /** Ends a stream in good order, but without finish reason and without [DONE]. */
  | { readonly kind: "no-finish" }
  | { readonly kind: "malformed" }
  | { readonly kind: "no-usage" }
  | { readonly kind: "wrong-usage" }
  | { readonly kind: "truncated" }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }

/** The answer to a chat request. */
export interface MockReply {
  readonly text?: string
  readonly toolCall?: { readonly name: string; readonly arguments: unknown }
  readonly tokens?: readonly MockToken[]
}

/** How the server behaves. */
export interface MockScript {
  /** Answers a request; default: "mock answer". */
  readonly reply?: (request: ChatRequest, prompt: string) => string | MockReply
  /** Faults by request number (from 1, all endpoints together); undefined: none. */
  readonly fault?: (requestNumber: number, path: string, body: unknown) => MockFault | undefined
  /** Response formats that the server takes; others are refused with status 400. Default: all. */
  readonly formats?: readonly ("json_schema" | "json_object")[]
  readonly dimensions?: number
}

/** A request that the server got. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: unknown
}

/** A running mock server. */
export interface MockServer extends AsyncDisposable {
  /** Where its API begins, ending in /v1. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  close(): Promise<void>
}

const sendJson = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(body))
}

/** Words as tokens: enough for plausible counts. */
const countTokens = (content: string) => Math.max(1, Math.ceil(content.length / 4))

const promptOf = (request: ChatRequest) => request.messages
  .map(({ content }) => (typeof content === "string" ? content : content.map((part) => part.text ?? "").join(""))).join("\n")

function usageOf(request: ChatRequest, answer: string, fault: MockFault | undefined) {
  if (fault?.kind === "no-usage") return undefined
  if (fault?.kind === "wrong-usage") return { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  const [input, output] = [countTokens(promptOf(request)), countTokens(answer)]
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

const logprobsOf = (tokens: readonly MockToken[], most: number) => ({
  content: tokens.map(({ token, logprob, rivals = {} }) => ({
    token, logprob,
    top_logprobs: Object.entries({ [token]: logprob, ...rivals }).toSorted(([, a], [, b]) => b - a).slice(0, most)
      .map(([rival, value]) => ({ token: rival, logprob: value })),
  })),
})

const toolCalls = (call: NonNullable<MockReply["toolCall"]>) =>
  [{ index: 0, id: "call_1", type: "function", function: { name: call.name, arguments: JSON.stringify(call.arguments) } }]

const finishOf = (reply: MockReply, fault: MockFault | undefined) =>
  fault?.kind === "truncated" ? "length" : reply.toolCall === undefined ? "stop" : "tool_calls"

function sendCompletion(response: ServerResponse, request: ChatRequest, reply: MockReply, fault: MockFault | undefined) {
  const content = reply.text ?? reply.tokens?.map(({ token }) => token).join("") ?? ""
  const usage = usageOf(request, content, fault)
  const body = JSON.stringify({
    id: "mock", object: "chat.completion", created: 0, model: request.model,
    choices: [{
      index: 0,
      message: { role: "assistant", content, ...(reply.toolCall === undefined ? {} : { tool_calls: toolCalls(reply.toolCall) }) },
      finish_reason: finishOf(reply, fault),
      ...(request.logprobs === true && reply.tokens !== undefined
        ? { logprobs: logprobsOf(reply.tokens, request.top_logprobs ?? 1) } : {}),
    }],
    ...(usage === undefined ? {} : { usage }),
  })
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  if (fault?.kind !== "cut" && fault?.kind !== "stall") {
    response.end(body)
    return
  }
  response.write(body.slice(0, body.length / 2), () => {
    if (fault.kind === "cut") response.destroy()
  })
}

function sendStream(response: ServerResponse, request: ChatRequest, reply: MockReply, fault: MockFault | undefined) {
  const content = reply.text ?? ""
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: "mock", created: 0, model: request.model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`
  response.writeHead(200, { "content-type": "text/event-stream" })
  const pieces = content.match(/[\s\S]{1,4}/g) ?? []
  const events = pieces.map((piece) => chunk({ content: piece }))
  if (reply.toolCall !== undefined) events.push(chunk({ tool_calls: toolCalls(reply.toolCall) }))
  const broken = fault?.kind === "cut" || fault?.kind === "stall" || fault?.kind === "no-finish"
  const sent = broken ? events.slice(0, Math.max(1, events.length >> 1)) : events
  response.write([chunk({ role: "assistant", content: "" }), ...sent].join(""), () => {
    if (fault?.kind === "cut") response.destroy()
  })
  if (fault?.kind === "no-finish") response.end()
  if (broken) return
  if (fault?.kind === "malformed") response.write("data: {not json\n\n")
  const usage = usageOf(request, content, fault)
  response.write(chunk({}, finishOf(reply, fault)))
  const usageChunk = { id: "mock", created: 0, model: request.model, choices: [], usage }
  if (usage !== undefined) response.write(`data: ${JSON.stringify(usageChunk)}\n\n`)
  response.end("data: [DONE]\n\n")
}

function sendChat(response: ServerResponse, request: ChatRequest, script: MockScript, fault: MockFault | undefined) {
  const format = request.response_format?.type
  if (format !== undefined && script.formats !== undefined && !script.formats.some((known) => known === format)) {
    return sendJson(response, 400, { error: { message: `response_format ${format} is not supported` } })
  }
  const answer = script.reply?.(request, promptOf(request)) ?? "mock answer"
  const reply: MockReply = typeof answer === "string" ? { text: answer } : answer
  const send = request.stream === true ? sendStream : sendCompletion
  return send(response, request, reply, fault)
}

interface EmbeddingRequest {
  readonly model: string
  readonly input: string | readonly string[]
}

function sendEmbeddings(
  response: ServerResponse, body: EmbeddingRequest, script: MockScript, fault: MockFault | undefined,
) {
  const inputs = typeof body.input === "string" ? [body.input] : body.input
  const data = inputs.map((input, index) =>
    ({ object: "embedding", index, embedding: hashEmbedding(input, script.dimensions ?? 16) }))
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0)
  const usage = fault?.kind === "no-usage" ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }
  sendJson(response, 200, { object: "list", model: body.model, data: fault?.kind === "truncated" ? data.slice(1) : data, ...usage })
}

/** Starts a mock server on a free port of 127.0.0.1. Close it, or hold it with `await using`. */
export async function startMockServer(script: MockScript = {}): Promise<MockServer> {
  const requests: RecordedRequest[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const raw = await text(request)
    const body: unknown = raw === "" ? null : JSON.parse(raw)
    const path = request.url ?? "/"
    requests.push({ method: request.method ?? "", path, headers: request.headers, body })
    const fault = script.fault?.(requests.length, path, body)
    if (fault?.kind === "status") {
      const headers = fault.retryAfter === undefined ? undefined : { "retry-after": fault.retryAfter }
      return sendJson(response, fault.status, { error: { message: fault.message ?? `status ${fault.status}` } }, headers)
    }
    if (fault?.kind === "redirect") return response.writeHead(fault.status ?? 307, { location: fault.to }).end()
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
    if (fault?.kind === "malformed" && (body as ChatRequest | null)?.stream !== true) {
      return response.writeHead(200, { "content-type": "application/json" }).end("<html>not json")
    }
    if (path === "/v1/chat/completions") return sendChat(response, body as ChatRequest, script, fault)
    if (path === "/v1/embeddings") return sendEmbeddings(response, body as EmbeddingRequest, script, fault)
    if (path === "/v1/models") return sendJson(response, 200, { object: "list", data: [{ id: "mock", object: "model" }] })
    return sendJson(response, 404, { error: { message: "no such endpoint" } })
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${port}/v1`, requests, close, [Symbol.asyncDispose]: close }
}
