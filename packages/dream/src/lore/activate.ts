/** Which lore stands in the next prompt, where, and why. */
import { createRandom, type Random } from "@daydream/engine/random"
import { byWorth, createBudget, isLucky, losersOfGroups, type Candidate } from "./choose.ts"
import { createKeyMatcher } from "./keys.ts"
import { arrange, askedPosition, isStable, keptPosition, type LoreLayout, type PlacedLore } from "./layout.ts"
import { expandMacros, type MacroContext } from "./macros.ts"
import { findEntry, type LoreRefusal, type Pass } from "./match.ts"
import type { Lorebook, LoreEntry } from "./model.ts"
import { estimateTokens, type LoreMessage, type LoreOptions } from "./options.ts"
import { createScanner } from "./scan.ts"
import { stateAfter, stateAt, type LoreEntryState, type LoreState } from "./state.ts"

/** Why an entry does not stand in the prompt. */
export interface RefusedLore {
  readonly book: string
  readonly entry: string
  readonly title: string
  readonly refusal: LoreRefusal
  readonly key?: string
}

export interface Activation {
  /** In the order in which they stand within a place. */
  readonly placed: readonly PlacedLore[]
  readonly layout: LoreLayout
  readonly state: LoreState
  readonly refused: readonly RefusedLore[]
  /** Prompts of the interface that active entries switch off: `system_prompt`, `post_history_instructions`. */
  readonly disabledPrompts: readonly string[]
  readonly passes: number
}

type Refusal = Pick<RefusedLore, "refusal" | "key">

interface Item {
  readonly key: string
  readonly book: Lorebook
  readonly entry: LoreEntry
  readonly index: number
  readonly before: LoreEntryState | undefined
}

// Each pass but the first needs something newly found, a further level or a further message; this bounds harmful books.
const maximalPasses = 64

/**
 * Evaluates `lorebooks` on a conversation (oldest message first). Pure: the same arguments give the same answer; one number
 * is drawn from `random`, and each entry's chance derives from it and the entry's name. Of several books the earlier ones
 * go first among equals.
 */
export function activate(
  lorebooks: readonly Lorebook[],
  messages: readonly LoreMessage[],
  state: LoreState,
  random: Random,
  options: LoreOptions,
): Activation {
  const now = messages.length
  const seed = String(random.integer(2 ** 32))
  const items: Item[] = lorebooks
    .flatMap((book) => book.entries.map((entry) => ({ key: `${book.id}/${entry.id}`, book, entry })))
    .map((one, index) => ({ ...one, index, before: stateAt(state.entries[one.key], one.entry, now) }))
  const names: MacroContext = { char: options.char, user: options.user }
  const context = { matcher: createKeyMatcher(names, options.regexSteps, options.allRegexSteps), options }
  const scanner = createScanner(messages, options)
  const budget = createBudget(options)
  const characterMessages = messages.filter((message) => message.role === "assistant").length
  const levels = [...new Set(items.map((one) => one.entry.delayUntilRecursion).filter((level) => level > 0))].toSorted(
    (a, b) => a - b,
  )

  const accepted = new Map<string, PlacedLore & { readonly item: Item }>()
  const silent = new Set<Item>()
  const settled = new Map<string, Refusal>()
  const last = new Map<string, Refusal>()
  const taken = new Set<string>()
  let level = levels.shift() ?? 0
  let isRecursion = false
  let looksAtFound = false
  let passes = 0

  const contentOf = (item: Item): string => {
    const own = createRandom("lore-macro", seed, item.key)
    return expandMacros(item.entry.content, {
      ...names,
      random: own,
      pick: (index) => createRandom("lore-pick", item.key, index, item.entry.content),
    }).trim()
  }

  /** One pass; gives what was newly found. */
  const runPass = (): Item[] => {
    const pass: Pass = {
      isRecursion,
      level,
      now,
      characterMessages,
      textFor: (book, entry) => scanner.textFor(book, entry, looksAtFound),
    }
    const candidates: Candidate[] = []
    for (const item of items) {
      if (accepted.has(item.key) || settled.has(item.key) || silent.has(item)) continue
      const finding = findEntry(item.book, item.entry, item.before, pass, context)
      if ("refusal" in finding) last.set(item.key, finding)
      else candidates.push({ ...item, finding, isStable: isStable(item.entry) })
    }
    const losers = losersOfGroups(candidates, taken, options, `${seed}/${passes}`)
    const fresh: Item[] = []
    for (const candidate of candidates.toSorted(byWorth)) {
      const item = items[candidate.index] as Item
      if (losers.has(candidate)) last.set(item.key, { refusal: "group" })
      else if (!isLucky(candidate, seed)) settled.set(item.key, { refusal: "probability" })
      else if (admit(candidate, item)) {
        fresh.push(item)
        for (const group of item.entry.groups) taken.add(group)
      }
    }
    return fresh
  }

  const admit = (candidate: Candidate, item: Item): boolean => {
    const content = contentOf(item)
    if (content === "") {
      silent.add(item)
      return true
    }
    const tokens = (options.countTokens ?? estimateTokens)(content)
    const asked = askedPosition(item.entry, now, options)
    if (asked === undefined) settled.set(item.key, { refusal: "no_outlet" })
    else if (!budget.admit(item.book, tokens, item.entry.ignoresBudget)) settled.set(item.key, { refusal: "budget" })
    else {
      const position = keptPosition(asked, candidate.isStable, item.entry, now, options)
      const { cause, key } = candidate.finding
      accepted.set(item.key, {
        item,
        book: item.book.id,
        entry: item.entry.id,
        title: item.entry.title,
        content,
        tokens,
        order: item.entry.order,
        cause,
        ...(key === undefined ? {} : { key }),
        isStable: candidate.isStable,
        position,
        ...(position === asked ? {} : { asked }),
      })
      return true
    }
    return false
  }

  for (;;) {
    passes++
    const fresh = runPass()
    if (passes >= (options.maxPasses || maximalPasses)) break
    const texts = fresh.filter((item) => !item.entry.preventRecursion).map((item) => item.entry.content)
    if (texts.length > 0 && lorebooks.some((book) => book.recursive ?? options.recursive ?? false)) {
      scanner.addFound(texts.map((text) => expandMacros(text, { ...names, showsHiddenKeys: true })))
      isRecursion = true
      looksAtFound = true
    } else if (isRecursion && levels.length > 0) {
      level = levels.shift() as number
      looksAtFound = true
    } else if (accepted.size < (options.minActivations ?? 0) && scanner.widen()) {
      looksAtFound = false
      isRecursion = false
    } else break
  }

  const ordered = [...accepted.values()].toSorted((a, b) => a.order - b.order || a.item.index - b.item.index)
  const placed = ordered.map(({ item: _item, ...one }): PlacedLore => one)
  const active = new Set([...ordered.map((one) => one.item), ...silent])
  return {
    placed,
    layout: arrange(placed),
    state: nextState(items, active, now),
    refused: items.flatMap((item): RefusedLore[] => {
      const why = active.has(item) ? undefined : (settled.get(item.key) ?? last.get(item.key))
      return why === undefined ? [] : [{ book: item.book.id, entry: item.entry.id, title: item.entry.title, ...why }]
    }),
    disabledPrompts: [...new Set([...active].flatMap((item) => item.entry.decorators.disableUiPrompt ?? []))],
    passes,
  }
}

function nextState(items: readonly Item[], active: ReadonlySet<Item>, now: number): LoreState {
  const entries: Record<string, LoreEntryState> = {}
  for (const item of items) {
    const kept = active.has(item) ? stateAfter(item.before, item.entry, now) : item.before
    if (
      kept !== undefined &&
      (kept.firstMatch !== undefined || kept.sticky !== undefined || kept.cooldown !== undefined)
    )
      entries[item.key] = kept
  }
  return { entries }
}
