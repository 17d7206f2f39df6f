/** From the growing text of an answer to the AI SDK's stream parts, calls of tools taken out. */
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider"
import { heldLength } from "./answer-text.ts"
import { callMarks, parseCall } from "./tools.ts"

/** Turns pieces of text into parts. */
export interface PartWriter {
  push(delta: string): readonly LanguageModelV4StreamPart[]
  /** Closes what is open. */
  finish(): readonly LanguageModelV4StreamPart[]
  /** Calls that were written so far. */
  readonly calls: number
}

/** Makes a writer. `readsCalls` false: marks of calls are text like any other. `newId` names calls. */
export function createPartWriter(readsCalls: boolean, newId: () => string): PartWriter {
  let blocks = 0
  let isTextOpen = false
  let held = ""
  /** The text of a call that is not closed yet. */
  let call: string | undefined
  let calls = 0
  const writeText = (text: string): LanguageModelV4StreamPart[] => {
    if (text === "") return []
    const start: LanguageModelV4StreamPart[] = isTextOpen ? [] : [{ type: "text-start", id: String(blocks) }]
    isTextOpen = true
    return [...start, { type: "text-delta", id: String(blocks), delta: text }]
  }
  const endText = (): LanguageModelV4StreamPart[] => {
    if (!isTextOpen) return []
    isTextOpen = false
    return [{ type: "text-end", id: String(blocks++) }]
  }
  const writeCall = (text: string): LanguageModelV4StreamPart[] => {
    const parsed = parseCall(text)
    // A call that was cut is no call; what was written of it is told as text.
    if (parsed === undefined) return writeText(callMarks.open + text)
    calls++
    const id = newId()
    return [
      ...endText(),
      { type: "tool-input-start", id, toolName: parsed.toolName },
      { type: "tool-input-delta", id, delta: parsed.input },
      { type: "tool-input-end", id },
      { type: "tool-call", toolCallId: id, toolName: parsed.toolName, input: parsed.input },
    ]
  }
  const advance = (): LanguageModelV4StreamPart[] => {
    const parts: LanguageModelV4StreamPart[] = []
    for (;;) {
      if (call !== undefined) {
        const end = held.indexOf(callMarks.close)
        if (end < 0) return parts
        parts.push(...writeCall(held.slice(0, end)))
        held = held.slice(end + callMarks.close.length)
        call = undefined
        continue
      }
      const at = held.indexOf(callMarks.open)
      if (at < 0) {
        const keep = heldLength(held, [callMarks.open])
        const text = held.slice(0, held.length - keep)
        held = held.slice(held.length - keep)
        // Line ends between calls are no text of their own.
        if (isTextOpen || calls === 0 || text.trim() !== "") parts.push(...writeText(text))
        return parts
      }
      const before = held.slice(0, at)
      if (isTextOpen || before.trim() !== "") parts.push(...writeText(before))
      held = held.slice(at + callMarks.open.length)
      call = ""
    }
  }
  return {
    get calls() {
      return calls
    },
    push: (delta) => {
      if (!readsCalls) return writeText(delta)
      held += delta
      return advance()
    },
    finish: () => {
      const rest = call === undefined ? writeText(held.trim() === "" && !isTextOpen ? "" : held) : writeCall(held)
      held = ""
      call = undefined
      return [...rest, ...endText()]
    },
  }
}
