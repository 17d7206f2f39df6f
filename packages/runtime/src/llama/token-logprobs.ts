/** How likely each token of an answer was, and its rivals: told in the metadata of the parts that hold the tokens. */
import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider"
import type { LlamaModel, Token } from "node-llama-cpp"

/** One text of a token, as OpenAI's API writes it. */
type TokenText = {
  readonly token: string
  /** Natural logarithm of its probability. */
  readonly logprob: number
  /** Null where the token is a part of a character. */
  readonly bytes: number[] | null
}

const least = 1e-30

/** Rivals a token that the call asks for by `providerOptions.daydream.topLogprobs`; undefined: no probabilities. */
export function topLogprobsOf({ providerOptions }: LanguageModelV4CallOptions): number | undefined {
  const asked = providerOptions?.["daydream"]?.["topLogprobs"]
  return typeof asked === "number" && Number.isInteger(asked) && asked >= 0 ? asked : undefined
}

/** Keeps what the tokens were until a part is written that holds them. */
export interface TokenLogprobs {
  add(token: Token, probabilities: ReadonlyMap<Token, number>): void
  /** The parts, the first text among them with `providerMetadata.daydream.logprobs`. */
  attach(parts: readonly LanguageModelV4StreamPart[]): readonly LanguageModelV4StreamPart[]
}

/** Makes one for an answer of `model`, with so many rivals a token. */
export function createTokenLogprobs(model: Pick<LlamaModel, "detokenize">, rivals: number): TokenLogprobs {
  let kept: (TokenText & { readonly top_logprobs: TokenText[] })[] = []
  const textOf = (token: Token, probability: number): TokenText => {
    const text = model.detokenize([token], true)
    return {
      token: text, logprob: Math.log(Math.max(least, probability)), bytes: text.includes("\uFFFD") ? null : [...Buffer.from(text)],
    }
  }
  return {
    add: (token, probabilities) => {
      // The map is sorted, the likeliest first.
      const top = [...probabilities.entries().take(rivals)].map(([rival, probability]) => textOf(rival, probability))
      kept.push({ ...textOf(token, probabilities.get(token) ?? 0), top_logprobs: top })
    },
    attach: (parts) => {
      const at = kept.length === 0 ? -1 : parts.findIndex((part) => part.type === "text-delta")
      const part = parts[at]
      if (part?.type !== "text-delta") return parts
      const logprobs = kept
      kept = []
      return parts.with(at, { ...part, providerMetadata: { daydream: { logprobs } } })
    },
  }
}
