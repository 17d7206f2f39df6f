/** Counted tokens of one attempt, by the classes that are priced apart. */

export type TokenClass =
  | "input" | "cachedInput" | "cacheWrite" | "imageInput" | "audioInput" | "output" | "reasoning" | "audioOutput"

/**
 * Tokens by class; the classes do not overlap: `input` is what is left when cached, written, image and audio tokens are
 * taken out, `output` what is left without reasoning and audio.
 */
export interface MeteredTokens extends Readonly<Record<TokenClass, number>> {
  /** True where the upstream did not report them and a tokenizer counted. */
  readonly isEstimated: boolean
}

export const noTokens: MeteredTokens = {
  input: 0, cachedInput: 0, cacheWrite: 0, imageInput: 0, audioInput: 0, output: 0, reasoning: 0, audioOutput: 0,
  isEstimated: false,
}
