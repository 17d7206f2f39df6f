/** Counts tokens where an upstream does not report them. */
import type { CallFacts, JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { noTokens } from "../call/index.ts"
import { isArray, isObject } from "./check.ts"

/** Encoded at once, so that other calls are served in between. */
const slice = 32_768
/** Of a longer text evenly spread samples of this size altogether are counted. */
const longest = 524_288
const perMessage = 4
const perCall = 3
/** An image of common size (OpenAI: 765 for 1024 × 1024 in high detail; Anthropic: about 1,500). */
const perImage = 1_000
const perClip = 500

type CountTokens = (text: string, options: { readonly disallowedSpecial: Set<string> }) => number

let loading: Promise<CountTokens> | undefined
/** Marks of special tokens in a text are text. */
const options = { disallowedSpecial: new Set<string>() }

/** One encoding (o200k), read when it is first needed. */
function loadCounter(): Promise<CountTokens> {
  loading ??= import("gpt-tokenizer/encoding/o200k_base").then((encoding) => encoding.countTokens as CountTokens)
  return loading
}

/** Tokens of `text` by OpenAI's newest encoding; other tokenizers differ by a tenth or so, more in Chinese. */
export async function countTokens(text: string): Promise<number> {
  if (text === "") return 0
  const count = await loadCounter()
  if (text.length <= slice) return countSlice(count, text)
  const isSampled = text.length > longest
  const step = isSampled ? Math.floor(text.length / (longest / slice)) : slice
  let sum = 0
  let read = 0
  for (let start = 0; start < text.length && read < longest; start += step) {
    const piece = text.slice(start, start + slice)
    sum += countSlice(count, piece)
    read += piece.length
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return isSampled ? Math.round((sum * text.length) / read) : sum
}

/** Byte-pair merging is quadratic in a word's length, so long words are cut. */
function countSlice(count: CountTokens, text: string): number {
  const cut = /\S{400,}/.test(text) ? text.replace(/\S{200}/g, "$& ") : text
  return count(cut, options)
}

/** Estimated tokens of `call`, and of `text` as its answer. */
export async function estimateTokens(call: CallFacts, text: string): Promise<MeteredTokens> {
  const gathered: Gathered = { texts: [], fixed: perCall, images: 0, clips: 0 }
  for (const key of prompts) gather(call.body[key], gathered)
  const input = await countTokens(gathered.texts.join("\n"))
  return {
    ...noTokens,
    input: input + gathered.fixed,
    imageInput: gathered.images * perImage,
    audioInput: gathered.clips * perClip,
    output: await countTokens(text),
    isEstimated: true,
  }
}

/** The answer of `POST /v1/messages/count_tokens`. */
export const tokenCount = (tokens: MeteredTokens): JsonObject => ({
  input_tokens: tokens.input + tokens.cachedInput + tokens.cacheWrite + tokens.imageInput + tokens.audioInput,
})

const prompts = [
  "system", "instructions", "messages", "input", "tools", "functions", "response_format", "text", "output_config",
  "output_format",
]

interface Gathered {
  readonly texts: string[]
  fixed: number
  images: number
  clips: number
}

function gather(value: JsonValue | undefined, into: Gathered): void {
  if (typeof value === "string") into.texts.push(value)
  else if (typeof value === "number") into.fixed += 1
  else if (isArray(value)) for (const item of value) gather(item, into)
  else if (isObject(value)) gatherObject(value, into)
}

function gatherObject(value: JsonObject, into: Gathered): void {
  const type = value["type"]
  if (type === "image_url" || type === "image" || type === "input_image") into.images += 1
  else if (type === "input_audio" || type === "audio_url") into.clips += 1
  else if (isFile(value, type)) into.images += 4
  else {
    if (value["role"] !== undefined) into.fixed += perMessage
    for (const key in value) {
      // Names of fields count where they are a schema's; those of messages are not part of the prompt.
      if (key === "role" || key === "type" || key === "cache_control" || key === "id") continue
      if (type === "object" || type === "function") into.texts.push(key)
      gather(value[key], into)
    }
  }
}

const isFile = (value: JsonObject, type: JsonValue | undefined): boolean =>
  (type === "file" && isObject(value["file"])) || type === "input_file" || (type === "document" && !hasText(value))

function hasText(document: JsonObject): boolean {
  const source = document["source"]
  return isObject(source) && (source["type"] === "text" || source["type"] === "content")
}
