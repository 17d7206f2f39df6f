/** Reads what upstreams report of tokens into classes that do not overlap, and writes it in each API's words. */
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { isObject } from "./check.ts"

/** `tokens` null: nothing usable was reported. `doubt`: what in the report cannot be true, where something is. */
export interface UsageReading {
  readonly tokens: MeteredTokens | null
  readonly doubt: string | null
}

const nothing: UsageReading = { tokens: null, doubt: null }
/** More tokens than any context holds; a report above it is nonsense. */
const mostTokens = 100_000_000

/** Notes what was wrong while it reads. */
class Reading {
  doubt: string | null = null

  /** A main count: null where it is missing or nonsense. */
  main(source: JsonObject, key: string): number | null {
    const value = source[key]
    if (value === undefined || value === null) return null
    if (typeof value === "number" && Number.isFinite(value) && value >= 0
      && value <= mostTokens) return Math.ceil(value)
    this.doubt ??= `${key} is ${describe(value)}`
    return null
  }

  /** A part of `rest`: 0 where it is missing, clamped where it is nonsense. */
  part(source: JsonValue | undefined, key: string, rest: number): number {
    if (!isObject(source)) return 0
    const value = source[key]
    if (value === undefined || value === null) return 0
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
      this.doubt ??= `${key} is ${describe(value)}`
      return 0
    }
    if (value <= rest) return Math.ceil(value)
    this.doubt ??= `${key} is ${value}, more than the ${rest} that it is a part of`
    return rest
  }
}

const describe = (value: JsonValue): string => typeof value === "number" ? String(value) : `a ${typeof value}`

/** OpenAI's `usage` of chat completions, Responses and embeddings: details are parts of the main counts. */
export function readOpenAiUsage(usage: JsonValue | undefined): UsageReading {
  if (!isObject(usage)) return nothing
  const reading = new Reading()
  const isResponses = usage["input_tokens"] !== undefined
  const input = reading.main(usage, isResponses ? "input_tokens" : "prompt_tokens")
  const counted = reading.main(usage, isResponses ? "output_tokens" : "completion_tokens")
  // Embeddings have no output.
  const output = counted ?? (usage["completion_tokens"] === undefined && usage["output_tokens"] === undefined ? 0
    : null)
  if (input === null || output === null) return { tokens: null, doubt: reading.doubt }
  const inputDetails = usage[isResponses ? "input_tokens_details" : "prompt_tokens_details"]
  const outputDetails = usage[isResponses ? "output_tokens_details" : "completion_tokens_details"]
  let rest = input
  const cachedInput = reading.part(inputDetails, "cached_tokens", rest)
  rest -= cachedInput
  const cacheWrite = reading.part(inputDetails, "cache_write_tokens", rest)
  rest -= cacheWrite
  // Audio and image tokens may be among the cached ones; no report says how many, so they are clamped without a doubt.
  const audioInput = Math.min(rest, reading.part(inputDetails, "audio_tokens", input))
  rest -= audioInput
  const imageInput = Math.min(rest, reading.part(inputDetails, "image_tokens", input))
  rest -= imageInput
  const reasoning = reading.part(outputDetails, "reasoning_tokens", output)
  const audioOutput = reading.part(outputDetails, "audio_tokens", output - reasoning)
  return {
    tokens: {
      input: rest, cachedInput, cacheWrite, imageInput, audioInput,
      output: output - reasoning - audioOutput, reasoning, audioOutput, isEstimated: false,
    },
    doubt: reading.doubt,
  }
}

/** Anthropic's `usage`: `input_tokens` stands beside the cached and written ones; thinking is a part of the output. */
export function readAnthropicUsage(usage: JsonValue | undefined): UsageReading {
  if (!isObject(usage)) return nothing
  const reading = new Reading()
  const input = reading.main(usage, "input_tokens")
  const output = reading.main(usage, "output_tokens")
  if (input === null || output === null) return { tokens: null, doubt: reading.doubt }
  const cachedInput = reading.part(usage, "cache_read_input_tokens", mostTokens)
  const cacheWrite = reading.part(usage, "cache_creation_input_tokens", mostTokens)
  const reasoning = reading.part(usage["output_tokens_details"], "thinking_tokens", output)
  return {
    tokens: {
      input, cachedInput, cacheWrite, imageInput: 0, audioInput: 0,
      output: output - reasoning, reasoning, audioOutput: 0, isEstimated: false,
    },
    doubt: reading.doubt,
  }
}

const inputOf = (t: MeteredTokens): number => t.input + t.cachedInput + t.cacheWrite + t.imageInput + t.audioInput
const outputOf = (t: MeteredTokens): number => t.output + t.reasoning + t.audioOutput

/** `usage` of chat completions. */
export const chatUsage = (t: MeteredTokens): JsonObject => ({
  prompt_tokens: inputOf(t),
  completion_tokens: outputOf(t),
  total_tokens: inputOf(t) + outputOf(t),
  prompt_tokens_details: { cached_tokens: t.cachedInput, audio_tokens: t.audioInput },
  completion_tokens_details: { reasoning_tokens: t.reasoning, audio_tokens: t.audioOutput },
})

/** `usage` of Responses. */
export const responsesUsage = (t: MeteredTokens): JsonObject => ({
  input_tokens: inputOf(t),
  input_tokens_details: { cached_tokens: t.cachedInput, cache_write_tokens: t.cacheWrite },
  output_tokens: outputOf(t),
  output_tokens_details: { reasoning_tokens: t.reasoning },
  total_tokens: inputOf(t) + outputOf(t),
})

/** `usage` of Messages. */
export const messagesUsage = (t: MeteredTokens): JsonObject => ({
  input_tokens: t.input + t.imageInput + t.audioInput,
  cache_creation_input_tokens: t.cacheWrite,
  cache_read_input_tokens: t.cachedInput,
  output_tokens: outputOf(t),
})
