/** Sessions of play on the store: what was acknowledged is kept, and replays to the same state. */
import type { Language, Localized } from "@daydream/engine/language"
import type { MemoryEdit } from "../memory/index.ts"
import type { SessionEvent, SessionState } from "../protocol/index.ts"
import type { AgeBand } from "../safety/index.ts"
import type { ContentKind } from "../bundle/index.ts"
import type { PlayerInput, Turn, TurnOutput } from "../turn/index.ts"

/** A human in a session. */
export interface Player {
  /** Chosen by the host: a user's id, or a guest's. */
  readonly id: string
  /** The character that this human plays. */
  readonly character: string
  readonly age: AgeBand
  /** Kinds that this player does not want; nobody in the session meets them. */
  readonly without?: readonly ContentKind[]
}

export interface OpenSession {
  readonly dream: string
  readonly language?: Language
  /** Equal seeds and inputs give equal journals. Made at random where not given. */
  readonly seed?: string
  readonly dials?: Readonly<Record<string, string>>
  readonly without?: readonly ContentKind[]
  readonly player: Omit<Player, "character"> & { readonly character?: string }
  /** By default whoever speaks first plays, and the one who opened the session rewinds. */
  readonly rules?: SessionRules
}

/** How several humans share a session. */
export interface SessionRules {
  /** `free`: whoever speaks first; `round`: one after the other. */
  readonly turns: "free" | "round"
  /** Who may rewind: the one who opened the session, or everybody (all must agree). */
  readonly rewind: "owner" | "all"
}

export interface TurnRequest {
  readonly session: string
  readonly player: string
  readonly input: PlayerInput
  /** Repeating a request with the same key gives the same answer and plays nothing twice. */
  readonly key?: string
  /** Turns that the client has seen; another number refuses with `session_moved`. */
  readonly expects?: number
  readonly abortSignal?: AbortSignal
}

export interface SessionSummary {
  readonly id: string
  readonly dream: string
  readonly language: Language
  readonly turns: number
  readonly ended: { readonly ending: string | null } | null
  /** ISO 8601. */
  readonly createdAt: string
  readonly playedAt: string
  /** Where this one branched off. */
  readonly from: { readonly session: string; readonly turn: number } | null
}

export interface SaveSlot {
  readonly name: string
  readonly turn: number
  readonly savedAt: string
}

/** A player's report of a text, for the operator. */
export interface Report {
  readonly id: string
  readonly session: string
  readonly dream: string
  readonly version: string
  /** Null after the session was removed. */
  readonly player: string | null
  readonly turn: number
  /** The reported output. Where its words were forgotten, or its session removed, something stands in for them. */
  readonly output: TurnOutput
  readonly reason: string
  readonly note: string | null
  readonly madeAt: string
}

/** What came of playing a kept session again from its inputs and what models answered. */
export interface Verification {
  readonly turns: number
  /** Turns whose words were forgotten: they are applied, and not played again. */
  readonly forgotten: number
  /** Equal for plays that stand at the same place. */
  readonly state: string
  readonly faults: readonly { readonly turn: number; readonly reason: string }[]
}

/** All sessions of one store. Every method throws `session_unknown` for an id that is not there. */
export interface Sessions {
  /** Opens a session; the first turn (`begin`) is to be asked for. Throws `dream_unknown`, `dream_closed` (age), `dial_unknown`. */
  open(request: OpenSession): Promise<SessionState>
  /** Whoever plays already gets the state. Throws `character_not_free`, `dream_closed`. */
  join(session: string, player: Omit<Player, "character"> & { readonly character?: string }): Promise<SessionState>
  /** Plays a turn. The events of the stream are durable once `committed` came; a stream that breaks before commits nothing, or is found by key. */
  play(request: TurnRequest): AsyncIterable<SessionEvent>
  /** Stops the turn that is being played; true where there was one. What was not committed has not happened. */
  interrupt(session: string): boolean
  /** Takes the last turn back and plays its input again with other draws; with `input`, that one in its place (an edit of one's own last input). */
  retry(session: string, player: string, options?: {
    readonly input?: PlayerInput; readonly key?: string; readonly expects?: number; readonly abortSignal?: AbortSignal
  }): AsyncIterable<SessionEvent>
  state(session: string, player: string): Promise<SessionState>
  /** The committed events from `cursor` on, oldest first; what the player's character cannot perceive is left out. */
  events(session: string, player: string, cursor?: number): AsyncIterable<SessionEvent>
  list(player: string): Promise<SessionSummary[]>
  rewind(session: string, player: string, turn: number): Promise<SessionState>
  branch(session: string, player: string, turn?: number): Promise<SessionState>
  save(session: string, player: string, name: string): Promise<SaveSlot>
  saves(session: string): Promise<SaveSlot[]>
  load(session: string, player: string, name: string): Promise<SessionState>
  /** The turns as they are kept, for the author and for replay. */
  turns(session: string, since?: number): AsyncIterable<Turn>
  /** What happened so far, in the author's and the world's words, for somebody who comes back. */
  recap(session: string, player: string): Promise<readonly { readonly text: string; readonly origin: string }[]>
  transcript(session: string, player: string, format: "text" | "json"): Promise<string>
  memories(session: string, player: string, holder: string): Promise<readonly { readonly id: string; readonly text: string; readonly isPinned: boolean; readonly isEdited: boolean }[]>
  pin(session: string, player: string, holder: string, id: string, isPinned: boolean): Promise<void>
  edit(session: string, player: string, holder: string, id: string, edit: MemoryEdit): Promise<void>
  /** Forgets for good, with the words in the journal. */
  forget(session: string, player: string, ids: readonly string[], holder?: string): Promise<void>
  /** A player's report of a text. Kept for the operator; gives its id. */
  report(session: string, player: string, report: { readonly event: number; readonly reason: string; readonly note?: string }): Promise<string>
  /** Reports of all sessions since then, oldest first; for the operator. */
  reports(since?: Date, limit?: number): Promise<Report[]>
  /** Plays the kept turns again and compares, byte for byte; for the operator. Another build, or limits that a later player brought, may differ. */
  verify(session: string): Promise<Verification>
  /** A branch in the dream as it is now, at the nearest place that still holds; this session stays in the version in which it began. */
  upgrade(session: string, player: string): Promise<{ readonly state: SessionState; readonly lost: readonly Localized[] }>
  /** The whole session as one file (JSON lines), for its owner. */
  export(session: string, player: string): AsyncIterable<Uint8Array>
  import(bytes: AsyncIterable<Uint8Array>, player: Omit<Player, "character"> & { readonly character?: string }): Promise<SessionState>
  remove(session: string, player: string): Promise<void>
  close(): Promise<void>
}
