/** Function calling by text and grammar: how tools are shown to a model, and how its calls are read. */
import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider"
import { errors } from "./errors.ts"
import { grammarOf } from "./schema-grammar.ts"
import type { Schema } from "./schema-grammar.ts"

/** Marks around a call, as the Qwen and Hermes families were trained. */
export const callMarks = { open: "<tool_call>", close: "</tool_call>" } as const

/** What the model may call in one answer. */
export interface ToolUse {
  readonly tools: readonly LanguageModelV4FunctionTool[]
  /** True: the answer is a call. False: it may be text. */
  readonly isRequired: boolean
}

/** The tools that the options leave to the model, or undefined where there is none. */
export function toolUseOf(options: LanguageModelV4CallOptions): ToolUse | undefined {
  const given = (options.tools ?? []).filter((tool) => tool.type === "function")
  const choice = options.toolChoice ?? { type: "auto" }
  if (choice.type === "none" || (given.length === 0 && choice.type !== "tool")) return undefined
  if (choice.type !== "tool") return { tools: given, isRequired: choice.type === "required" }
  const tools = given.filter((tool) => tool.name === choice.toolName)
  if (tools.length === 0) {
    throw errors.no_such_tool({ toolName: choice.toolName, toolNames: given.map((tool) => tool.name) })
  }
  return { tools, isRequired: true }
}

/** The system text that shows the tools. */
export function describeTools({ tools, isRequired }: ToolUse): string {
  const signatures = tools.map((tool) =>
    JSON.stringify({
      type: "function",
      function: { name: tool.name, description: tool.description ?? "", parameters: tool.inputSchema },
    }),
  )
  return [
    "# Tools",
    "",
    isRequired ? "Answer by calling a function." : "You may call one or more functions to assist with the user query.",
    "",
    "You are provided with function signatures within <tools></tools> XML tags:",
    "<tools>",
    ...signatures,
    "</tools>",
    "",
    `For each function call, return a json object with function name and arguments within ${callMarks.open}${callMarks.close} XML tags:`,
    callMarks.open,
    `{"name": <function-name>, "arguments": <args-json-object>}`,
    callMarks.close,
  ].join("\n")
}

/** A call as the model reads it in an earlier turn. */
export const renderCall = (name: string, input: unknown): string =>
  `${callMarks.open}\n${JSON.stringify({ name, arguments: input })}\n${callMarks.close}`

const callSchema = (tool: LanguageModelV4FunctionTool): Schema => ({
  type: "object",
  properties: { name: { const: tool.name }, arguments: tool.inputSchema },
  required: ["name", "arguments"],
})

/** Definitions that the tools' schemas refer to from their roots would be lost inside another schema: they move up. */
function withDefinitions(tools: readonly LanguageModelV4FunctionTool[]): Schema {
  const collected: Record<string, unknown> = {}
  for (const tool of tools) {
    const { $defs, definitions } = tool.inputSchema as { $defs?: object; definitions?: object }
    Object.assign(collected, $defs, definitions)
  }
  return { $defs: collected, definitions: collected, anyOf: tools.map(callSchema) }
}

/** The grammar of an answer that may call the tools: calls, or text, or text and then calls. */
export function toolGrammar({ tools, isRequired }: ToolUse): { readonly grammar: string; readonly ignored: readonly string[] } {
  const { grammar, ignored } = grammarOf(withDefinitions(tools), "call")
  const calls = `calls ::= onecall ("\\n" onecall){0,3}\nonecall ::= "${callMarks.open}\\n" call "\\n${callMarks.close}"`
  const root = isRequired
    ? `root ::= onecall`
    : // Text begins with a letter and the like, not with a space or the brace of a call without its mark, which weak models write.
      // A "<" in it is followed by anything but the "t" of the mark.
      `root ::= calls | text ("\\n"{0,2} calls)?\ntext ::= [^<{\` \\n\\t] ([^<] | "<" [^t])*`
  return { grammar: `${root}\n${calls}\n${grammar}`, ignored }
}

/** A call that was read. */
export interface ParsedCall {
  readonly toolName: string
  /** JSON text of the arguments. */
  readonly input: string
}

/** Reads the text between the marks. Undefined if it is no whole call (the answer was cut). */
export function parseCall(text: string): ParsedCall | undefined {
  try {
    const { name, arguments: input } = JSON.parse(text) as { name: unknown; arguments: unknown }
    return typeof name === "string" ? { toolName: name, input: JSON.stringify(input ?? {}) } : undefined
  } catch {
    return undefined
  }
}
