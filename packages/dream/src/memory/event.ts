/** What a character keeps: the typed events that memories are made of. The caller's world maps its events to these. */
import { errors } from "./errors.ts"

/** How the holder came by a memory: saw it happen, was told by someone, or said it. */
export type MemorySource = "seen" | "told" | "said"

interface MemoryBase {
  /** Unique for its holder in its session. One id may stand for the same event with several holders. */
  readonly id: string
  /** When, on the world's clock. Any unit; {@link RecallWeights.halfLife} is in the same one. */
  readonly at: number
  /** Where in the session's journal. */
  readonly journalIndex: number
  /** What is remembered, in words. This is what recall by words and by meaning looks at. */
  readonly text: string
  /** 0 (nothing) to 1 (unforgettable). */
  readonly importance: number
  readonly source: MemorySource
  /** Who told it, where the source is "told". */
  readonly toldBy?: string
  /** Where it happened: the id of a place. */
  readonly place?: string
  /** Who was there: ids of characters. */
  readonly present?: readonly string[]
  /** What it is about beside them: ids of persons, things, places. */
  readonly about?: readonly string[]
  /** Ids of the holder's memories that this one was derived from. When one of them is forgotten or edited, this goes too. */
  readonly basis?: readonly string[]
  /** Keys of texts sealed elsewhere (the session's journal) that hold the same words; destroyed with this memory. */
  readonly sealedKeys?: readonly string[]
}

/** Something that happened. */
export interface EpisodeEvent extends MemoryBase {
  readonly type: "episode"
}

/**
 * A fact as the holder knows it from `at` on. It closes the earlier fact of the same subject and attribute; a `value`
 * of null says that from now on none holds. What may hold several values at once has one attribute a value ("likes:tea").
 */
export interface FactEvent extends MemoryBase {
  readonly type: "fact"
  readonly subject: string
  readonly attribute: string
  readonly value: string | number | boolean | null
}

/** How the holder sees `from` stand to `to` from `at` on, for example name "trusts", value 0.7. Closes the earlier value. */
export interface RelationEvent extends MemoryBase {
  readonly type: "relation"
  readonly from: string
  readonly to: string
  readonly name: string
  readonly value: string | number | boolean | null
}

/** A thought about several memories, written in the background. Always generated; stands and falls with its basis. */
export interface ReflectionEvent extends MemoryBase {
  readonly type: "reflection"
  readonly basis: readonly string[]
}

export type MemoryEvent = EpisodeEvent | FactEvent | RelationEvent | ReflectionEvent

/** A memory as it is kept: its event, and what the player did to it. */
export type Memory = MemoryEvent & {
  /** The player wants it kept in mind. */
  readonly isPinned: boolean
  /** The player changed its words. */
  readonly isEdited: boolean
}

/** What a player may change of a memory. */
export interface MemoryEdit {
  readonly text?: string
  readonly importance?: number
  /** Of a fact or a relation. */
  readonly value?: string | number | boolean | null
}

const isShare = (value: number) => value >= 0 && value <= 1

const problemOf = (event: MemoryEvent): string | undefined => {
  if (event.id === "") return "id"
  if (!Number.isFinite(event.at)) return "at"
  if (!Number.isSafeInteger(event.journalIndex) || event.journalIndex < 0) return "journalIndex"
  if (event.text.trim() === "") return "text"
  if (!isShare(event.importance)) return "importance"
  if (event.basis?.includes(event.id) === true) return "basis"
  if (event.type === "reflection" && event.basis.length === 0) return "basis"
  return undefined
}

/** Throws `memory_invalid` where a field of the event cannot be kept. */
export function checkEvent(event: MemoryEvent): void {
  const field = problemOf(event)
  if (field !== undefined) throw errors.memory_invalid({ id: event.id, field })
}

/** The event after a player's change. Throws `memory_invalid`, also where a value is given to what has none. */
export function editEvent<E extends MemoryEvent>(event: E, edit: MemoryEdit): E {
  if (edit.value !== undefined && event.type !== "fact" && event.type !== "relation")
    throw errors.memory_invalid({ id: event.id, field: "value" })
  const edited = { ...event, ...edit }
  checkEvent(edited)
  return edited
}
