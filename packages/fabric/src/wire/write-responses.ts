/** Writes OpenAI's Responses. */
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { isObject, placeOf, textOf } from "./check.ts"
import { errorWords } from "./error-body.ts"
import { malformed, type Part } from "./part.ts"
import {
  callItem, messageItem, reasoningItem, reasoningPart, refusalPart, responseObject, textPart, type ItemStatus,
  type ResponseState,
} from "./response-object.ts"
import type { WholeAnswer } from "./whole.ts"
import { namedEvent, type StreamWriter, type WriterOptions } from "./writer.ts"

type Kind = "text" | "refusal" | "reasoning" | "call"

/** The item that is being written, with what it holds so far. */
interface OpenItem {
  readonly id: string
  readonly place: number
  readonly kind: Kind
  readonly tool: number | null
  readonly call: { readonly id: string; readonly name: string }
  text: string
}

const partOf = (kind: Kind, text: string): JsonObject =>
  kind === "refusal" ? refusalPart(text) : kind === "reasoning" ? reasoningPart(text) : textPart(text)

function itemOf(item: OpenItem, status: ItemStatus, isEmpty: boolean): JsonObject {
  const content = isEmpty ? [] : [partOf(item.kind, item.text)]
  if (item.kind === "call") return callItem(item.id, { ...item.call, arguments: isEmpty ? "" : item.text }, status)
  return item.kind === "reasoning" ? reasoningItem(item.id, content, status) : messageItem(item.id, content, status)
}

export class ResponsesWriter implements StreamWriter {
  private readonly options: WriterOptions
  private model: string
  private sequence = 0
  private isStarted = false
  /** The response object of a stream that went through unchanged so far. */
  private adopted: JsonObject | null = null
  private readonly output: JsonValue[] = []
  private item: OpenItem | null = null
  private place = 0
  private status: "completed" | "incomplete" = "completed"
  private reason: "max_output_tokens" | "content_filter" | null = null

  constructor(options: WriterOptions) {
    this.options = options
    this.model = options.model
  }

  adopt(event: JsonObject): void {
    if (typeof event["sequence_number"] === "number") this.sequence = event["sequence_number"] + 1
    switch (event["type"]) {
      case "response.created":
        this.isStarted = true
        if (isObject(event["response"])) this.adopted = event["response"]
        return
      case "response.output_item.added": return this.adoptItem(event)
      case "response.output_text.delta":
        if (this.item !== null) this.item.text += textOf(event["delta"])
        return
      case "response.output_item.done":
        this.output.push(event["item"] ?? null)
        this.item = null
        return
      default:
    }
  }

  private adoptItem(event: JsonObject): void {
    const item = isObject(event["item"]) ? event["item"] : {}
    const place = placeOf(event["output_index"], this.place)
    const kind: Kind = item["type"] === "message" ? "text" : item["type"] === "reasoning" ? "reasoning" : "call"
    this.item = {
      id: textOf(item["id"]), place, kind, tool: null, text: "", call: { id: textOf(item["call_id"]),
        name: textOf(item["name"]) },
    }
    this.place = place + 1
  }

  write(part: Part): string {
    switch (part.type) {
      case "open":
        if (part.model !== null) this.model = part.model
        return this.start()
      case "text-delta": return part.text === "" ? ""
        : this.open("text", null) + this.delta("response.output_text.delta", part.text)
      case "refusal-delta": return this.open("refusal", null) + this.delta("response.refusal.delta", part.text)
      case "reasoning-delta": return this.open("reasoning", null) + this.delta("response.reasoning_text.delta",
        part.text)
      case "tool-open": return this.open("call", part.index, { id: part.id, name: part.name })
      case "tool-delta":
        if (this.item?.tool !== part.index) throw interleaved
        return this.delta("response.function_call_arguments.delta", part.text)
      case "finish":
        if (part.reason === "length") this.reason = "max_output_tokens"
        if (part.reason === "content_filter") this.reason = "content_filter"
        if (this.reason !== null) this.status = "incomplete"
        return this.start() + this.close()
      default: return ""
    }
  }

  private event(type: string, fields: JsonObject): string {
    return namedEvent({ type, sequence_number: this.sequence++, ...fields })
  }

  private response(state: Pick<ResponseState, "status" | "output" | "tokens" | "reason" | "error">): JsonObject {
    const made = responseObject(this.options, { ...state, model: this.model })
    if (this.adopted === null) return made
    const { status, output, usage, error, incomplete_details } = made
    return { ...this.adopted, status, output, error, incomplete_details, ...(usage === undefined ? {} : { usage }) }
  }

  private start(): string {
    if (this.isStarted) return ""
    this.isStarted = true
    const response = this.response({ status: "in_progress", output: [] })
    return this.event("response.created", { response }) + this.event("response.in_progress", { response })
  }

  private open(kind: Kind, tool: number | null, call = { id: "", name: "" }): string {
    if (this.item !== null && this.item.kind === kind && kind !== "call") return ""
    const before = this.start() + this.close()
    const place = this.place++
    const stem = kind === "call" ? "fc" : kind === "reasoning" ? "rs" : "msg"
    const item: OpenItem = { id: `${stem}_${this.options.requestId}_${place}`, place, kind, tool, call, text: "" }
    this.item = item
    const added = this.event("response.output_item.added",
      { output_index: place, item: itemOf(item, "in_progress", true) })
    if (kind === "call") return before + added
    return before + added + this.event("response.content_part.added",
      { ...this.at(item), content_index: 0, part: partOf(kind, "") })
  }

  private at(item: OpenItem): JsonObject {
    return { item_id: item.id, output_index: item.place }
  }

  private delta(type: string, text: string): string {
    const item = this.item!
    item.text += text
    const where = item.kind === "call" ? this.at(item) : { ...this.at(item), content_index: 0 }
    return this.event(type, item.kind === "text" ? { ...where, delta: text, logprobs: [] } : { ...where, delta: text })
  }

  private close(): string {
    const item = this.item
    if (item === null) return ""
    this.item = null
    if (item.kind === "call" && item.text === "") item.text = "{}"
    const whole = itemOf(item, this.status, false)
    this.output.push(whole)
    const told = item.kind === "call"
      ? this.event("response.function_call_arguments.done",
        { ...this.at(item), name: item.call.name, arguments: item.text })
      : this.contentDone(item)
    return told + this.event("response.output_item.done", { output_index: item.place, item: whole })
  }

  private contentDone(item: OpenItem): string {
    const where = { ...this.at(item), content_index: 0 }
    const told = item.kind === "refusal"
      ? this.event("response.refusal.done", { ...where, refusal: item.text })
      : item.kind === "reasoning"
        ? this.event("response.reasoning_text.done", { ...where, text: item.text })
        : this.event("response.output_text.done", { ...where, text: item.text, logprobs: [] })
    return told + this.event("response.content_part.done", { ...where, part: partOf(item.kind, item.text) })
  }

  end(tokens: MeteredTokens | null): string {
    const response = this.response({
      status: this.status, output: this.output, tokens, ...(this.reason === null ? {} : { reason: this.reason }),
    })
    return this.event(`response.${this.status}`, { response })
  }

  fail(error: unknown): string {
    const words = errorWords("responses", error)
    const code = words.code === "rate_limit_exceeded" ? words.code : "server_error"
    const opening = this.start()
    const output = this.item === null ? this.output : [...this.output, itemOf(this.item, "incomplete", false)]
    const response = this.response({ status: "failed", output, error: { code, message: words.message } })
    return opening + this.event("response.failed", { response })
      + this.event("error", { code: words.code, message: words.message, param: words.param })
  }
}

const interleaved = malformed("The model's server mixed the arguments of several tool calls.")

/** A whole response. */
export function writeWholeResponse(answer: WholeAnswer, options: WriterOptions): JsonObject {
  const choice = answer.choices[0]!
  const isCut = choice.finish === "length" || choice.finish === "content_filter"
  const status = isCut ? "incomplete" : "completed"
  const output: JsonObject[] = []
  const id = (stem: string): string => `${stem}_${options.requestId}_${output.length}`
  if (choice.reasoning !== "") output.push(reasoningItem(id("rs"), [reasoningPart(choice.reasoning)], status))
  if (choice.text !== "") output.push(messageItem(id("msg"), [textPart(choice.text)], status))
  if (choice.refusal !== "") output.push(messageItem(id("msg"), [refusalPart(choice.refusal)], status))
  for (const tool of choice.tools) output.push(callItem(id("fc"), { ...tool, arguments: tool.arguments || "{}" },
    status))
  return responseObject(options, {
    status, output, model: answer.model ?? options.model, tokens: answer.tokens,
    ...(isCut ? { reason: choice.finish === "length" ? "max_output_tokens" as const : "content_filter" as const } : {}),
  })
}
