/** The probability of each of several answers, from the model's own distribution. */
import type { LlamaContextSequence, Token } from "node-llama-cpp"
import { rankOf } from "./batch-order.ts"
import { buildTrie } from "./continuations.ts"
import type { TrieNode } from "./continuations.ts"
import { readPrompt } from "./generation.ts"

/** Beginnings that are less likely than this share of the best answer are not followed further. */
const negligible = 5e-3
/** The least probability that is told, so that logarithms stay finite. */
const smallest = 1e-30

/** The distribution of the next token. */
export type Distribution = ReadonlyMap<number, number>

interface Beginning {
  readonly node: TrieNode
  /** Tokens after the prompt. */
  readonly path: readonly number[]
  readonly probability: number
}

/** Gives the distribution after each of the last `count` tokens of `path`, which follows the prompt. */
type Evaluate = (path: readonly number[], count: number) => Promise<readonly Distribution[]>

const allEnds = (node: TrieNode): readonly number[] => [...node.ends, ...[...node.children.values()].flatMap(allEnds)]

/** Follows a beginning as long as there is only one way to go on, since those tokens can be evaluated together. */
function straightOn(beginning: Beginning): { readonly nodes: readonly TrieNode[]; readonly tokens: readonly number[] } {
  const nodes = [beginning.node]
  const tokens: number[] = []
  for (let node = beginning.node; node.ends.length === 0 && node.children.size === 1; ) {
    const [token, next] = [...node.children][0] as [number, TrieNode]
    tokens.push(token)
    nodes.push(next)
    node = next
  }
  return { nodes, tokens }
}

/** The likeliest first: taken from the end of the sorted list. */
const byProbability = (a: Beginning, b: Beginning) => a.probability - b.probability

/**
 * Walks the tree of answers, the likeliest beginning first, until what is left cannot matter. An answer counts with the
 * probability of its tokens and of the turn's end after them. The end is evaluated after the likeliest writing of an
 * answer and holds for its other ones too: " Refund" ends as "refund" does. Answers that were not reached get the
 * probability of their likeliest beginning, which is an upper bound.
 */
export async function walk(
  root: TrieNode,
  count: number,
  evaluate: Evaluate,
  isEnd: (token: number) => boolean,
): Promise<readonly number[]> {
  const masses = Array<number>(count).fill(0)
  const ends = Array<number | undefined>(count).fill(undefined)
  const frontier: Beginning[] = []
  const open = ({ node, path, probability }: Beginning, next: Distribution) => {
    const end = node.ends.length > 0 ? endProbability(next, isEnd) : 0
    for (const index of node.ends) {
      ends[index] ??= end
      masses[index]! += probability * end
    }
    for (const [token, child] of node.children) {
      frontier.push({ node: child, path: [...path, token], probability: probability * (next.get(token) ?? 0) })
    }
  }
  const follow = async (beginning: Beginning) => {
    const { nodes, tokens } = straightOn(beginning)
    const last = nodes.at(-1) as TrieNode
    const isEndKnown = last.children.size === 0 && last.ends.every((index) => ends[index] !== undefined)
    const path = [...beginning.path, ...tokens]
    const needed = isEndKnown ? path.slice(0, -1) : path
    const distributions = nodes.length > 1 || !isEndKnown ? await evaluate(needed, nodes.length - Number(isEndKnown)) : []
    let { probability } = beginning
    for (const [step, token] of tokens.entries()) probability *= distributions[step]?.get(token) ?? 0
    if (isEndKnown) for (const index of last.ends) masses[index]! += probability * (ends[index] as number)
    else open({ node: last, path, probability }, distributions.at(-1) as Distribution)
  }
  const [first] = await evaluate([], 1)
  open({ node: root, path: [], probability: 1 }, first as Distribution)
  for (;;) {
    const beginning = frontier.toSorted(byProbability).at(-1)
    if (beginning === undefined || beginning.probability <= Math.max(smallest, Math.max(...masses) * negligible)) break
    frontier.splice(frontier.indexOf(beginning), 1)
    await follow(beginning)
  }
  const bounds = Array<number>(count).fill(0)
  for (const { node, probability } of frontier) {
    for (const index of allEnds(node)) bounds[index] = Math.max(bounds[index]!, probability)
  }
  return masses.map((mass, index) => Math.max(smallest, mass > 0 ? mass : bounds[index]!))
}

function endProbability(next: Distribution, isEnd: (token: number) => boolean): number {
  let sum = 0
  for (const [token, probability] of next) {
    // The distribution is sorted: what follows cannot matter any more.
    if (probability < 1e-9) break
    if (isEnd(token)) sum += probability
  }
  return sum
}

/** Natural log probabilities of `continuations` as whole answers after `prompt`, and the tokens that were read. */
export async function scoreOn(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  continuations: readonly string[],
  abortSignal: AbortSignal | undefined,
): Promise<{ readonly logProbabilities: readonly number[]; readonly inputTokens: number }> {
  const { model } = sequence
  let evaluated = 0
  const evaluate: Evaluate = async (path, count) => {
    abortSignal?.throwIfAborted()
    const tokens = [...prompt, ...(path as Token[])]
    await readPrompt(sequence, tokens.slice(0, tokens.length - count + 1), abortSignal)
    const last = tokens.slice(-count)
    evaluated += path.length === 0 ? 0 : count
    const results = await sequence.controlledEvaluate(
      last.map((token) => [token, { generateNext: { probabilities: true } }]), { evaluationPriority: rankOf(sequence) },
    )
    return results.map((result) => result?.next.probabilities ?? new Map<number, number>())
  }
  const trie = buildTrie(continuations, (text) => model.tokenize(text, false))
  const masses = await walk(trie, continuations.length, evaluate, (token) => model.isEogToken(token as Token))
  return { logProbabilities: masses.map((mass) => Math.log(mass)), inputTokens: prompt.length + evaluated }
}
