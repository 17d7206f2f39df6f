/** Answers of the test servers as bytes: numbered words, so that a judge sees at once what is missing or said twice. */
import { hashEmbedding } from "@daydream/engine/testing"

/** The interface of an answer. */
export type AnswerShape = "chat" | "messages"

/** What an answer holds. Words are numbered from `first`; `end` is not in it. */
export interface Answer {
  readonly shape: AnswerShape
  readonly id: string
  readonly model: string
  readonly first: number
  readonly end: number
  /** In OpenAI's words. */
  readonly finish: "stop" | "length" | "content_filter"
  readonly usage: { readonly input: number; readonly output: number } | null
}

/** The word of a number, as a token: `w0`, ` w1`, ` w2` … */
export const word = (index: number): string => (index === 0 ? "w0" : ` w${index}`)

/** The words from `first` up to, not including, `end`. */
export function words(first: number, end: number): string {
  let text = ""
  for (let index = first; index < end; index++) text += word(index)
  return text
}

const stopReasons = { stop: "end_turn", length: "max_tokens", content_filter: "refusal" } as const

const chatUsage = ({ input, output }: NonNullable<Answer["usage"]>) =>
  ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output })

/** The whole answer as JSON text. */
export function wholeAnswer(answer: Answer): string {
  const { id, model, usage } = answer
  const text = words(answer.first, answer.end)
  if (answer.shape === "messages") {
    return JSON.stringify({
      id: `msg_${id}`, type: "message", role: "assistant", model, content: [{ type: "text", text }],
      stop_reason: stopReasons[answer.finish], stop_sequence: null,
      usage: { input_tokens: usage?.input ?? 0, output_tokens: usage?.output ?? 0 },
    })
  }
  return JSON.stringify({
    id: `chatcmpl-${id}`, object: "chat.completion", created: 1_700_000_000, model,
    choices: [{
      index: 0, message: { role: "assistant", content: text, refusal: null }, logprobs: null, finish_reason: answer.finish,
    }],
    ...(usage === null ? {} : { usage: chatUsage(usage) }),
  })
}

/** A stream's events: opening, one a word, closing. The closing holds finish reason, usage and end mark, each an event. */
export interface AnswerEvents {
  readonly opening: readonly string[]
  readonly words: readonly string[]
  readonly finish: string
  readonly usage: string | null
  readonly mark: string
}

function chatEvents(answer: Answer, numbers: readonly number[]): AnswerEvents {
  const head = { id: `chatcmpl-${answer.id}`, object: "chat.completion.chunk", created: 1_700_000_000, model: answer.model }
  const chunk = (delta: unknown, finish: string | null = null) =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`
  return {
    opening: [chunk({ role: "assistant", content: "" })],
    words: numbers.map((number) => chunk({ content: word(number) })),
    finish: chunk({}, answer.finish),
    usage: answer.usage === null ? null
      : `data: ${JSON.stringify({ ...head, choices: [], usage: chatUsage(answer.usage) })}\n\n`,
    mark: "data: [DONE]\n\n",
  }
}

function messageEvents(answer: Answer, numbers: readonly number[]): AnswerEvents {
  const event = (data: { readonly type: string; readonly [name: string]: unknown }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
  const { usage } = answer
  const message = {
    id: `msg_${answer.id}`, type: "message", role: "assistant", model: answer.model, content: [], stop_reason: null,
    stop_sequence: null, usage: { input_tokens: usage?.input ?? 0, output_tokens: 0 },
  }
  const delta = { stop_reason: stopReasons[answer.finish], stop_sequence: null }
  return {
    opening: [
      event({ type: "message_start", message }),
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    ],
    words: numbers.map((number) =>
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: word(number) } })),
    finish: event({ type: "content_block_stop", index: 0 })
      + event({ type: "message_delta", delta, usage: { output_tokens: usage?.output ?? 0 } }),
    usage: null,
    mark: event({ type: "message_stop" }),
  }
}

/** The events of a streamed answer. */
export function answerEvents(answer: Answer): AnswerEvents {
  const numbers = Array.from({ length: Math.max(0, answer.end - answer.first) }, (_, index) => answer.first + index)
  return answer.shape === "chat" ? chatEvents(answer, numbers) : messageEvents(answer, numbers)
}

/** An error body in the shape's own form. */
export function errorBody(shape: AnswerShape, error: { readonly type: string; readonly code: string | null; readonly message: string }): string {
  return JSON.stringify(shape === "messages"
    ? { type: "error", error: { type: error.type, message: error.message } }
    : { error: { message: error.message, type: error.type, param: null, code: error.code } })
}

/** An embeddings answer: vectors that depend on the texts alone. */
export function embeddingsAnswer(model: string, input: unknown): string {
  const inputs = (Array.isArray(input) ? input : [input]).map(String)
  const tokens = inputs.reduce((sum, text) => sum + Math.max(1, Math.ceil(text.length / 4)), 0)
  return JSON.stringify({
    object: "list", model,
    data: inputs.map((text, index) => ({ object: "embedding", index, embedding: hashEmbedding(text, 16) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}
