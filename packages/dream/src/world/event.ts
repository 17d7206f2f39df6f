/** What can happen, and how an event is read from a journal that nobody vouches for. */
import { languages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import type { Origin } from "@daydream/engine/origin"
import { isValueOf } from "./definition.ts"
import type { Texts, Value, WorldDefinition } from "./definition.ts"
import type { Claim } from "./lexicon.ts"
import type { Source } from "./state.ts"

interface EventBase {
  /** Story time, in seconds. */
  readonly time: number
}

/** Somebody said something. */
export interface SaidEvent extends EventBase {
  readonly kind: "said"
  readonly speaker: string
  readonly text: string
  readonly language: Language
  readonly origin: Origin | "player"
  /** What the speaker means by it, beside what the text is found to state. */
  readonly claims: readonly Claim[]
  /** To whom; empty: to everybody present. */
  readonly to: readonly string[]
  /** Only those in `to` hear it. */
  readonly isWhisper: boolean
}

export type WorldEvent =
  | SaidEvent
  | (EventBase & { readonly kind: "waited" })
  | (EventBase & {
      readonly kind: "acted"
      readonly actor: string
      readonly move: string
      readonly arguments: Readonly<Record<string, string>>
      readonly until: number
      readonly isSecret: boolean
    })
  | (EventBase & { readonly kind: "moved"; readonly character: string; readonly to: string | null })
  | (EventBase & { readonly kind: "placed"; readonly thing: string; readonly in: string | null })
  | (EventBase & { readonly kind: "shown" | "hidden"; readonly entity: string })
  | (EventBase & { readonly kind: "changed"; readonly fact: string; readonly value: Value | null })
  | (EventBase & {
      readonly kind: "learned"
      readonly holder: string
      readonly fact: string
      readonly value: Value
      readonly source: Source
    })
  | (EventBase & {
      readonly kind: "related"
      readonly relation: string
      readonly from: string
      readonly to: string
      readonly value: number
    })
  | (EventBase & { readonly kind: "felt"; readonly character: string; readonly feeling: string })
  | (EventBase & {
      readonly kind: "narrated"
      readonly to: readonly string[]
      readonly text: Texts
      readonly origin: Origin
    })
  | (EventBase & { readonly kind: "fired"; readonly rule: string })

type Fields = Readonly<Record<string, unknown>>

/** Texts in the journal are no longer than this. */
export const longestText = 4_000
const longestList = 256
const latestTime = 4_000_000_000_000

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
/** Texts are well-formed Unicode: a lone surrogate would not survive being written. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= longestText && value.isWellFormed()
const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= longestList && value.every((item) => typeof item === "string")
export const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= latestTime && !Object.is(value, -0)
const isLanguage = (value: unknown): value is Language => languages.some((language) => language === value)
const origins: readonly unknown[] = ["authored", "selected", "reworded", "generated", "fallback"] satisfies Origin[]

type Checks = Readonly<Record<WorldEvent["kind"], (definition: WorldDefinition, event: Fields) => boolean>>

const character = (definition: WorldDefinition, id: unknown): boolean =>
  typeof id === "string" && definition.entities.get(id)?.kind === "character"
const movable = (definition: WorldDefinition, id: unknown): boolean => {
  const kind = typeof id === "string" ? definition.entities.get(id)?.kind : undefined
  return kind === "character" || kind === "thing"
}
const valued = (definition: WorldDefinition, fact: unknown, value: unknown): boolean => {
  const found = typeof fact === "string" ? definition.facts.get(fact) : undefined
  return found !== undefined && isValueOf(found, value)
}
const claims = (definition: WorldDefinition, value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= longestList &&
  value.every((item) => isRecord(item) && valued(definition, item.fact, item.value))
const argumentsAre = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).length <= 16 &&
  Object.entries(value).every(([key, item]) => isText(key) && isText(item))
const texts = (value: unknown): boolean =>
  isRecord(value) && Object.entries(value).every(([language, text]) => isLanguage(language) && isText(text))

const checks: Checks = {
  waited: () => true,
  said: (definition, event) =>
    character(definition, event.speaker) &&
    isText(event.text) &&
    isLanguage(event.language) &&
    (event.origin === "player" || origins.includes(event.origin)) &&
    claims(definition, event.claims) &&
    isIds(event.to) &&
    event.to.every((id) => character(definition, id)) &&
    typeof event.isWhisper === "boolean",
  acted: (definition, event) =>
    character(definition, event.actor) &&
    isText(event.move) &&
    argumentsAre(event.arguments) &&
    (definition.moves.has(event.move) || definition.builtins.some((move) => move === event.move)) &&
    isTime(event.until) &&
    typeof event.isSecret === "boolean",
  moved: (definition, event) =>
    character(definition, event.character) &&
    (event.to === null || (typeof event.to === "string" && definition.entities.get(event.to)?.kind === "place")),
  placed: (definition, event) =>
    typeof event.thing === "string" &&
    definition.entities.get(event.thing)?.kind === "thing" &&
    (event.in === null || (typeof event.in === "string" && definition.entities.has(event.in))),
  shown: (definition, event) => movable(definition, event.entity),
  hidden: (definition, event) => movable(definition, event.entity),
  changed: (definition, event) =>
    (event.value === null && typeof event.fact === "string" && definition.facts.has(event.fact)) ||
    valued(definition, event.fact, event.value),
  learned: (definition, event) =>
    character(definition, event.holder) &&
    valued(definition, event.fact, event.value) &&
    readSource(definition, event.source) !== undefined,
  related: (definition, event) => {
    const relation = typeof event.relation === "string" ? definition.relations.get(event.relation) : undefined
    return (
      relation !== undefined &&
      character(definition, event.from) &&
      character(definition, event.to) &&
      event.from !== event.to &&
      Number.isSafeInteger(event.value) &&
      !Object.is(event.value, -0) &&
      (event.value as number) >= relation.least &&
      (event.value as number) <= relation.most
    )
  },
  felt: (definition, event) =>
    character(definition, event.character) &&
    typeof event.feeling === "string" &&
    definition.feelings.includes(event.feeling),
  narrated: (definition, event) =>
    isIds(event.to) &&
    event.to.every((id) => character(definition, id)) &&
    texts(event.text) &&
    origins.includes(event.origin),
  fired: (definition, event) => typeof event.rule === "string" && definition.rules.has(event.rule),
}

function readSource(definition: WorldDefinition, source: unknown): Source | undefined {
  if (!isRecord(source)) return undefined
  if (source.kind === "seen")
    return source.place === null ||
      (typeof source.place === "string" && definition.entities.get(source.place)?.kind === "place")
      ? (source as unknown as Source)
      : undefined
  return source.kind === "told" && character(definition, source.by) ? (source as unknown as Source) : undefined
}

/** The event, or undefined where `value` is none of this world: never throws. */
export function readEvent(definition: WorldDefinition, value: unknown): WorldEvent | undefined {
  if (!isRecord(value) || typeof value.kind !== "string" || !Object.hasOwn(checks, value.kind)) return undefined
  if (!isTime(value.time)) return undefined
  return checks[value.kind as WorldEvent["kind"]](definition, value) ? (value as unknown as WorldEvent) : undefined
}
