/** One answer of a model, as it grows. */
import { setImmediate as nextTurn } from "node:timers/promises"
import { LlamaGrammarEvaluationState } from "node-llama-cpp"
import type { LlamaContextSequence, LlamaGrammar, SequenceEvaluateOptions, Token } from "node-llama-cpp"
import { createAnswerText } from "./answer-text.ts"
import { rankOf } from "./batch-order.ts"

/** Tokens of the prompt that are read between two looks at the abort signal. */
const promptPiece = 128

/** What to generate. */
export interface Generation {
  /** The prompt; at least one token. */
  readonly tokens: readonly Token[]
  /** At least 1; prompt and answer fit the context. */
  readonly maximumTokens: number
  readonly stops: readonly string[]
  readonly sampling: SequenceEvaluateOptions
  readonly grammar: LlamaGrammar | undefined
  readonly penalties: { readonly frequency: number; readonly presence: number }
  readonly abortSignal: AbortSignal | undefined
  /** Hears of each token with the distribution that it was drawn from. Costs time: the whole vocabulary is read. */
  readonly onToken?: ((token: Token, probabilities: ReadonlyMap<Token, number>) => void) | undefined
}

/** How a generation ended. */
export interface GenerationEnd {
  readonly reason: "end-of-turn" | "stop-sequence" | "length"
  readonly outputTokens: number
  /** Tokens of the prompt that the sequence held already. */
  readonly cachedTokens: number
}

/**
 * Makes `sequence` hold all of `tokens` but the last, reusing what it holds of their beginning. The last one is left, since
 * evaluating it gives the first distribution. Returns how many were there.
 */
export async function readPrompt(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  abortSignal: AbortSignal | undefined,
): Promise<number> {
  const target = tokens.slice(0, -1)
  await sequence.adaptStateToTokens(target, false)
  const cached = sequence.nextTokenIndex
  for (let start = cached; start < target.length; start += promptPiece) {
    abortSignal?.throwIfAborted()
    await nextTurn()
    await sequence.evaluateWithoutGeneratingNewTokens(target.slice(start, start + promptPiece), { evaluationPriority: rankOf(sequence) })
  }
  abortSignal?.throwIfAborted()
  return cached
}

function evaluateOptions(sequence: LlamaContextSequence, generation: Generation, written: Token[]): SequenceEvaluateOptions {
  const { frequency, presence } = generation.penalties
  const { model } = sequence
  return {
    ...generation.sampling,
    evaluationPriority: rankOf(sequence),
    ...(generation.grammar === undefined
      ? {}
      : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar: generation.grammar }) }),
    ...(frequency === 0 && presence === 0
      ? {}
      : {
          repeatPenalty: {
            punishTokens: () => written,
            maxPunishTokens: 4096,
            penalty: 1,
            frequencyPenalty: frequency,
            presencePenalty: presence,
          },
        }),
  }
}

async function* evaluateTokens(
  sequence: LlamaContextSequence, generation: Generation, written: Token[],
): AsyncGenerator<Token, void, void> {
  const [start, options] = [[generation.tokens.at(-1) as Token], evaluateOptions(sequence, generation, written)]
  if (generation.onToken === undefined) {
    yield* sequence.evaluate(start, options)
    return
  }
  for await (const { token, probabilities } of sequence.evaluateWithMetadata(start, { probabilities: true }, options)) {
    generation.onToken(token, probabilities)
    yield token
  }
}

/** Generates; yields pieces of text that are final, returns how it ended. */
export async function* generate(
  sequence: LlamaContextSequence,
  generation: Generation,
): AsyncGenerator<string, GenerationEnd, void> {
  const { tokens, maximumTokens, abortSignal } = generation
  const { model } = sequence
  const cachedTokens = await readPrompt(sequence, tokens, abortSignal)
  const written: Token[] = []
  const text = createAnswerText(generation.stops, (pending, before) =>
    model.detokenize(pending as Token[], false, before as Token[]),
  )
  let reason: GenerationEnd["reason"] = "end-of-turn"
  for await (const token of evaluateTokens(sequence, generation, written)) {
    // All that ask in the same turn share a batch. Whoever asks earlier has one alone, and the others wait for it.
    await nextTurn()
    abortSignal?.throwIfAborted()
    written.push(token)
    const delta = text.push(token)
    if (delta !== "") yield delta
    if (text.stoppedBy !== undefined) reason = "stop-sequence"
    else if (written.length >= maximumTokens) reason = "length"
    if (reason !== "end-of-turn") break
  }
  const rest = text.flush()
  if (rest !== "") yield rest
  if (text.stoppedBy !== undefined) reason = "stop-sequence"
  return { reason, outputTokens: written.length, cachedTokens }
}
