/** The response object of OpenAI's Responses API, and the items in it. */
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { responsesUsage } from "./usage.ts"
import type { WriterOptions } from "./writer.ts"

export type ResponseStatus = "in_progress" | "completed" | "incomplete" | "failed"

export interface ResponseState {
  readonly status: ResponseStatus
  readonly output: readonly JsonValue[]
  readonly model: string
  readonly tokens?: MeteredTokens | null
  /** Why it is incomplete. */
  readonly reason?: "max_output_tokens" | "content_filter"
  readonly error?: { readonly code: string; readonly message: string }
}

/** What the request said that the answer repeats. */
const repeated = ["max_output_tokens", "text", "reasoning", "truncation", "user", "top_logprobs",
  "safety_identifier"] as const

/** Tools as the answer repeats them: with every field that the API requires. */
function toolsOf(body: JsonObject): JsonValue[] {
  const tools = Array.isArray(body["tools"]) ? (body["tools"] as JsonObject[]) : []
  return tools.map((tool) => tool["type"] === "function" ? { parameters: null, strict: null, ...tool } : tool)
}

export function responseObject(options: WriterOptions, state: ResponseState): JsonObject {
  const { body } = options
  const said = Object.fromEntries(repeated.flatMap((key) => body[key] === undefined ? [] : [[key, body[key]]]))
  return {
    id: `resp_${options.requestId}`, object: "response", created_at: options.created, status: state.status,
    error: state.error ?? null,
    incomplete_details: state.reason === undefined ? null : { reason: state.reason },
    instructions: body["instructions"] ?? null, metadata: body["metadata"] ?? {}, model: state.model,
    output: state.output, parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    temperature: body["temperature"] ?? 1, top_p: body["top_p"] ?? 1,
    tool_choice: body["tool_choice"] ?? "auto", tools: toolsOf(body),
    previous_response_id: null, store: false, ...said,
    ...(state.tokens === undefined || state.tokens === null ? {} : { usage: responsesUsage(state.tokens) }),
  }
}

export type ItemStatus = "in_progress" | "completed" | "incomplete"

export const textPart = (text: string): JsonObject => ({ type: "output_text", text, annotations: [], logprobs: [] })
export const refusalPart = (refusal: string): JsonObject => ({ type: "refusal", refusal })
export const reasoningPart = (text: string): JsonObject => ({ type: "reasoning_text", text })

export const messageItem = (id: string, content: readonly JsonValue[], status: ItemStatus): JsonObject =>
  ({ id, type: "message", status, role: "assistant", content })

export const reasoningItem = (id: string, content: readonly JsonValue[], status: ItemStatus): JsonObject =>
  ({ id, type: "reasoning", summary: [], content, status })

export const callItem = (
  id: string, call: { readonly id: string; readonly name: string; readonly arguments: string }, status: ItemStatus,
): JsonObject => ({ id, type: "function_call", status, call_id: call.id, name: call.name, arguments: call.arguments })
