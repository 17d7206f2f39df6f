/** From the body of OpenAI's chat to the call options of the AI SDK. */
import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool, LanguageModelV4ToolChoice } from "@ai-sdk/provider"
import { refuse, wrong } from "./body-fault.ts"
import { isObject, readMessages } from "./read-messages.ts"
import type { ReadsUrl } from "./read-messages.ts"

/** A body, read. */
export interface ReadBody {
  readonly options: LanguageModelV4CallOptions
  /** Answers asked for. */
  readonly choices: number
  readonly includesUsage: boolean
  /** Rivals of each token that are asked for; null: no probabilities. */
  readonly topLogprobs: number | null
}

type Fields = { readonly [name: string]: unknown }

const given = (value: unknown) => value !== undefined && value !== null

function number(body: Fields, field: string, least: number, most: number): number | undefined {
  const value = body[field]
  if (!given(value)) return undefined
  if (typeof value !== "number" || !(value >= least && value <= most)) throw wrong(field, `a number from ${least} to ${most}`)
  return value
}

function integer(body: Fields, field: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = number(body, field, least, most)
  if (value !== undefined && !Number.isInteger(value)) throw wrong(field, "a whole number")
  return value
}

function stopsOf(stop: unknown): string[] | undefined {
  if (!given(stop)) return undefined
  const list: unknown[] = Array.isArray(stop) ? stop : [stop]
  if (!list.every((text) => typeof text === "string")) throw wrong("stop", "a text or a list of texts")
  return list.filter((text) => text !== "")
}

function toolsOf(tools: unknown): LanguageModelV4FunctionTool[] | undefined {
  if (!given(tools)) return undefined
  if (!Array.isArray(tools)) throw wrong("tools", "a list")
  return tools.map((tool: unknown, index): LanguageModelV4FunctionTool => {
    const named = isObject(tool) && tool["type"] === "function" ? tool["function"] : undefined
    if (!isObject(named) || typeof named["name"] !== "string") throw wrong(`tools[${index}]`, "a function with a name")
    const { name, description, parameters, strict } = named
    return {
      type: "function", name,
      inputSchema: (isObject(parameters) ? parameters : { type: "object", properties: {} }) as LanguageModelV4FunctionTool["inputSchema"],
      ...(typeof description === "string" ? { description } : {}), ...(typeof strict === "boolean" ? { strict } : {}),
    }
  })
}

function choiceOf(choice: unknown): LanguageModelV4ToolChoice | undefined {
  if (!given(choice)) return undefined
  if (choice === "auto" || choice === "none" || choice === "required") return { type: choice }
  const named = isObject(choice) ? choice["function"] : undefined
  if (isObject(named) && typeof named["name"] === "string") return { type: "tool", toolName: named["name"] }
  throw wrong("tool_choice", "auto, none, required or a function")
}

function formatOf(format: unknown): LanguageModelV4CallOptions["responseFormat"] {
  if (!given(format)) return undefined
  const type = isObject(format) ? format["type"] : undefined
  if (type === "text") return { type }
  if (type === "json_object") return { type: "json" }
  const wanted = isObject(format) ? format["json_schema"] : undefined
  if (type !== "json_schema" || !isObject(wanted)) throw wrong("response_format", "text, json_object or json_schema")
  const { schema, name, description } = wanted
  return {
    type: "json", ...(isObject(schema) ? { schema } : {}), ...(typeof name === "string" ? { name } : {}),
    ...(typeof description === "string" ? { description } : {}),
  }
}

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const

/** Without the fields that are not set. */
const compact = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }

/** Parses JSON text to an object. Throws a refusal with status 400. */
export function parseBody(text: string): Fields {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw refuse("invalid_json", "The body is no JSON.")
  }
  if (!isObject(body)) throw wrong("body", "an object")
  return body
}

/** Reads a body of a chat. Throws a refusal with status 400. */
export function readBody(text: string, readsUrl: ReadsUrl): ReadBody {
  const body = parseBody(text)
  if (given(body["functions"]) || given(body["function_call"])) throw refuse("unsupported_value", "`functions` is out of use: say `tools`.")
  const effort = efforts.find((known) => known === body["reasoning_effort"])
  const stream = body["stream_options"]
  const options = compact({
    maxOutputTokens: integer(body, "max_completion_tokens", 1) ?? integer(body, "max_tokens", 1),
    temperature: number(body, "temperature", 0, 2),
    topP: number(body, "top_p", 0, 1),
    topK: integer(body, "top_k", -1),
    presencePenalty: number(body, "presence_penalty", -2, 2),
    frequencyPenalty: number(body, "frequency_penalty", -2, 2),
    seed: integer(body, "seed", Number.MIN_SAFE_INTEGER),
    stopSequences: stopsOf(body["stop"]),
    tools: toolsOf(body["tools"]),
    toolChoice: choiceOf(body["tool_choice"]),
    responseFormat: formatOf(body["response_format"]),
    reasoning: effort,
  })
  return {
    options: { prompt: readMessages(body["messages"], readsUrl), ...options },
    choices: integer(body, "n", 1, 128) ?? 1,
    includesUsage: isObject(stream) && stream["include_usage"] === true,
    topLogprobs: body["logprobs"] === true ? integer(body, "top_logprobs", 0, 20) ?? 0 : null,
  }
}
