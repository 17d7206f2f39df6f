/** An AI function as a chat model: the last user message is the row, the answer is the label. */
import { isDaydreamError } from "@daydream/engine/errors"
import { wireErrors } from "../wire/index.ts"
import type { JsonObject, JsonValue } from "../call/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import type { Upstream, UpstreamRequest, UpstreamResponse } from "../upstream/index.ts"
import type { FunctionAnswer, FunctionRun, ServedFunction } from "./function-host.ts"
import { inputTokensOf, outputTokensOf } from "./settle.ts"

/** Says what an answer cost, in nano-units; only believed of upstreams within this process. */
export const costHeader = "x-daydream-cost"

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

const textOf = (content: JsonValue | undefined): string | null => {
  if (typeof content === "string") return content
  if (!Array.isArray(content)) return null
  const texts = content.map((part: JsonValue) => (isObject(part) && typeof part["text"] === "string" ? part["text"] : ""))
  return texts.join("")
}

const badRow = (served: ServedFunction) => wireErrors.bad_request({ param: "messages", problem: {
  en: `the last user message must be ${served.textInput === null ? "" : "a text, or "}a JSON object of the inputs of "${served.name}".`,
  zh: `最后一条用户消息必须是${served.textInput === null ? "" : "一段文本，或"}包含“${served.name}”各输入的 JSON 对象。` } })

/** A row given as a text or as an object. Throws `bad_request`. */
export function rowOf(served: ServedFunction, value: JsonValue | undefined): JsonObject {
  if (isObject(value)) return value
  if (typeof value !== "string") throw badRow(served)
  if (value.trimStart().startsWith("{")) {
    try {
      const parsed: unknown = JSON.parse(value)
      if (isObject(parsed)) return parsed
    } catch {
      // A text that only looks like JSON is a text.
    }
  }
  if (served.textInput === null) throw badRow(served)
  return { [served.textInput]: value }
}

/** The row of a chat body. Throws `bad_request`. */
export function rowOfChat(served: ServedFunction, body: JsonObject): JsonObject {
  const messages = body["messages"]
  const last = Array.isArray(messages)
    ? messages.findLast((message: JsonValue) => isObject(message) && message["role"] === "user") as JsonObject | undefined
    : undefined
  return rowOf(served, textOf(last?.["content"]) ?? undefined)
}

/** What the `daydream` field of an answer tells. */
export const described = (answer: FunctionAnswer): JsonObject => ({
  status: answer.status, confidence: answer.confidence, by: answer.by,
  ...(answer.fault === undefined ? {} : { fault: { ...answer.fault } }),
})

export const usageOf = ({ tokens }: FunctionRun): JsonObject => {
  const [input, output] = [inputTokensOf(tokens), outputTokensOf(tokens)]
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

/** Serves `served` in the chat interface. */
export function functionUpstream(served: ServedFunction, now: () => number): Upstream {
  return {
    dialects: ["openai-chat"],
    acceptsPrefill: false,
    async call(request, { signal }) {
      const body = JSON.parse(request.body) as JsonObject
      try {
        const run = await served.run([rowOfChat(served, body)], { signal })
        return answerOf(request, body, run, now())
      } catch (error) {
        if (signal.aborted) throw error
        if (!isDaydreamError(error) || error.code !== "bad_request") throw functionFault(error)
        return respond(400, { error: { message: error.message, type: "invalid_request_error", code: null } })
      }
    },
    close: async () => undefined,
  }
}

const functionFault = (cause: unknown) =>
  new UpstreamFault({ kind: "status", status: 500, message: "The function failed.", afterFirstToken: false }, cause)

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}

const respond = (status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): UpstreamResponse =>
  ({ status, headers: { "content-type": "application/json", ...headers }, body: once(JSON.stringify(body)) })

function answerOf(request: UpstreamRequest, body: JsonObject, run: FunctionRun, now: number): UpstreamResponse {
  const [answer] = run.answers
  const told = { [costHeader]: run.cost.toString() }
  if (answer === undefined || answer.status === "failed") {
    const { code, message } = answer?.fault ?? { code: "no_answer", message: "The function gave no answer." }
    return respond(500, { error: { message, type: "server_error", code } }, told)
  }
  const content = typeof answer.output === "string" ? answer.output : JSON.stringify(answer.output)
  const head = { id: `chatcmpl-${request.requestId}`, created: Math.floor(now / 1000), model: `function/${request.model}` }
  const daydream = described(answer)
  if (!request.isStream) {
    const message = { role: "assistant", content, refusal: null }
    return respond(200, {
      ...head, object: "chat.completion", daydream, usage: usageOf(run),
      choices: [{ index: 0, message, finish_reason: "stop", logprobs: null }],
    }, told)
  }
  const event = (fields: JsonObject) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...fields })}\n\n`
  const choice = (delta: JsonObject, finish: string | null) => ({ choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }] })
  const options = body["stream_options"]
  const wantsUsage = isObject(options) && options["include_usage"] === true
  const text = event(choice({ role: "assistant", content }, null)) + event({ ...choice({}, "stop"), daydream }) +
    (wantsUsage ? event({ choices: [], usage: usageOf(run) }) : "") + "data: [DONE]\n\n"
  return { status: 200, headers: { "content-type": "text/event-stream", ...told }, body: once(text) }
}
