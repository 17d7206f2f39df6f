/** No call without money for its worst case. */
import { isDaydreamError } from "../errors/index.ts"
import { isBilled, priceOf, requirePrice, tokenUsage } from "../money/index.ts"
import type { Budget, PriceList, Reservation } from "../money/index.ts"
import type {
  CallOptions, EmbedOptions, EmbeddingModel, GenerateResult, MaybeScoringModel, ScoreOptions, StreamPart, TokenScores,
} from "./model.ts"
import { countTokens, inputTokenBound, scoringOutputBound } from "./usage.ts"
import type { CountedTokens } from "./usage.ts"
import { copyTraits, traitsOf, wrapEmbeddingModel, wrapLanguageModel } from "./wrap.ts"

/** Where the money comes from and what things cost. */
export interface BudgetOptions {
  readonly budget: Budget
  readonly prices: PriceList
  /** Sent as `maxOutputTokens` where the caller set none, so that the worst case is bounded. Default 1,024. */
  readonly maxOutputTokens?: number
}

/**
 * True where a failed call surely was not paid for: the server was never reached, or it answered with an error status.
 * In all other cases (connection lost after sending, aborted, stalled) the call may have been done and charged.
 */
function isSurelyFree(error: unknown): boolean {
  if (isDaydreamError(error)) {
    const { status, isConnectFailure } = error.facts
    return (typeof status === "number" && status >= 400) || isConnectFailure === true || error.code === "address_refused"
  }
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" && error.statusCode >= 400
}

/** Closes the reservation of a failed call: nothing spent where that is sure, else the worst case. */
const closeFailed = (held: Reservation, error: unknown, worstCase: bigint) =>
  isSurelyFree(error) ? held.release() : held.settle(worstCase)

/** An answer whose usage the server did not report is marked. */
const mark = (result: GenerateResult, tokens: CountedTokens): GenerateResult => !tokens.isEstimated ? result : {
  ...result,
  usage: {
    ...result.usage,
    inputTokens: { ...result.usage.inputTokens, total: tokens.inputTokens },
    outputTokens: { ...result.usage.outputTokens, total: tokens.outputTokens },
  },
  providerMetadata: { ...result.providerMetadata, daydream: { ...result.providerMetadata?.daydream, usageEstimated: true } },
}

/** True for an answer whose usage was estimated from its length. */
export const isUsageEstimated = (result: GenerateResult): boolean =>
  result.providerMetadata?.daydream?.usageEstimated === true

/**
 * Reserves the worst case before each call (input counted in bytes, output up to `maxOutputTokens`, which is always
 * sent), and settles what was used after it. Usage that a server does not report is estimated and marked. A failed call
 * costs nothing only where it surely was not paid for; else its worst case counts, so that the limit holds whatever
 * happened. Embedded models are not billed and reserve nothing. A model that is held to the same budget already, under
 * other wrappers too, stays as it is. Throws `budget_exceeded`, and `no_price` where a limit is set and the model has no price.
 */
export function withBudget<M extends MaybeScoringModel>(model: M, options: BudgetOptions): M {
  const { budget, prices, maxOutputTokens = 1024 } = options
  if (traitsOf(model).budgets.includes(budget)) return model
  const isPaid = isBilled(model.modelId, prices)
  const priceOfTokens = (input: number, output: number) =>
    isPaid ? priceOf(tokenUsage(model.modelId, input, output), prices) : 0n

  const reserve = (input: number, output: number) => {
    if (isPaid && budget.limit !== null) requirePrice(model.modelId, prices)
    const worstCase = priceOfTokens(input, output)
    return { held: budget.reserve(worstCase), worstCase }
  }
  const begin = (call: CallOptions) => {
    const capped = { ...call, maxOutputTokens: call.maxOutputTokens ?? maxOutputTokens }
    call.abortSignal?.throwIfAborted()
    return { capped, ...reserve(inputTokenBound(capped, model.modelId), capped.maxOutputTokens) }
  }
  const generate = async (call: CallOptions): Promise<GenerateResult> => {
    const { capped, held, worstCase } = begin(call)
    try {
      const result = await model.doGenerate(capped)
      const tokens = countTokens(model, capped, result.usage, result.content)
      held.settle(priceOfTokens(tokens.inputTokens, tokens.outputTokens))
      return mark(result, tokens)
    } catch (error) {
      closeFailed(held, error, worstCase)
      throw error
    }
  }
  const stream = async (call: CallOptions) => {
    const { capped, held, worstCase } = begin(call)
    try {
      const result = await model.doStream(capped)
      const settle = (part: StreamPart & { type: "finish" }, text: string) => {
        const tokens = countTokens(model, capped, part.usage, text === "" ? [] : [{ type: "text", text }])
        held.settle(priceOfTokens(tokens.inputTokens, tokens.outputTokens))
      }
      return { ...result, stream: settleAtEnd(result.stream, settle, () => held.settle(worstCase)) }
    } catch (error) {
      closeFailed(held, error, worstCase)
      throw error
    }
  }
  const score = async (call: ScoreOptions, inner: (call: ScoreOptions) => Promise<TokenScores>) => {
    const bytes = call.continuations.reduce((sum, text) => sum + Buffer.byteLength(text) + 8, 0)
    const { held, worstCase } = reserve(
      inputTokenBound({ prompt: call.prompt }, model.modelId) + bytes, scoringOutputBound(call.continuations))
    try {
      const scores = await inner(call)
      held.settle(priceOfTokens(scores.inputTokens, scores.outputTokens ?? 0))
      return scores
    } catch (error) {
      if (isDaydreamError(error) && error.code === "no_token_probabilities") {
        held.settle(priceOfTokens(Number(error.facts.inputTokens), Number(error.facts.outputTokens)))
      } else closeFailed(held, error, worstCase)
      throw error
    }
  }
  return copyTraits(model, wrapLanguageModel(model, { generate, stream, score }), { budgets: [budget] })
}

/** Passes a stream on; settles at its finish, and the worst case where it ends in any other way. */
function settleAtEnd(
  stream: ReadableStream<StreamPart>,
  settle: (part: StreamPart & { type: "finish" }, text: string) => void,
  settleWorst: () => void,
): ReadableStream<StreamPart> {
  const reader = stream.getReader()
  let text = ""
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) {
          settleWorst()
          controller.close()
          return
        }
        if (value.type === "text-delta" || value.type === "reasoning-delta") text += value.delta
        if (value.type === "tool-input-delta") text += value.delta
        if (value.type === "finish") settle(value, text)
        controller.enqueue(value)
      } catch (error) {
        settleWorst()
        controller.error(error)
      }
    },
    cancel(reason) {
      settleWorst()
      return reader.cancel(reason)
    },
  })
}

/** The same for an embedding model; its input is priced, it writes nothing. */
export function withEmbeddingBudget(model: EmbeddingModel, { budget, prices }: BudgetOptions): EmbeddingModel {
  if (traitsOf(model).budgets.includes(budget)) return model
  const isPaid = isBilled(model.modelId, prices)
  const price = (tokens: number) => (isPaid ? priceOf(tokenUsage(model.modelId, tokens, 0), prices) : 0n)
  const doEmbed = async (call: EmbedOptions) => {
    call.abortSignal?.throwIfAborted()
    if (isPaid && budget.limit !== null) requirePrice(model.modelId, prices)
    // A byte a token, and the marks that tokenizers put around a text.
    const bytes = call.values.reduce((sum, value) => sum + Buffer.byteLength(value) + 4, 0)
    const worstCase = price(bytes)
    const held = budget.reserve(worstCase)
    try {
      const result = await model.doEmbed(call)
      const reported = result.usage?.tokens ?? 0
      held.settle(price(reported > 0 ? reported : Math.ceil(bytes / 3)))
      return result
    } catch (error) {
      closeFailed(held, error, worstCase)
      throw error
    }
  }
  return copyTraits(model, wrapEmbeddingModel(model, doEmbed), { budgets: [budget] })
}

/** True where calls of the model, under whatever wrappers, are held to this budget already. */
export const isMetered = (model: MaybeScoringModel | EmbeddingModel, budget: Budget): boolean =>
  traitsOf(model).budgets.includes(budget)
