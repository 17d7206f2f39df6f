/** A model server that does what it is asked: calls the tool it is given, keeps the schema it is given, else echoes. */
import { createServer } from "node:http"
import type { ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

interface Body {
  readonly model: string
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
  readonly response_format?: { readonly type: string }
  readonly logprobs?: boolean
  readonly input?: string | readonly string[]
}

export interface EchoUpstream extends AsyncDisposable {
  readonly url: string
  readonly bodies: readonly Body[]
  /** Milliseconds of silence before streams begin, and again before their last event; 0 unless set. */
  silenceMs: number
}

const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 }

function textOf(content: unknown): string {
  if (typeof content === "string") return content
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? "").join("") : ""
}

/** What is said: a text, or one call of a tool. */
function answerTo(body: Body): { readonly content: string } | { readonly tool: string; readonly args: string } {
  const last = body.messages.at(-1)
  const [tool] = body.tools ?? []
  if (tool !== undefined && last?.role !== "tool") return { tool: tool.function.name, args: JSON.stringify({ city: "Paris" }) }
  if (body.response_format?.type === "json_schema") return { content: JSON.stringify({ answer: 42 }) }
  return { content: last?.role === "tool" ? `The tool says: ${textOf(last.content)}` : `You said: ${textOf(last?.content)}` }
}

function answerWhole(body: Body, response: ServerResponse): void {
  const answer = answerTo(body)
  const message = "content" in answer ? { role: "assistant", content: answer.content, refusal: null } : {
    role: "assistant", content: null, refusal: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: answer.tool, arguments: answer.args } }],
  }
  const logprobs = body.logprobs === true ? { content: [{ token: "You", logprob: -0.5, bytes: null, top_logprobs: [] }], refusal: null } : null
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({
    id: "chatcmpl-echo", object: "chat.completion", created: 1, model: body.model, usage,
    choices: [{ index: 0, message, logprobs, finish_reason: "content" in answer ? "stop" : "tool_calls" }],
  }))
}

async function answerStream(body: Body, response: ServerResponse, silenceMs: number): Promise<void> {
  if (silenceMs > 0) await sleep(silenceMs)
  const answer = answerTo(body)
  const chunk = (delta: object, finish: string | null = null) => response.write(`data: ${JSON.stringify({
    id: "chatcmpl-echo", object: "chat.completion.chunk", created: 1, model: body.model, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`)
  response.setHeader("content-type", "text/event-stream")
  chunk({ role: "assistant", content: "" })
  if ("content" in answer) for (const word of answer.content.split(/(?<= )/u)) chunk({ content: word })
  else {
    chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: answer.tool, arguments: "" } }] })
    for (const piece of [answer.args.slice(0, 5), answer.args.slice(5)]) chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] })
  }
  if (silenceMs > 0) await sleep(silenceMs)
  chunk({}, "content" in answer ? "stop" : "tool_calls")
  if (body.stream_options?.include_usage === true)
    response.write(`data: ${JSON.stringify({ id: "chatcmpl-echo", object: "chat.completion.chunk", created: 1, model: body.model, choices: [], usage })}\n\n`)
  response.end("data: [DONE]\n\n")
}

function answerEmbeddings({ input, model }: Body, response: ServerResponse): void {
  const texts = typeof input === "string" ? [input] : (input ?? [])
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({
    object: "list", model, usage: { prompt_tokens: 4, total_tokens: 4 },
    data: texts.map((text, index) => ({ object: "embedding", index, embedding: [text.length, 0.5] })),
  }))
}

export async function startEchoUpstream(): Promise<EchoUpstream> {
  const bodies: Body[] = []
  const server = createServer((request, response) => {
    let text = ""
    request.on("data", (data: Buffer) => void (text += String(data)))
    request.on("end", () => {
      const body = JSON.parse(text) as Body
      bodies.push(body)
      if (request.url === "/v1/embeddings") answerEmbeddings(body, response)
      else if (body.stream === true) void answerStream(body, response, upstream.silenceMs)
      else answerWhole(body, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const upstream: EchoUpstream = {
    silenceMs: 0, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return upstream
}
