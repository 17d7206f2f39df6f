/** Of those that are found in one pass: one of each group, by chance, within the budget. */
import { createRandom } from "@daydream/engine/random"
import type { Finding } from "./match.ts"
import type { Lorebook, LoreEntry } from "./model.ts"
import type { LoreOptions } from "./options.ts"

export interface Candidate {
  readonly key: string
  readonly book: Lorebook
  readonly entry: LoreEntry
  readonly finding: Extract<Finding, { cause: string }>
  /** Stands in every turn alike. */
  readonly isStable: boolean
  /** Place among all entries, for ties. */
  readonly index: number
}

/** Those of `candidates` that lose their group. `taken`: groups of which one already stands in the prompt. */
export function losersOfGroups(
  candidates: readonly Candidate[],
  taken: ReadonlySet<string>,
  options: LoreOptions,
  seed: string,
): Set<Candidate> {
  const losers = new Set(candidates.filter((one) => one.entry.groups.some((group) => taken.has(group))))
  const winners = new Set<Candidate>()
  const groups = new Set(candidates.flatMap((one) => one.entry.groups))
  for (const group of groups) {
    const members = candidates.filter((one) => one.entry.groups.includes(group) && !losers.has(one))
    // Who won one of its groups stands, and so ends the others.
    const before = members.find((one) => winners.has(one))
    const winner = before ?? winnerOf(members, options, `${seed}/${group}`)
    if (winner === undefined) continue
    winners.add(winner)
    for (const member of members) if (member !== winner) losers.add(member)
  }
  return losers
}

function winnerOf(members: readonly Candidate[], options: LoreOptions, seed: string): Candidate | undefined {
  const sticky = members.find((one) => one.finding.cause === "sticky")
  if (sticky !== undefined || members.length < 2) return sticky ?? members[0]
  const scores = members.map((one) => one.finding.score)
  const best = Math.max(...scores)
  const scored = members.filter(
    (one, i) => !(one.entry.groupScoring ?? options.groupScoring ?? false) || scores[i] === best,
  )
  const prioritised = scored.filter((one) => one.entry.groupPrioritised)
  if (prioritised.length > 0)
    return prioritised.toSorted((a, b) => b.entry.order - a.entry.order || a.index - b.index)[0]
  const total = scored.reduce((sum, one) => sum + one.entry.groupWeight, 0)
  if (total === 0) return scored[0]
  let left = createRandom("lore-group", seed).next() * total
  return scored.find((one) => (left -= one.entry.groupWeight) < 0) ?? scored.at(-1)
}

/** Whether chance lets `candidate` in. What sticks was let in before. */
export function isLucky({ entry, finding, key }: Candidate, seed: string): boolean {
  if (entry.probability >= 100 || finding.cause === "sticky" || finding.cause === "kept") return true
  return createRandom("lore-probability", seed, key).next() * 100 < entry.probability
}

/** Who is asked first where the budget is short: what always stands, what sticks, then the more important. */
export function byWorth(a: Candidate, b: Candidate): number {
  return (
    Number(b.isStable) - Number(a.isStable) ||
    Number(b.entry.constant) - Number(a.entry.constant) ||
    Number(b.finding.cause === "sticky") - Number(a.finding.cause === "sticky") ||
    Number(a.entry.decorators.ignoreOnMaxContext ?? false) - Number(b.entry.decorators.ignoreOnMaxContext ?? false) ||
    (b.entry.priority ?? b.entry.order) - (a.entry.priority ?? a.entry.order) ||
    a.index - b.index
  )
}

/** Counts tokens of each book and of all; the first that does not fit closes its book, so that nothing less important takes its room. */
export function createBudget(options: LoreOptions): {
  admit(book: Lorebook, tokens: number, ignores: boolean): boolean
} {
  const used = new Map<string, number>()
  const closed = new Set<string>()
  let all = 0
  let isClosed = false
  return {
    admit: (book, tokens, ignores) => {
      const before = used.get(book.id) ?? 0
      if (!ignores) {
        if (all + tokens > (options.tokenBudget ?? Infinity)) isClosed = true
        if (before + tokens > (book.tokenBudget ?? Infinity)) closed.add(book.id)
        if (isClosed || closed.has(book.id)) return false
      }
      used.set(book.id, before + tokens)
      all += tokens
      return true
    },
  }
}
