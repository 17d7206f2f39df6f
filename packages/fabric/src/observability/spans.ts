/** OpenTelemetry spans by the semantic conventions of generative AI (`gen_ai.*`). Without a tracer nothing is done. */
import { SpanKind, SpanStatusCode, context, propagation, trace } from "@opentelemetry/api"
import type { Span, Tracer } from "@opentelemetry/api"
import type { Api, CallFacts, MeteredTokens } from "../call/index.ts"

const operations: Readonly<Record<Api, string>> = {
  "chat": "chat", "responses": "chat", "messages": "chat", "embeddings": "embeddings", "count-tokens": "count_tokens",
  "function": "invoke_function",
}

/** How a request ended, for its span. */
export interface SpanEnding {
  readonly outcome: string
  readonly status: number
  readonly answeredModel: string | null
  readonly answerId: string | null
  readonly finishReason: string | null
  readonly tokens: MeteredTokens
  readonly errorCode: string | null
  /** What the model said; recorded only where the tenant asks for it. */
  readonly text: string
}

/** The span of one request; its attempts are events of it. */
export interface RequestSpan {
  attempt(facts: { readonly pool: string; readonly model: string; readonly outcome: string; readonly failure?: string }): void
  end(ending: SpanEnding): void
}

export interface SpanOpening {
  readonly call: CallFacts
  readonly tenant: string
  readonly requestId: string
  readonly recordsContent: boolean
  /** Headers that may carry the caller's trace (`traceparent`). */
  readonly carrier: Readonly<Record<string, string | string[] | undefined>>
}

/** Opens the span of a request, as a child of the caller's where it sends its trace. */
export function openSpan(tracer: Tracer, opening: SpanOpening): RequestSpan {
  const { call } = opening
  const operation = operations[call.api]
  const parent = propagation.extract(context.active(), opening.carrier)
  const span = tracer.startSpan(`${operation} ${call.model}`, {
    kind: SpanKind.SERVER,
    attributes: {
      "gen_ai.operation.name": operation, "gen_ai.request.model": call.model, "gen_ai.request.stream": call.isStream,
      "gen_ai.request.choice.count": call.choices, "daydream.tenant": opening.tenant, "daydream.request.id": opening.requestId,
      ...(call.outputCap === null ? {} : { "gen_ai.request.max_tokens": call.outputCap }),
    },
  }, parent)
  if (opening.recordsContent) {
    const asked = call.body["messages"] ?? call.body["input"]
    if (asked !== undefined) span.setAttribute("gen_ai.input.messages", JSON.stringify(asked))
  }
  return {
    attempt: ({ pool, model, outcome, failure }) => span.addEvent("attempt", {
      "daydream.pool": pool, "daydream.target.model": model, "daydream.outcome": outcome,
      ...(failure === undefined ? {} : { "error.type": failure }),
    }),
    end: (ending) => end(span, ending, opening.recordsContent),
  }
}

function end(span: Span, ending: SpanEnding, recordsContent: boolean): void {
  const { tokens } = ending
  span.setAttributes({
    "gen_ai.usage.input_tokens":
      tokens.input + tokens.cachedInput + tokens.cacheWrite + tokens.imageInput + tokens.audioInput,
    "gen_ai.usage.output_tokens": tokens.output + tokens.reasoning + tokens.audioOutput,
    "gen_ai.usage.cache_read.input_tokens": tokens.cachedInput,
    "gen_ai.usage.cache_creation.input_tokens": tokens.cacheWrite,
    "daydream.usage.estimated": tokens.isEstimated,
    "daydream.outcome": ending.outcome, "http.response.status_code": ending.status,
  })
  if (ending.answeredModel !== null) span.setAttribute("gen_ai.response.model", ending.answeredModel)
  if (ending.answerId !== null) span.setAttribute("gen_ai.response.id", ending.answerId)
  if (ending.finishReason !== null) span.setAttribute("gen_ai.response.finish_reasons", [ending.finishReason])
  if (recordsContent && ending.text !== "")
    span.setAttribute("gen_ai.output.messages",
      JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: ending.text }] }]))
  if (ending.errorCode !== null) {
    span.setAttribute("error.type", ending.errorCode)
    span.setStatus({ code: SpanStatusCode.ERROR, message: ending.errorCode })
  }
  span.end()
}

/** The tracer of the application's OpenTelemetry, where one is set up. */
export const globalTracer = (): Tracer => trace.getTracer("@daydream/fabric")
