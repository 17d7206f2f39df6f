/**
 * Where lore stands. A prompt that begins as the last one began need not be read again up to there, so what stands in every
 * turn alike goes where it asks, and what may come and go stands near the end, whatever it asks.
 */
import { isUnsettled } from "./macros.ts"
import type { LoreCause } from "./match.ts"
import type { LoreEntry, LorePlace, LoreRole } from "./model.ts"
import type { LoreOptions } from "./options.ts"

export type LorePosition =
  /** In the part of the prompt before the conversation. */
  | { readonly zone: "prefix"; readonly place: LorePlace }
  /** In the conversation, with `depth` messages after it. */
  | { readonly zone: "conversation"; readonly depth: number; readonly role: LoreRole }
  /** Where the author calls it by name. */
  | { readonly zone: "outlet"; readonly name: string }

export interface PlacedLore {
  readonly book: string
  readonly entry: string
  readonly title: string
  /** Macros expanded. */
  readonly content: string
  readonly tokens: number
  readonly order: number
  readonly cause: LoreCause
  /** The key that found it. */
  readonly key?: string
  readonly isStable: boolean
  readonly position: LorePosition
  /** Where it asked to stand, if elsewhere. */
  readonly asked?: LorePosition
}

export interface LoreLayout {
  /** By place, each in order. */
  readonly prefix: Readonly<Partial<Record<LorePlace, readonly PlacedLore[]>>>
  /** From the earliest to the latest. */
  readonly conversation: readonly PlacedLore[]
  readonly outlets: Readonly<Record<string, string>>
  /** Messages from the end that must be read again although they did not change: the depth of the earliest lore among them. */
  readonly rereadMessages: number
  /** True where everything before the conversation is the same as long as the books and options are. */
  readonly keepsPrefix: boolean
}

/** Whether `entry` stands in every turn with the same words. */
export function isStable(entry: LoreEntry): boolean {
  const d = entry.decorators
  const isAlways = d.activate === true || (entry.constant && !entry.usesRegex && d.dontActivate !== true)
  const isConditional =
    d.activateOnlyAfter !== undefined ||
    d.activateOnlyEvery !== undefined ||
    d.dontActivateAfterMatch === true ||
    d.ignoreOnMaxContext === true ||
    d.additionalKeys !== undefined ||
    d.excludeKeys !== undefined
  const isTimed = entry.delay > 0 || entry.cooldown > 0 || entry.delayUntilRecursion > 0
  return (
    isAlways &&
    !(isConditional && d.activate !== true) &&
    !isTimed &&
    entry.probability >= 100 &&
    entry.groups.length === 0 &&
    entry.triggers.length === 0 &&
    !isUnsettled(entry.content)
  )
}

/** Where `entry` asks to stand among `messages` messages; undefined for an outlet without a name. */
export function askedPosition(entry: LoreEntry, messages: number, options: LoreOptions): LorePosition | undefined {
  const { decorators: d, place } = entry
  const role = d.role ?? entry.role
  const at = (depth: number): LorePosition => ({
    zone: "conversation",
    depth: Math.min(messages, Math.max(0, Math.floor(depth))),
    role,
  })
  const has = (one: LorePlace): boolean => options.places === undefined || options.places.includes(one)
  if (d.position !== undefined && has(d.position)) return { zone: "prefix", place: d.position }
  if (d.depth !== undefined) return at(d.depth)
  if (d.reverseDepth !== undefined) return at(messages - d.reverseDepth)
  if (place === "depth") return at(entry.depth)
  if (place === "outlet") return entry.outlet === undefined ? undefined : { zone: "outlet", name: entry.outlet }
  return has(place) ? { zone: "prefix", place } : at(options.nearDepth ?? 1)
}

/** Where it stands so that the beginning stays as it is. */
export function keptPosition(
  asked: LorePosition,
  stable: boolean,
  entry: LoreEntry,
  messages: number,
  options: LoreOptions,
): LorePosition {
  if (asked.zone !== "prefix" || stable || options.keepsPrefix === false) return asked
  return {
    zone: "conversation",
    depth: Math.min(messages, options.nearDepth ?? 1),
    role: entry.decorators.role ?? entry.role,
  }
}

/** Arranges what was placed. */
export function arrange(placed: readonly PlacedLore[]): LoreLayout {
  const prefix: Partial<Record<LorePlace, PlacedLore[]>> = {}
  const conversation: PlacedLore[] = []
  const outlets: Record<string, string> = Object.create(null) as Record<string, string>
  for (const one of placed) {
    const { position } = one
    if (position.zone === "prefix") (prefix[position.place] ??= []).push(one)
    else if (position.zone === "conversation") conversation.push(one)
    else
      outlets[position.name] =
        outlets[position.name] === undefined ? one.content : `${outlets[position.name]}\n${one.content}`
  }
  const depthOf = (one: PlacedLore): number => (one.position.zone === "conversation" ? one.position.depth : 0)
  conversation.sort((a, b) => depthOf(b) - depthOf(a))
  return {
    prefix,
    conversation,
    outlets: { ...outlets },
    rereadMessages: conversation.length === 0 ? 0 : depthOf(conversation[0] as PlacedLore),
    keepsPrefix: placed.every((one) => one.position.zone !== "prefix" || one.isStable),
  }
}
