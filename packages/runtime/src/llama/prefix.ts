/** Makes a sequence hold the beginning of a prompt: from what it holds, from a saved state, or by reading and saving it. */
import type { LlamaContextSequence, Token } from "node-llama-cpp"
import { sharedLength } from "../prefixes/index.ts"
import type { PrefixKey, PrefixStore } from "../prefixes/index.ts"
import { readPrompt } from "./generation.ts"

/** Fewer tokens are read sooner than they are loaded. */
const leastTokens = 64

export interface PrefixRequest {
  readonly store: PrefixStore
  readonly identity: string
  readonly scope: string | undefined
  /** Lengths of the beginnings in tokens, ascending. */
  readonly lengths: readonly number[]
}

/** What was done for a prompt's beginning. */
export interface PrefixWork {
  /** Tokens that were read anew. */
  readonly read: number
  /** Tokens of the longest beginning that was saved. */
  readonly saved: number
}

async function loadInto(
  sequence: LlamaContextSequence,
  store: PrefixStore,
  key: PrefixKey,
): Promise<boolean> {
  return store.load(key, async (path) => {
    // The key names the model's file and the build, and the file is whole: the state is this model's own.
    await sequence.loadStateFromFile(path, { acceptRisk: true })
    const { contextTokens } = sequence
    if (contextTokens.length === key.tokens.length && sharedLength(contextTokens, key.tokens) === key.tokens.length)
      return true
    await sequence.clearHistory()
    return false
  })
}

/**
 * The longest beginning that the sequence does not hold is loaded where it was saved; what is longer still is read, and
 * saved for the next time.
 */
export async function holdPrefix(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  request: PrefixRequest,
  abortSignal: AbortSignal | undefined,
): Promise<PrefixWork> {
  const { store, lengths } = request
  const keyOf = (length: number): PrefixKey => ({ ...request, tokens: tokens.slice(0, length) })
  let held = sharedLength(sequence.contextTokens, tokens)
  const wanted = lengths.filter((length) => length < tokens.length && length - held >= leastTokens)
  for (const length of wanted.toReversed())
    if (await loadInto(sequence, store, keyOf(length))) {
      held = length
      break
    }
  const before = held
  let saved = 0
  for (const length of wanted) {
    abortSignal?.throwIfAborted()
    if (length <= held) continue
    await readPrompt(sequence, tokens.slice(0, length + 1), abortSignal)
    held = length
    if (await store.save(keyOf(length), (path) => sequence.saveStateToFile(path))) saved = length
  }
  return { read: held - before, saved }
}
