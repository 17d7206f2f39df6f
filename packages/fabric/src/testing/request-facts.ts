/** What the test servers read of a request. */
import type { AnswerShape } from "./answers.ts"

/** A request, read. */
export interface RequestFacts {
  readonly path: string
  readonly shape: AnswerShape | "embeddings" | "models" | "count-tokens" | "other"
  readonly id: string
  readonly model: string
  readonly cap: number | null
  readonly isStream: boolean
  readonly wantsUsage: boolean
  /** Words that the answer already has: the prompt ends with a half-said answer. */
  readonly wordsSaid: number
  /** True where the prompt ends with a message of the assistant. */
  readonly isPrefilled: boolean
  readonly inputTokens: number
  readonly input: unknown
}

interface Body {
  readonly model?: unknown
  readonly stream?: unknown
  readonly max_tokens?: unknown
  readonly max_completion_tokens?: unknown
  readonly stream_options?: { readonly include_usage?: unknown } | null
  readonly messages?: readonly { readonly role?: unknown; readonly content?: unknown }[]
  readonly input?: unknown
}

const contentText = (content: unknown): string =>
  typeof content === "string" ? content
    : Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? "").join("") : ""

const shapes: Readonly<Record<string, RequestFacts["shape"]>> = {
  "/v1/chat/completions": "chat", "/v1/messages": "messages", "/v1/embeddings": "embeddings", "/v1/models": "models",
  "/v1/messages/count_tokens": "count-tokens",
}

/** Reads a request. A body that is no JSON counts as an empty one. */
export function requestFacts(path: string, id: string, raw: string): RequestFacts {
  let body: Body = {}
  try {
    body = (JSON.parse(raw) ?? {}) as Body
  } catch {
    // An empty body.
  }
  const last = body.messages?.at(-1)
  const isPrefilled = last?.role === "assistant"
  const cap = body.max_completion_tokens ?? body.max_tokens
  return {
    path, id, shape: shapes[path.split("?")[0] as string] ?? "other",
    model: typeof body.model === "string" ? body.model : "",
    cap: typeof cap === "number" ? cap : null,
    isStream: body.stream === true,
    wantsUsage: body.stream_options?.include_usage === true,
    isPrefilled,
    wordsSaid: isPrefilled ? (contentText(last.content).match(/\bw\d+/g)?.length ?? 0) : 0,
    inputTokens: Math.ceil((body.messages ?? []).reduce((sum, { content }) => sum + contentText(content).length / 4 + 4, 0)),
    input: body.input,
  }
}
