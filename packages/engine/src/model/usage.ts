/** How many tokens a call may take, and how many it took. */
import type { LanguageModelV4Usage } from "@ai-sdk/provider"
import type { TokenUsage } from "../money/index.ts"
import { canonicalJson } from "./canonical.ts"
import { modelErrors } from "./errors.ts"
import type { CallOptions, GenerateResult, MaybeScoringModel, Prompt } from "./model.ts"

// Chat templates add role names and marks: some ten tokens a message. A schema may be put into words (160 bytes more).
const PER_MESSAGE = 16
const PER_CALL = 256

const utf8 = (text: string) => Buffer.byteLength(text, "utf8")

type Part = Exclude<Prompt[number]["content"], string>[number]

function partBytes(part: Part, modelId: string): number {
  if (part.type === "text" || part.type === "reasoning") return utf8(part.text)
  if (part.type === "file" && "url" in part.data) throw modelErrors.cost_unbounded({ modelId })
  return utf8(canonicalJson(part))
}

/**
 * More tokens than `options` can be for any tokenizer that makes at most one token of a byte (all byte-level and
 * byte-fallback ones), tools and schema included. Throws `cost_unbounded` where the prompt points to a file elsewhere.
 */
export function inputTokenBound(options: Pick<CallOptions, "prompt" | "tools" | "responseFormat">, modelId: string): number {
  const messages = options.prompt.map(({ content }) =>
    typeof content === "string" ? utf8(content) : content.reduce((sum, part) => sum + partBytes(part, modelId), 0))
  const extras = [options.tools, options.responseFormat]
    .map((extra) => (extra === undefined ? 0 : utf8(canonicalJson(extra))))
  return [...messages, ...extras].reduce((sum, bytes) => sum + bytes, PER_CALL + PER_MESSAGE * messages.length)
}

/** A usual number of tokens for so much text: for reports where a server counts nothing. */
const estimateTokens = (bytes: number): number => Math.ceil(bytes / 3)

const textBytes = (content: GenerateResult["content"]): number =>
  content.reduce((sum, part) =>
    sum + utf8(part.type === "text" || part.type === "reasoning" ? part.text : canonicalJson(part)), 0)

/** Tokens of a call; `isEstimated` where the server did not report them. */
export interface CountedTokens extends TokenUsage {
  readonly isEstimated: boolean
}

/**
 * What a call took, as reported; what was not reported (also a count of 0 where there was text) is estimated from the
 * text's length, so that an unreported call never looks free.
 */
export function countTokens(
  model: Pick<MaybeScoringModel, "modelId">,
  options: CallOptions,
  usage: LanguageModelV4Usage | undefined,
  content: GenerateResult["content"],
): CountedTokens {
  const input = usage?.inputTokens.total
  const output = usage?.outputTokens.total
  const written = textBytes(content)
  const isInputKnown = input !== undefined && input > 0
  const isOutputKnown = output !== undefined && (output > 0 || written === 0)
  return {
    modelId: model.modelId,
    inputTokens: isInputKnown ? input : estimateTokens(inputTokenBound(options, model.modelId)),
    outputTokens: isOutputKnown ? output : estimateTokens(written),
    isEstimated: !isInputKnown || !isOutputKnown,
  }
}

/** Most tokens that scoring may generate: the longest continuation, and a few for a space and the end. */
export const scoringOutputBound = (continuations: readonly string[]): number =>
  continuations.reduce((longest, text) => Math.max(longest, utf8(text)), 0) + 8
