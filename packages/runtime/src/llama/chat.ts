/** From the AI SDK's prompt to the tokens that a model reads. */
import type { LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider"
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from "node-llama-cpp"
import { errors } from "./errors.ts"
import { renderCall } from "./tools.ts"

type Part = Exclude<LanguageModelV4Message["content"], string>[number]

function outputText(output: LanguageModelV4ToolResultOutput): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value
    case "json":
    case "error-json":
      return JSON.stringify(output.value)
    case "execution-denied":
      return `denied${output.reason === undefined ? "" : `: ${output.reason}`}`
    default:
      return output.value.map((item) => (item.type === "text" ? item.text : JSON.stringify(item))).join("\n")
  }
}

function partText(part: Part, modelId: string): string {
  switch (part.type) {
    case "text":
      return part.text
    case "tool-call":
      return renderCall(part.toolName, part.input)
    case "tool-result":
      return `<tool_response>\n${outputText(part.output)}\n</tool_response>`
    // What a model thought is not shown to it again; approvals are for the caller.
    case "reasoning":
    case "tool-approval-response":
      return ""
    case "file":
      throw errors.content_not_supported({ modelId, content: `a file (${part.mediaType})` })
    default:
      throw errors.content_not_supported({ modelId, content: part.type })
  }
}

const partsText = (parts: readonly Part[], modelId: string): string =>
  parts.map((part) => partText(part, modelId)).filter((text) => text !== "").join("\n")

function itemOf(message: Exclude<LanguageModelV4Message, { role: "system" }>, modelId: string): ChatHistoryItem {
  const text = partsText(message.content, modelId)
  return message.role === "assistant" ? { type: "model", response: [text] } : { type: "user", text }
}

/**
 * The chat that a model reads: one system text with `extra` at its end, then the turns. Where the last turn is the
 * assistant's, the answer goes on from it.
 */
export function chatHistory(prompt: LanguageModelV4Prompt, extra: readonly string[], modelId: string): ChatHistoryItem[] {
  const system = prompt.filter((message) => message.role === "system").map((message) => message.content)
  const text = [...system, ...extra].filter((part) => part !== "").join("\n\n")
  const turns = prompt.filter((message) => message.role !== "system").map((message) => itemOf(message, modelId))
  const open: ChatHistoryItem[] = turns.at(-1)?.type === "model" ? [] : [{ type: "model", response: [] }]
  return [...(text === "" ? [] : [{ type: "system" as const, text }]), ...turns, ...open]
}

/** The tokens of a chat in the model's own template. Marks of the template inside the texts stay plain text. */
export function chatTokens(history: ChatHistoryItem[], wrapper: ChatWrapper, model: LlamaModel): Token[] {
  return wrapper.generateContextState({ chatHistory: history }).contextText.tokenize(model.tokenizer)
}
