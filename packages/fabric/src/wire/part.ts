/** What any dialect's answer is made of, whole or streamed: the middle between reading one API and writing another. */
import type { JsonValue } from "../call/index.ts"
import type { AttemptFailure } from "../routing/index.ts"
import type { UsageReading } from "./usage.ts"

/** Why an answer ended, in OpenAI's words. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter"

export type Part =
  | {
    readonly type: "open"
    readonly id: string | null
    readonly model: string | null
    readonly created: number | null
  }
  | { readonly type: "text-delta"; readonly choice: number; readonly text: string; readonly logprobs?: JsonValue }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "refusal-delta"; readonly choice: number; readonly text: string }
  /** `index`: the tool call's place among those of its choice. */
  | {
    readonly type: "tool-open"
    readonly choice: number
    readonly index: number
    readonly id: string
    readonly name: string
  }
  | { readonly type: "tool-delta"; readonly choice: number; readonly index: number; readonly text: string }
  /** Content that no other API can carry (audio): passes in its own API, is told as a failure elsewhere. */
  | { readonly type: "other"; readonly choice: number; readonly name: string }
  | {
    readonly type: "finish"; readonly choice: number; readonly reason: FinishReason
    /** The reason in the upstream's own words. */
    readonly said: string
    readonly stopSequence?: string
  }
  | { readonly type: "usage"; readonly usage: UsageReading }
  /** The dialect's end mark. */
  | { readonly type: "end" }
  | { readonly type: "failure"; readonly failure: AttemptFailure }

/** Reads the events of one dialect. */
export interface PartReader {
  /** The event that was read last, parsed; null for an end mark. */
  readonly last: { readonly [name: string]: JsonValue | undefined } | null
  read(data: string, parts: Part[]): void
}

export const malformed = (message: string): Part => ({
  type: "failure", failure: { kind: "malformed", message, afterFirstToken: false },
})
