/** The play protocol. Written by a test from its schemas; do not edit. */

export type AgeBand = "child" | "teen" | "adult" | "unknown"

export interface Branch {
  readonly turn?: number
}

export interface ChangedEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly type: "changed"
  readonly state: SessionState
}

export type ClientMessage = {
  readonly type: "play"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
  readonly input: PlayerInput
  readonly key?: string
  /** Turns that the client has seen; where the session has moved on, nothing is played. */
  readonly expects?: number
} | {
  readonly type: "retry"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
  readonly input?: PlayerInput
  readonly key?: string
  /** Turns that the client has seen; where the session has moved on, nothing is played. */
  readonly expects?: number
} | {
  readonly type: "interrupt"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
} | {
  readonly type: "resume"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
  readonly cursor: number
} | {
  readonly type: "state"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
} | {
  readonly type: "ping"
  /** Your name of this message; its answer carries it. */
  readonly request?: string
}

export interface CommittedEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly type: "committed"
  readonly turns: number
  readonly state: SessionState
}

export type ContentKind = "fear" | "violence" | "death" | "romance" | "alcohol" | "gambling" | "self-harm"

export interface DoEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "do"
  readonly character: string
  readonly move: string
  readonly arguments: Readonly<Record<string, string>>
  readonly text: string
}

export interface DreamEntry {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly author: string
  readonly languages: readonly Language[]
  readonly minutes: number | null
  readonly rating: "everyone" | "teen" | "adult"
  readonly contents: readonly ContentKind[]
  readonly version: string
  /** Those that players may be. */
  readonly characters: readonly Named[]
  readonly dials: readonly {
    readonly id: string
    readonly name: string
    readonly starts: string
    readonly values: readonly {
      readonly value: string
      readonly name: string
    }[]
    readonly content: ContentKind | null
  }[]
  /** This player may open it. */
  readonly isOpen: boolean
  /** `wish`: a model wrote the dream as a whole. */
  readonly made: "author" | "wish"
}

export interface DreamList {
  readonly protocol: 1
  /** The model that takes part in play; null: none, only the authors' lines are said. */
  readonly model: string | null
  readonly dreams: readonly DreamEntry[]
}

export interface EndEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "end"
  readonly ending: string | null
}

export interface ErrorEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly type: "error"
  readonly code: string
  readonly message: string
  readonly isRetryable: boolean
  readonly hint?: string
  /** What the client named its message. */
  readonly request?: string
}

export interface EventPage {
  readonly events: readonly SessionEvent[]
  readonly cursor: number
}

export interface FeelEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "feel"
  readonly character: string
  readonly feeling: string
}

export interface Interrupted {
  /** There was a turn, and it was stopped. */
  readonly isInterrupted: boolean
}

export interface Invitation {
  readonly invitation: string
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface JoinSession {
  readonly invitation: string
  readonly age?: AgeBand
}

export type Language = "en" | "zh"

export interface MadePlayer {
  readonly player: string
  /** Send it as a key. It is in this answer and nowhere else. */
  readonly token: string
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface MadeReport {
  readonly report: string
}

export interface MemoryChange {
  /** The character whose memory it is. */
  readonly holder: string
  readonly isPinned?: boolean
  readonly text?: string
  readonly importance?: number
}

export interface MemoryList {
  readonly memories: readonly {
    readonly id: string
    readonly text: string
    readonly isPinned: boolean
    readonly isEdited: boolean
  }[]
}

export interface Named {
  readonly id: string
  readonly name: string
  readonly description: string
}

export interface NarrateEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "narrate"
  readonly text: string
  readonly language: Language
  readonly origin: Origin
  /** The author's line, by its id. */
  readonly line: string | null
}

export interface NewInvitation {
  /** Whom the new player is; the first that is free unless said. */
  readonly character?: string
  /** For so long it is good; 1,440 unless said. */
  readonly minutes?: number
}

export interface NewPlayer {
  /** Your user's id; a guest's is made where not given. */
  readonly player?: string
  readonly age?: AgeBand
  /** Kinds that this player never meets. */
  readonly without?: readonly ContentKind[]
  /** The only dreams that this player may open. */
  readonly dreams?: readonly string[]
  /** For so long the token is good; 120 unless said. */
  readonly minutes?: number
}

export interface NewReport {
  /** The cursor of the text. */
  readonly event: number
  readonly reason: string
  readonly note?: string
}

export type Nothing = Readonly<Record<string, never>>

export interface NoticeEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "notice"
  readonly code: string
  readonly text: string
}

export interface OpenSession {
  readonly dream: string
  readonly language?: Language
  /** Equal seeds and inputs give equal journals; made at random where not given. */
  readonly seed?: string
  readonly dials?: Readonly<Record<string, string>>
  /** Kinds that are not wanted. */
  readonly without?: readonly ContentKind[]
  readonly character?: string
  readonly rules?: SessionRules
  /** Of the player for whom a key acts; a player's token has it inside. */
  readonly age?: AgeBand
}

export type Origin = "authored" | "selected" | "reworded" | "generated" | "fallback"

export interface PlayError {
  readonly error: {
    readonly code: string
    /** In English, or in Chinese where Accept-Language asks for it. */
    readonly message: string
    readonly hint: string | null
    readonly isRetryable: boolean
  }
}

export interface PlayTurn {
  readonly input: PlayerInput
  /** Turns that the client has seen; where the session has moved on, nothing is played. */
  readonly expects?: number
}

export interface PlayedTurn {
  readonly events: readonly SessionEvent[]
  readonly state: SessionState
}

export type PlayerInput = {
  readonly kind: "begin"
} | {
  readonly kind: "say"
  readonly text: string
  readonly to?: string
} | {
  readonly kind: "take"
  readonly option: string
} | {
  readonly kind: "do"
  readonly move: string
  readonly arguments: Readonly<Record<string, string>>
} | {
  readonly kind: "continue"
} | {
  readonly kind: "wait"
  readonly seconds?: number
}

export interface Recap {
  readonly lines: readonly {
    readonly text: string
    readonly origin: string
  }[]
}

export interface RefusedEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "refused"
  readonly code: string
  readonly text: string
}

export interface ReportList {
  readonly reports: readonly {
    readonly id: string
    readonly session: string
    readonly dream: string
    readonly version: string
    /** Null after the session was removed. */
    readonly player: string | null
    readonly turn: number
    /** The reported text, as an event without a cursor. */
    readonly output: Readonly<Record<string, unknown>>
    readonly reason: string
    readonly note: string | null
    /** ISO 8601. */
    readonly madeAt: string
  }[]
}

export interface RetryTurn {
  /** In place of the last one: an edit of what the player said. */
  readonly input?: PlayerInput
  /** Turns that the client has seen; where the session has moved on, nothing is played. */
  readonly expects?: number
}

export interface Rewind {
  /** So many turns are kept. */
  readonly turn: number
}

export interface SaveList {
  readonly saves: readonly SaveSlot[]
}

export interface SaveName {
  readonly name: string
}

export interface SaveSlot {
  readonly name: string
  readonly turn: number
  /** ISO 8601. */
  readonly savedAt: string
}

export interface SayEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "say"
  readonly character: string
  readonly text: string
  readonly language: Language
  readonly origin: Origin | "player"
  /** The author's line, by its id. */
  readonly line: string | null
}

export interface SceneEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly label?: TextLabel
  readonly type: "scene"
  readonly place: string | null
  readonly characters: readonly string[]
  readonly things: readonly string[]
}

export type ServerMessage = NarrateEvent | SayEvent | DoEvent | FeelEvent | SceneEvent | NoticeEvent | RefusedEvent | EndEvent | TurnEvent | CommittedEvent | ChangedEvent | ErrorEvent | Welcome | {
  readonly type: "state"
  readonly request?: string
  readonly state: SessionState
} | {
  readonly type: "resumed"
  readonly request?: string
  readonly cursor: number
} | {
  readonly type: "interrupted"
  readonly request?: string
  readonly isInterrupted: boolean
} | {
  readonly type: "pong"
  readonly request?: string
}

export type SessionEvent = NarrateEvent | SayEvent | DoEvent | FeelEvent | SceneEvent | NoticeEvent | RefusedEvent | EndEvent | TurnEvent | CommittedEvent | ChangedEvent | ErrorEvent

export interface SessionList {
  readonly sessions: readonly SessionSummary[]
}

export interface SessionRules {
  /** `free`: whoever speaks first; `round`: one after the other. */
  readonly turns: "free" | "round"
  /** Who may take turns back: who opened the session, or everybody together. */
  readonly rewind: "owner" | "all"
}

export interface SessionState {
  readonly protocol: 1
  readonly session: string
  readonly dream: {
    readonly id: string
    readonly name: string
    /** A session belongs to one version of its dream. */
    readonly version: string
  }
  readonly language: Language
  /** Turns that were played. Send it as `expects`. */
  readonly turns: number
  /** The cursor of the next event: resume from here. */
  readonly cursor: number
  readonly player: Named
  /** Time in the story. */
  readonly time: string
  readonly place: Named | null
  readonly exits: readonly Named[]
  readonly characters: readonly {
    readonly id: string
    readonly name: string
    readonly description: string
    readonly feeling: string | null
  }[]
  readonly things: readonly {
    readonly id: string
    readonly name: string
    readonly description: string
    readonly isHeld: boolean
  }[]
  /** What the player's character knows, newest first. */
  readonly knows: readonly {
    readonly fact: string
    readonly text: string
    readonly certainty: "certain" | "hearsay" | "rumour"
  }[]
  readonly suggestions: readonly Suggestion[]
  /** The story paused: send the input `continue`. */
  readonly canContinue: boolean
  readonly ended: {
    readonly ending: string | null
  } | null
  /** That the session is generated. Always to be shown. */
  readonly notice: string
  readonly dials: Readonly<Record<string, string>>
  readonly withheld: readonly ContentKind[]
  readonly players: readonly {
    readonly id: string
    readonly character: string
  }[]
  /** Whose turn it is; null: anybody's. */
  readonly next: string | null
}

export interface SessionSummary {
  readonly id: string
  readonly dream: string
  readonly language: Language
  readonly turns: number
  readonly ended: {
    readonly ending: string | null
  } | null
  /** ISO 8601. */
  readonly createdAt: string
  /** ISO 8601. */
  readonly playedAt: string
  /** Where this one branched off. */
  readonly from: {
    readonly session: string
    readonly turn: number
  } | null
}

export interface Suggestion {
  readonly option: string
  readonly kind: "choice" | "topic" | "move"
  readonly text: string
  /** With whom, of a topic. */
  readonly character: string | null
}

export interface TextLabel {
  /** A model wrote the text. */
  readonly isGenerated: boolean
  /** In the language of the session. */
  readonly text: string
}

export interface TurnEvent {
  /** Counts the kept events of a session from 0; null: not kept. */
  readonly cursor: number | null
  /** The turn to which it belongs, from 0. */
  readonly turn: number
  readonly type: "turn"
  readonly player: string
  /** What the player said; null for other players, who hear it where their characters do. */
  readonly text: string | null
}

export interface Upgraded {
  readonly state: SessionState
  /** What of the old session has no place in the dream as it is now. */
  readonly lost: readonly string[]
}

export interface Welcome {
  readonly type: "welcome"
  readonly protocol: 1
  readonly state: SessionState
}
