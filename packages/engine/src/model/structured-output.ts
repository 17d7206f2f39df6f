/** JSON answers from servers that know JSON schemas, from those that know JSON, and from those that know neither. */
import { isDaydreamError } from "../errors/index.ts"
import type { CallOptions, LanguageModel, Prompt } from "./model.ts"
import { wrapLanguageModel } from "./wrap.ts"

/** What a server turned out not to take; shared with what builds the request. */
export interface Quirks {
  usesMaxCompletionTokens: boolean
  refusesTemperature: boolean
}

/** The schema in words, at the end of the first system message. */
function withSchemaInWords(prompt: Prompt, schema: unknown): Prompt {
  const words = schema === undefined ? "Answer with one JSON value and nothing else."
    : `Answer with one JSON value and nothing else. It follows this JSON Schema: ${JSON.stringify(schema)}`
  const [first, ...rest] = prompt
  return first?.role === "system"
    ? [{ ...first, content: `${first.content}\n\n${words}` }, ...rest]
    : [{ role: "system", content: words }, ...prompt]
}

/** The call for a server of level 0 (takes schemas), 1 (takes JSON mode) or 2 (takes neither). */
function atLevel(options: CallOptions, level: number): CallOptions {
  const { responseFormat, ...rest } = options
  if (responseFormat?.type !== "json" || level === 0) return options
  const prompt = withSchemaInWords(options.prompt, responseFormat.schema)
  return level === 1 ? { ...rest, prompt, responseFormat: { type: "json" } } : { ...rest, prompt }
}

const isRejection = (error: unknown): boolean =>
  isDaydreamError(error) && error.code === "model_refused_request" && (error.facts.status === 400 || error.facts.status === 422)

/** Learns from a rejection; true where the same call may now be taken. */
function learn(error: unknown, quirks: Quirks): boolean {
  const detail = isDaydreamError(error) ? String(error.facts.detail) : ""
  if (!quirks.usesMaxCompletionTokens && /max_completion_tokens/.test(detail)) return (quirks.usesMaxCompletionTokens = true)
  if (!quirks.refusesTemperature && /temperature/.test(detail)) return (quirks.refusesTemperature = true)
  return false
}

/**
 * Asks for JSON by schema; where the server rejects that, in JSON mode with the schema in words; where it rejects that
 * too, by words alone. What a server takes is remembered. The first error is thrown where nothing helps.
 */
export function withStructuredFallback(model: LanguageModel, quirks: Quirks): LanguageModel {
  let known = 0
  const attempt = async <T>(options: CallOptions, call: (options: CallOptions) => PromiseLike<T>): Promise<T> => {
    const last = options.responseFormat?.type === "json" ? 2 : known
    let first: unknown
    for (let level = known; level <= last; level++) {
      try {
        const result = await call(atLevel(options, level))
        if (options.responseFormat?.type === "json") known = level
        return result
      } catch (error) {
        if (!isRejection(error)) throw error
        first ??= error
        if (learn(error, quirks)) level--
      }
    }
    throw first
  }
  return wrapLanguageModel(model, {
    generate: (options) => attempt(options, (call) => model.doGenerate(call)),
    stream: (options) => attempt(options, (call) => model.doStream(call)),
  })
}
