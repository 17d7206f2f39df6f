/** What a call's options mean for this model, worked out before anything is evaluated. */
import type { LanguageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider"
import type { SequenceEvaluateOptions } from "node-llama-cpp"
import { anyObjectSchema, grammarOf } from "./schema-grammar.ts"
import type { Schema } from "./schema-grammar.ts"
import { describeTools, toolGrammar, toolUseOf } from "./tools.ts"
import type { ToolUse } from "./tools.ts"

/** A call, worked out. */
export interface ModelRequest {
  /** Texts for the end of the system message. */
  readonly extraSystem: readonly string[]
  readonly grammar: string | undefined
  readonly toolUse: ToolUse | undefined
  readonly sampling: SequenceEvaluateOptions
  readonly warnings: SharedV4Warning[]
}

/** Greedy unless a temperature is given: the same prompt gives the same answer. */
function samplingOf(options: LanguageModelV4CallOptions, randomSeed: () => number): SequenceEvaluateOptions {
  const temperature = options.temperature ?? 0
  if (temperature <= 0) return { temperature: 0 }
  return {
    temperature,
    topP: options.topP ?? 1,
    topK: options.topK ?? 0,
    minP: 0,
    seed: Math.abs(Math.trunc(options.seed ?? randomSeed())) % 0xffffffff,
  }
}

/** What the grammar cannot say, the text says: descriptions of fields, for one. */
const describeSchema = (schema: Schema): string =>
  `Answer with JSON only, on one line, that fits this JSON Schema:\n${JSON.stringify(schema)}`

/** Reads `options`. `randomSeed` is asked where sampling has no seed. Throws `no_such_tool`. */
export function requestOf(options: LanguageModelV4CallOptions, randomSeed: () => number): ModelRequest {
  const warnings: SharedV4Warning[] = []
  const ignored = (keywords: readonly string[], where: string) => {
    if (keywords.length === 0) return
    warnings.push({ type: "unsupported", feature: where, details: `not enforced: ${keywords.join(", ")}` })
  }
  for (const tool of options.tools ?? []) {
    if (tool.type !== "function") warnings.push({ type: "unsupported", feature: `provider tool ${tool.id}` })
  }
  const common = { sampling: samplingOf(options, randomSeed), warnings }
  const toolUse = toolUseOf(options)
  const format = options.responseFormat
  if (toolUse !== undefined) {
    const { grammar, ignored: keywords } = toolGrammar(toolUse)
    ignored(keywords, "tools")
    if (format?.type === "json") warnings.push({ type: "unsupported", feature: "responseFormat together with tools" })
    return { ...common, toolUse, grammar, extraSystem: [describeTools(toolUse)] }
  }
  if (format?.type !== "json") return { ...common, toolUse, grammar: undefined, extraSystem: [] }
  const schema = (format.schema ?? anyObjectSchema) as Schema
  const { grammar, ignored: keywords } = grammarOf(schema)
  ignored(keywords, "responseFormat.schema")
  const extraSystem = [format.schema === undefined ? "Answer with one JSON object only." : describeSchema(schema)]
  return { ...common, toolUse, grammar, extraSystem }
}
