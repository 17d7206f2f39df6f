/** The sixteen cases and their right outcomes, as docs/guides/routing.md states them. Seconds are scaled by the runner. */
import type { Behaviour } from "@daydream/fabric/testing"

export type Mode = "stream" | "buffer"

/** What the client must get: the whole answer, or an error with this code. */
export type Right = "answer" | { readonly code: string }

export interface Outcome {
  readonly right: Right
  /** What each upstream must have seen, attempt by attempt: the words that it said. */
  readonly primary: readonly number[]
  readonly fallback: readonly number[]
}

export interface Case {
  readonly name: string
  readonly primary: readonly Behaviour[]
  readonly fallback?: readonly Behaviour[]
  readonly stream: Outcome
  readonly buffer: Outcome
}

/** Words of a whole answer. */
export const answerWords = 60

const rescued = (said: number): Outcome => ({ right: "answer", primary: [said], fallback: [answerWords] })
const continued = (said: number): Outcome => ({ right: "answer", primary: [said], fallback: [answerWords - said] })
const refused = (code: string): Outcome => ({ right: { code }, primary: [0], fallback: [] })
const both = (outcome: Outcome) => ({ stream: outcome, buffer: outcome })

export const cases: readonly Case[] = [
  { name: "429 with Retry-After", primary: [{ kind: "status", status: 429, retryAfter: 2 }, { kind: "answer" }], ...both(rescued(0)) },
  { name: "429 without Retry-After", primary: [{ kind: "status", status: 429 }, { kind: "answer" }], ...both(rescued(0)) },
  { name: "500 once", primary: [{ kind: "status", status: 500 }, { kind: "answer" }], ...both(rescued(0)) },
  { name: "503 for ever", primary: [{ kind: "status", status: 503 }], ...both(rescued(0)) },
  { name: "connection reset before headers", primary: [{ kind: "reset" }, { kind: "answer" }], ...both(rescued(0)) },
  { name: "no response", primary: [{ kind: "silent" }], ...both(rescued(0)) },
  { name: "first token after 20 s, 10 s allowed", primary: [{ kind: "late", seconds: 20 }], ...both(rescued(0)) },
  { name: "stream cut after 40 of 60 tokens", primary: [{ kind: "cut", after: 40 }, { kind: "answer" }], stream: continued(40), buffer: rescued(40) },
  { name: "stream silent for 30 s, 10 s allowed", primary: [{ kind: "stall", after: 40, seconds: 30 }, { kind: "answer" }], stream: continued(40), buffer: rescued(40) },
  { name: "a malformed chunk", primary: [{ kind: "malformed", after: 20 }, { kind: "answer" }], stream: continued(20), buffer: rescued(20) },
  // All was said, with the reason why it ended: whole, and nobody else is to be asked and paid for it.
  { name: "no [DONE]", primary: [{ kind: "no-done" }, { kind: "answer" }], ...both({ right: "answer", primary: [60], fallback: [] }) },
  { name: "context length exceeded", primary: [{ kind: "context-length" }], ...both(refused("context_length_exceeded")) },
  { name: "content filter", primary: [{ kind: "content-filter", how: "status" }], ...both(refused("content_filter")) },
  {
    name: "cut, and a fallback that refuses prefill", primary: [{ kind: "cut", after: 40 }, { kind: "answer" }], fallback: [{ kind: "refuses-prefill" }],
    stream: { right: "answer", primary: [40, 20], fallback: [0] }, buffer: rescued(40),
  },
]
