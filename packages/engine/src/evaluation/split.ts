/** Parts for fitting, choosing and certifying that share no row, not even a copy with other case or spacing. */
import type { Example, Signature } from "../function/index.ts"
import { createRandom, shuffle } from "../random/index.ts"
import type { Random } from "../random/index.ts"
import { groupHash } from "./group.ts"

/** Shares of the groups of rows; what is left of 1 goes to fit. */
export interface SplitFractions {
  readonly fit: number
  readonly choose: number
  readonly certify: number
}

/** The same input under different labels. */
export interface LabelConflict {
  readonly keys: readonly string[]
  readonly labels: readonly string[]
}

/** What happened while splitting; plain values. */
export interface SplitFacts {
  readonly rows: number
  /** Rows that differ after normalising. */
  readonly groups: number
  readonly fitRows: number
  readonly chooseRows: number
  readonly certifyRows: number
  /** Copies left out of choose and certify, which hold one row a group. */
  readonly duplicatesSetAside: { readonly choose: number; readonly certify: number }
  /** Groups whose rows have more than one label. */
  readonly conflicts: number
  /** Set where the split went by time: the newest rows certify. */
  readonly byTimeColumn?: string
  /** Rows of a split by time without a readable time: they went to fit. */
  readonly undatedRows?: number
  readonly seed: number
}

export interface Split {
  readonly fit: readonly Example[]
  /** One row a group, in random order. */
  readonly choose: readonly Example[]
  /** One row a group, drawn from the group by chance, in random order. */
  readonly certify: readonly Example[]
  readonly conflicts: readonly LabelConflict[]
  readonly facts: SplitFacts
}

export interface SplitOptions {
  readonly examples: readonly Example[]
  readonly signature: Pick<Signature, "inputs">
  /** Default 0.6, 0.15, 0.25. */
  readonly fractions?: SplitFractions
  readonly seed: number
  /** A column of `input` with numbers or ISO dates: the oldest rows fit, the newest certify. */
  readonly byTimeColumn?: string
  /** Milliseconds since 1970 by row key, where the column is no input or needs a reader of its own; NaN: undated. */
  readonly times?: ReadonlyMap<string, number>
}

type Group = readonly Example[]

/** Default shares of the three parts. */
export const defaultFractions: SplitFractions = { fit: 0.6, choose: 0.15, certify: 0.25 }

/** Groups rows by normalised input, in order of first appearance. */
export function groupExamples(examples: readonly Example[], signature: Pick<Signature, "inputs">): Example[][] {
  const groups = new Map<string, Example[]>()
  for (const example of examples) {
    const hash = groupHash(example.input, signature)
    const group = groups.get(hash)
    if (group) group.push(example)
    else groups.set(hash, [example])
  }
  return [...groups.values()]
}

/**
 * Splits labelled rows in three. The certify groups are a plain random draw (or the newest), untouched by any wish for
 * balance, since a promise about future rows needs rows drawn as those will be. Of the rest, each class keeps at least
 * one group in fit. A group with rows of several times counts as its oldest, so that nothing seen early certifies.
 */
export function splitExamples(options: SplitOptions): Split {
  const { examples, signature, seed, byTimeColumn, fractions = defaultFractions } = options
  const groups = groupExamples(examples, signature)
  const random = createRandom("split", seed)
  const certifyCount = Math.round(groups.length * fractions.certify)
  const rest = 1 - fractions.certify
  const chooseShare = rest > 0 ? fractions.choose / rest : 0
  const ordered = byTimeColumn === undefined ? { groups: shuffle(groups, random), undated: 0 } : byTime(groups, (example) => options.times?.get(example.key) ?? timeOf(example, byTimeColumn))
  const cut = ordered.groups.length - certifyCount
  const certifyGroups = ordered.groups.slice(cut)
  const earlier = ordered.groups.slice(0, cut)
  const { fit: fitGroups, choose: chooseGroups } =
    byTimeColumn === undefined ? splitByClass(earlier, chooseShare, random) : splitAt(earlier, chooseShare)
  const fit = fitGroups.flat()
  // Shuffled also where the split went by time: whoever measures on the first rows only must get a random draw.
  const choose = shuffle(chooseGroups.map((group) => pick(group, random)), random)
  const certify = shuffle(certifyGroups.map((group) => pick(group, random)), random)
  const conflicts = groups.flatMap(conflictOf)
  return {
    fit,
    choose,
    certify,
    conflicts,
    facts: {
      rows: examples.length,
      groups: groups.length,
      fitRows: fit.length,
      chooseRows: choose.length,
      certifyRows: certify.length,
      duplicatesSetAside: { choose: copies(chooseGroups), certify: copies(certifyGroups) },
      conflicts: conflicts.length,
      ...(byTimeColumn === undefined ? {} : { byTimeColumn, undatedRows: ordered.undated }),
      seed,
    },
  }
}

const pick = (group: Group, random: Random): Example => group[random.integer(group.length)] as Example

const copies = (groups: readonly Group[]): number => groups.reduce((sum, group) => sum + group.length - 1, 0)

function conflictOf(group: Group): LabelConflict[] {
  const labels = [...new Set(group.map((example) => example.label))]
  return labels.length < 2 ? [] : [{ keys: group.map((example) => example.key), labels }]
}

/** Fit and choose class by class; a fraction of a group is rounded by chance so that no class is favoured. */
function splitByClass(groups: readonly Group[], chooseShare: number, random: Random): { fit: Group[]; choose: Group[] } {
  const byClass = new Map<string, Group[]>()
  for (const group of groups) {
    const label = group[0]?.label ?? ""
    const list = byClass.get(label)
    if (list) list.push(group)
    else byClass.set(label, [group])
  }
  const fit: Group[] = []
  const choose: Group[] = []
  for (const list of byClass.values()) {
    const wanted = Math.floor(list.length * chooseShare + random.next())
    const count = Math.min(wanted, list.length - 1)
    choose.push(...list.slice(0, count))
    fit.push(...list.slice(count))
  }
  return { fit: shuffle(fit, random), choose: shuffle(choose, random) }
}

function splitAt(groups: readonly Group[], chooseShare: number): { fit: Group[]; choose: Group[] } {
  const cut = groups.length - Math.round(groups.length * chooseShare)
  return { fit: groups.slice(0, cut), choose: groups.slice(cut) }
}

function timeOf(example: Example, column: string): number {
  const cell = example.input[column]
  if (typeof cell === "number") return cell
  if (typeof cell !== "string" || cell.trim() === "") return Number.NaN
  const number = Number(cell)
  return Number.isNaN(number) ? Date.parse(cell) : number
}

/** Groups from old to new by their oldest row; a group with an undated row comes first. */
function byTime(groups: readonly Group[], readTime: (example: Example) => number): { groups: Group[]; undated: number } {
  let undated = 0
  const dated = groups.map((group) => {
    const times = group.map(readTime)
    undated += times.filter((time) => Number.isNaN(time)).length
    return { group, time: times.some((time) => Number.isNaN(time)) ? -Infinity : times.reduce((a, b) => Math.min(a, b)) }
  })
  const sorted = dated.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time))
  return { groups: sorted.map(({ group }) => group), undated }
}
