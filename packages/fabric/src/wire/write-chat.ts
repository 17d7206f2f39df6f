/** Writes chat completions of OpenAI's API. */
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { isObject, placeOf } from "./check.ts"
import { errorBody } from "./error-body.ts"
import type { Part } from "./part.ts"
import { chatUsage } from "./usage.ts"
import type { WholeAnswer } from "./whole.ts"
import type { StreamWriter, WriterOptions } from "./writer.ts"

const wantsUsage = (body: JsonObject): boolean => isObject(body["stream_options"])
  && body["stream_options"]["include_usage"] === true

export class ChatWriter implements StreamWriter {
  private id: string
  private created: number
  private model: string
  private head = ""
  private readonly tail: string
  private readonly hasUsage: boolean
  private readonly opened = new Set<number>()
  /** Tool calls without arguments so far, as `choice:index`: clients parse them, so an empty text is no answer. */
  private readonly bare = new Map<string, Extract<Part, { type: "tool-open" }>>()

  constructor(options: WriterOptions) {
    this.id = `chatcmpl-${options.requestId}`
    this.created = options.created
    this.model = options.model
    this.hasUsage = wantsUsage(options.body)
    this.tail = this.hasUsage ? `,"usage":null}\n\n` : "}\n\n"
    this.makeHead()
  }

  private makeHead(): void {
    const { id, created, model } = this
    const fields = JSON.stringify({ id, object: "chat.completion.chunk", created, model })
    this.head = `data: ${fields.slice(0, -1)},"choices":[`
  }

  adopt(event: JsonObject): void {
    if (this.opened.size > 0) return
    if (typeof event["id"] === "string") this.id = event["id"]
    if (typeof event["created"] === "number") this.created = event["created"]
    if (typeof event["model"] === "string") this.model = event["model"]
    if (!Array.isArray(event["choices"])) return
    for (const choice of event["choices"]) if (isObject(choice)) this.opened.add(placeOf(choice["index"], 0))
    this.makeHead()
  }

  write(part: Part): string {
    switch (part.type) {
      case "open":
        if (this.opened.size === 0 && part.model !== null) {
          this.model = part.model
          this.makeHead()
        }
        return ""
      case "text-delta":
        if (part.text === "" && part.logprobs === undefined) return ""
        return this.chunk(part.choice, `{"content":${JSON.stringify(part.text)}}`, "null", part.logprobs)
      case "reasoning-delta": return this.chunk(part.choice, `{"reasoning_content":${JSON.stringify(part.text)}}`,
        "null")
      case "refusal-delta": return this.chunk(part.choice, `{"refusal":${JSON.stringify(part.text)}}`, "null")
      case "tool-open": {
        this.bare.set(`${part.choice}:${part.index}`, part)
        const call = { index: part.index, id: part.id, type: "function", function: { name: part.name, arguments: "" } }
        return this.chunk(part.choice, `{"tool_calls":[${JSON.stringify(call)}]}`, "null")
      }
      case "tool-delta": {
        this.bare.delete(`${part.choice}:${part.index}`)
        const call = { index: part.index, function: { arguments: part.text } }
        return this.chunk(part.choice, `{"tool_calls":[${JSON.stringify(call)}]}`, "null")
      }
      case "finish": {
        let arguments_ = ""
        for (const { choice, index } of this.bare.values()) {
          if (choice === part.choice) arguments_ += this.write({ type: "tool-delta", choice, index, text: "{}" })
        }
        return arguments_ + this.chunk(part.choice, "{}", `"${part.reason}"`)
      }
      default: return ""
    }
  }

  private chunk(choice: number, delta: string, finish: string, logprobs?: JsonValue): string {
    let opening = ""
    if (!this.opened.has(choice)) {
      this.opened.add(choice)
      opening = this.chunk(choice, `{"role":"assistant","content":"","refusal":null}`, "null")
    }
    const probabilities = logprobs === undefined ? "null" : JSON.stringify(logprobs)
    const fields = `"index":${choice},"delta":${delta},"logprobs":${probabilities},"finish_reason":${finish}`
    return `${opening}${this.head}{${fields}}]${this.tail}`
  }

  /** The usage chunk alone, without the end mark. */
  usage(tokens: MeteredTokens | null): string {
    return tokens === null || !this.hasUsage ? "" : `${this.head}],"usage":${JSON.stringify(chatUsage(tokens))}}\n\n`
  }

  end(tokens: MeteredTokens | null): string {
    return `${this.usage(tokens)}data: [DONE]\n\n`
  }

  fail(error: unknown): string {
    return `data: ${JSON.stringify(errorBody("chat", error))}\n\n`
  }
}

/** A whole chat completion. */
export function writeWholeChat(answer: WholeAnswer, options: WriterOptions): JsonObject {
  const choices = answer.choices.map((choice, index) => ({
    index,
    message: {
      role: "assistant",
      content: choice.text === "" && choice.tools.length > 0 ? null : choice.text,
      refusal: choice.refusal === "" ? null : choice.refusal,
      ...(choice.reasoning === "" ? {} : { reasoning_content: choice.reasoning }),
      ...(choice.tools.length === 0 ? {} : {
        tool_calls: choice.tools.map((tool) => ({
          id: tool.id, type: "function", function: { name: tool.name, arguments: tool.arguments || "{}" },
        })),
      }),
    },
    logprobs: null,
    finish_reason: choice.finish,
  }))
  return {
    id: `chatcmpl-${options.requestId}`, object: "chat.completion", created: options.created,
    model: answer.model ?? options.model, choices,
    ...(answer.tokens === null ? {} : { usage: chatUsage(answer.tokens) }),
  }
}
