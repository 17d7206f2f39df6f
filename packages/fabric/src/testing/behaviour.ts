/** What a misbehaving upstream does with one attempt. Seconds are scaled by the server's `scale`. */

export type Behaviour =
  /** Answers rightly. `usage` of streams comes where it was asked for. */
  | { readonly kind: "answer"; readonly usage?: "right" | "wrong" | "absent" }
  | {
    readonly kind: "status"; readonly status: number; readonly type?: string; readonly code?: string; readonly message?: string
    /** In seconds, not scaled, as the header says it; a `Date` is sent as an HTTP date. */
    readonly retryAfter?: number | Date
    readonly retryAfterMs?: number
  }
  /** Breaks the connection before any header. */
  | { readonly kind: "reset" }
  /** Never answers. */
  | { readonly kind: "silent" }
  /** First byte after so many seconds. */
  | { readonly kind: "late"; readonly seconds: number }
  /** Breaks after so many words: with a reset, or with an orderly end that lacks finish reason and end mark. */
  | { readonly kind: "cut"; readonly after: number; readonly how?: "reset" | "end" }
  /** After so many words says nothing more, for so many seconds or for ever. */
  | { readonly kind: "stall"; readonly after: number; readonly seconds?: number }
  /** A chunk that is no JSON after so many words; a whole answer is broken JSON. */
  | { readonly kind: "malformed"; readonly after: number }
  /** All is said, the end mark is missing. */
  | { readonly kind: "no-done" }
  | { readonly kind: "context-length" }
  /** `status`: refused with 400; `finish`: some words, then the finish reason. */
  | { readonly kind: "content-filter"; readonly how: "status" | "finish" }
  /** Refuses a prompt that ends with a half-said answer; answers others. */
  | { readonly kind: "refuses-prefill" }
  /** Ignores the cap and says so many words. */
  | { readonly kind: "overrun"; readonly words: number }
  /** Until so many seconds after the first attempt of all: `503` or a reset; then answers. */
  | { readonly kind: "down"; readonly seconds: number; readonly how?: "status" | "reset" }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }

/** By attempt: a list (the last one goes on for ever), or a function of the attempt's number from 1. */
export type Script = readonly Behaviour[] | ((attempt: number, facts: { readonly model: string; readonly id: string }) => Behaviour)

/** The behaviour of one attempt. */
export function behaviourOf(script: Script, attempt: number, facts: { readonly model: string; readonly id: string }): Behaviour {
  if (typeof script === "function") return script(attempt, facts)
  return script[Math.min(attempt, script.length) - 1] ?? { kind: "answer" }
}
