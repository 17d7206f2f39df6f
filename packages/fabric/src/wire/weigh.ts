/**
 * An upper bound of the tokens that a body can be, whatever the tokenizer.
 *
 * A tokenizer over bytes (BPE, or SentencePiece with byte fallback) makes at most one token of each byte, so the bytes
 * of all texts are a bound of the texts; to it come the marks that a chat template adds. Schemas, which templates print
 * anew (perhaps with characters escaped and a line for each field), count twice, and for each field a line's end and
 * one token for each step of indentation. What is not text counts by the constants below.
 * Not covered: tokenizers that normalise to NFKC, which can make one character into eighteen (no chat model in use
 * does), and those that make a token of each single blank of an indentation.
 */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { isArray, isObject, refuse } from "./check.ts"

/** Worst cases in tokens. */
export interface WorstCase {
  /** A template's default system text. */
  readonly perCall: number
  /** Role marks of a message. */
  readonly perMessage: number
  /** What a template or provider writes before the tools (Anthropic: up to some 700). */
  readonly tools: number
  readonly perTool: number
  /**
   * One image. 16,384 is the most of Qwen2.5-VL; OpenAI's tile models stay below 2,000 (but gpt-4o-mini multiplies
   * by 33: set 50,000 to serve it), Anthropic's below 5,000.
   */
  readonly image: number
  readonly video: number
  /** A clip: at least so many, and one for each so many characters of base64 (low bit rates: 1 kB/s, 32 tokens/s). */
  readonly audio: number
  readonly audioCharactersPerToken: number
  /** A file (PDF): at least so many, and so many for each character of base64 (text and an image for each page). */
  readonly file: number
  readonly filePerCharacter: number
  /** A file, clip or document by address, whose size is not known. */
  readonly remote: number
}

export const worstCase: WorstCase = {
  perCall: 64, perMessage: 16, tools: 1_024, perTool: 16, image: 16_384, video: 131_072,
  audio: 1_024, audioCharactersPerToken: 32, file: 65_536, filePerCharacter: 4, remote: 1_000_000,
}

const deepest = 64
const mostNodes = 1_000_000
const longestArray = 100_000

/** Fields of a body that never become part of a prompt. */
const silent = new Set([
  "model", "stream", "stream_options", "n", "best_of", "temperature", "top_p", "top_k", "min_p", "presence_penalty",
  "frequency_penalty", "repetition_penalty", "logit_bias", "logprobs", "top_logprobs", "user", "seed", "max_tokens",
  "max_completion_tokens", "max_output_tokens", "service_tier", "store", "metadata", "parallel_tool_calls",
  "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "encoding_format", "dimensions", "background",
  "include", "truncation", "stop", "stop_sequences", "stop_token_ids", "modalities", "reasoning_effort", "verbosity",
  "max_tool_calls", "inference_geo", "cache_control",
])

/** Fields that templates print anew, perhaps indented. */
const reprinted = new Set(["tools", "functions", "response_format", "text", "output_config", "output_format",
  "tool_choice"])

/** The count so far; one object a call. */
interface Scale {
  nodes: number
  images: boolean
  audio: boolean
  readonly worst: WorstCase
}

export interface Weight {
  readonly tokens: number
  readonly images: boolean
  readonly audio: boolean
}

/**
 * Weighs a body. `messages`: how many messages or items it holds. Throws `bad_request` for nesting and arrays beyond
 * reason.
 */
export function weigh(body: JsonObject, messages: number, worst: WorstCase): Weight {
  const scale: Scale = { nodes: 0, images: false, audio: false, worst }
  let tokens = worst.perCall + worst.perMessage * messages
  for (const key in body) {
    const value = body[key]
    if (value === undefined || value === null) continue
    const isSchema = reprinted.has(key)
    const weight = weighValue(value, key, 1, scale, !isSchema)
    if (silent.has(key)) continue
    tokens += isSchema ? 2 * weight : weight
    if ((key === "tools" || key === "functions") && isArray(value) && value.length > 0) {
      tokens += worst.tools + worst.perTool * value.length
    }
  }
  return { tokens, images: scale.images, audio: scale.audio }
}

function weighValue(value: JsonValue | undefined, top: string, depth: number, scale: Scale, hasMedia: boolean): number {
  if (typeof value === "string") return byteLength(value)
  if (typeof value === "number") return 24
  if (typeof value !== "object" || value === null) return 5
  if (depth > deepest) {
    refuse(top, `is nested deeper than ${deepest} levels.`, `嵌套超过 ${deepest} 层。`)
  }
  if (isArray(value)) {
    if (value.length > longestArray) {
      refuse(top, `holds an array of more than ${longestArray} items.`, `包含超过 ${longestArray} 项的数组。`)
    }
    count(value.length, top, scale)
    let sum = 2 * value.length + (hasMedia ? 0 : (value.length + 1) * (depth + 1))
    for (let i = 0; i < value.length; i++) sum += weighValue(value[i], top, depth + 1, scale, hasMedia)
    return sum
  }
  return weighObject(value, top, depth, scale, hasMedia)
}

function weighObject(value: JsonObject, top: string, depth: number, scale: Scale, hasMedia: boolean): number {
  let sum = 2
  let fields = 0
  const holder = hasMedia ? mediaHolder(value["type"]) : null
  for (const key in value) {
    fields++
    const field = value[key]
    if (key === holder) sum += weighMedia(value, field, top, depth, scale)
    // Arguments of former calls are printed anew as well.
    else sum += key.length + 4 + weighValue(field, top, depth + 1, scale, hasMedia) * (key === "tool_calls" ? 2 : 1)
  }
  count(fields, top, scale)
  // A line for each field and one for the closing bracket.
  return hasMedia ? sum : sum + (fields + 1) * (depth + 1)
}

function count(nodes: number, top: string, scale: Scale): void {
  scale.nodes += nodes
  if (scale.nodes > mostNodes) refuse(top, `holds more than ${mostNodes} values.`, `包含超过 ${mostNodes} 个值。`)
}

/** The field that holds what is not text, of a content part of this type. */
function mediaHolder(type: unknown): string | null {
  switch (type) {
    case "image_url":
    case "input_image": return "image_url"
    case "image":
    case "document": return "source"
    case "input_audio": return "input_audio"
    case "audio_url": return "audio_url"
    case "video_url": return "video_url"
    case "file": return "file"
    case "input_file": return "file_data"
    default: return null
  }
}

function weighMedia(part: JsonObject, held: JsonValue | undefined, top: string, depth: number, scale: Scale): number {
  const worst = scale.worst
  const walked = weighValue(held, top, depth + 1, scale, true)
  const type = part["type"]
  switch (type) {
    case "image_url":
    case "input_image":
    case "image":
      scale.images = true
      return worst.image
    case "video_url":
      scale.images = true
      return worst.video
    case "input_audio":
      scale.audio = true
      return Math.max(worst.audio, Math.ceil(walked / worst.audioCharactersPerToken))
    case "audio_url":
      scale.audio = true
      return worst.remote
    case "document": {
      const kind = isObject(held) ? held["type"] : null
      if (kind === "text" || kind === "content") return walked
      scale.images = true
      return kind === "base64" ? Math.max(worst.file, walked * worst.filePerCharacter) : worst.remote
    }
    default:
      scale.images = true
      return Math.max(worst.file, walked * worst.filePerCharacter)
  }
}

/** Bytes in UTF-8; a loop is quicker than the call for the many short strings. */
function byteLength(text: string): number {
  if (text.length > 48) return Buffer.byteLength(text)
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}
