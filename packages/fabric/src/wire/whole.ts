/** Gathers the parts of an answer into a whole one. */
import type { MeteredTokens } from "../call/index.ts"
import type { FinishReason, Part } from "./part.ts"

export interface WholeTool {
  /** Its place as the upstream counts. */
  readonly index: number
  readonly id: string
  readonly name: string
  arguments: string
}

export interface WholeChoice {
  text: string
  reasoning: string
  refusal: string
  readonly tools: WholeTool[]
  finish: FinishReason
  stopSequence: string | null
}

export interface WholeAnswer {
  readonly model: string | null
  readonly choices: readonly WholeChoice[]
  readonly tokens: MeteredTokens | null
}

/** `parts` as one answer; there is at least one choice. */
export function gather(parts: readonly Part[]): WholeAnswer {
  const choices: WholeChoice[] = []
  let model: string | null = null
  let tokens: MeteredTokens | null = null
  const choiceAt = (index: number): WholeChoice => {
    while (choices.length <= Math.min(index, 127)) {
      choices.push({ text: "", reasoning: "", refusal: "", tools: [], finish: "stop", stopSequence: null })
    }
    return choices[Math.min(index, 127)]!
  }
  for (const part of parts) {
    switch (part.type) {
      case "open": model = part.model; break
      case "text-delta": choiceAt(part.choice).text += part.text; break
      case "reasoning-delta": choiceAt(part.choice).reasoning += part.text; break
      case "refusal-delta": choiceAt(part.choice).refusal += part.text; break
      case "tool-open": choiceAt(part.choice).tools.push({ index: part.index, id: part.id, name: part.name,
        arguments: "" }); break
      case "tool-delta": {
        const tool = choiceAt(part.choice).tools.find((one) => one.index === part.index)
        if (tool !== undefined) tool.arguments += part.text
        break
      }
      case "finish": {
        const choice = choiceAt(part.choice)
        choice.finish = part.reason
        choice.stopSequence = part.stopSequence ?? null
        break
      }
      case "usage": tokens = part.usage.tokens; break
      default: break
    }
  }
  choiceAt(0)
  return { model, choices, tokens }
}
