/** From tokens to the text that may be given out already: whole characters, and nothing that may begin a stop sequence. */

/** How a stream of tokens becomes text. */
export interface AnswerText {
  /** Takes one more token; returns the text that it sets free. */
  push(token: number): string
  /** The text that is still held back. */
  flush(): string
  /** The stop sequence that ended the text, once one was found. */
  readonly stoppedBy: string | undefined
}

/** A character may be spread over this many tokens at most; after that its bytes are given out as they are. */
const tokensPerCharacter = 4

/** Length of the longest end of `text` that is a beginning of one of `stops`. */
export function heldLength(text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}

/** Where the first of `stops` begins in `text`, and which. */
function firstStop(text: string, stops: readonly string[]): { readonly at: number; readonly stop: string } | undefined {
  const found = stops.map((stop) => ({ at: text.indexOf(stop), stop })).filter(({ at }) => at >= 0)
  return found.toSorted((a, b) => a.at - b.at || b.stop.length - a.stop.length)[0]
}

/** Collects tokens. `detokenize` gives the text of tokens that follow `before`. */
export function createAnswerText(
  stops: readonly string[],
  detokenize: (tokens: readonly number[], before: readonly number[]) => string,
): AnswerText {
  const sequences = stops.filter((stop) => stop !== "")
  let before: number[] = []
  let pending: number[] = []
  let held = ""
  let stoppedBy: string | undefined
  const release = (text: string): string => {
    held += text
    const found = firstStop(held, sequences)
    if (found !== undefined) {
      stoppedBy = found.stop
      const out = held.slice(0, found.at)
      held = ""
      return out
    }
    const keep = heldLength(held, sequences)
    const out = held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    return out
  }
  return {
    get stoppedBy() {
      return stoppedBy
    },
    push: (token) => {
      if (stoppedBy !== undefined) return ""
      pending.push(token)
      const text = detokenize(pending, before)
      if (text.endsWith("\uFFFD") && pending.length < tokensPerCharacter) return ""
      before = [...before, ...pending].slice(-8)
      pending = []
      return release(text)
    },
    flush: () => {
      if (stoppedBy !== undefined) return ""
      const text = pending.length > 0 ? detokenize(pending, before) : ""
      pending = []
      const out = release(text) + held
      held = ""
      return out
    },
  }
}
