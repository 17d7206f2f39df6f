/** The wire form of play, version 1: one schema for the server, its clients, the studio and game engines. */
import type { Language } from "@daydream/engine/language"
import type { ContentKind } from "../bundle/index.ts"
import type { TurnOutput } from "../turn/index.ts"

export const protocolVersion = 1

/** What a text's label says, for people and for machines. */
export interface TextLabel {
  /** A model wrote the text (`reworded`, `generated`; in a dream made from a wish, its lines too). */
  readonly isGenerated: boolean
  /** In the language of the session. */
  readonly text: string
}

interface EventBase {
  /**
   * Counts all events of a session from 0, and is the cursor from which to go on. Of events that are not kept: null.
   */
  readonly cursor: number | null
  readonly turn: number
}

/** An output of a turn as it is sent: with its label where it is a text. */
export type OutputEvent = EventBase & TurnOutput & { readonly label?: TextLabel }

export type SessionEvent =
  | OutputEvent
  /** A turn began. Not kept. */
  | (EventBase & { readonly type: "turn"; readonly player: string; readonly text: string | null })
  /** Everything of the turn before this event is durable now. */
  | (EventBase & { readonly type: "committed"; readonly turns: number; readonly state: SessionState })
  /**
   * The session stands elsewhere now: rewound, loaded, joined or played from another place. Ask for nothing before it
   * again. Not kept.
   */
  | (EventBase & { readonly type: "changed"; readonly state: SessionState })
  /** The turn did not happen, or what was asked was refused. */
  | (EventBase & {
      readonly type: "error"
      readonly code: string
      readonly message: string
      readonly isRetryable: boolean
      readonly hint?: string
      /** What the client named its message, over a socket. */
      readonly request?: string
    })

export interface Suggestion {
  readonly option: string
  readonly kind: "choice" | "topic" | "move"
  readonly text: string
  readonly character: string | null
}

export interface Named {
  readonly id: string
  readonly name: string
  readonly description: string
}

/** What one player sees of a session. */
export interface SessionState {
  readonly protocol: typeof protocolVersion
  readonly session: string
  readonly dream: { readonly id: string; readonly name: string; readonly version: string }
  readonly language: Language
  readonly turns: number
  /** The next cursor. */
  readonly cursor: number
  readonly player: Named
  readonly time: string
  readonly place: Named | null
  readonly exits: readonly Named[]
  readonly characters: readonly (Named & { readonly feeling: string | null })[]
  readonly things: readonly (Named & { readonly isHeld: boolean })[]
  /** What the player's character knows, newest first. */
  readonly knows: readonly {
    readonly fact: string
    readonly text: string
    readonly certainty: "certain" | "hearsay" | "rumour"
  }[]
  readonly suggestions: readonly Suggestion[]
  readonly canContinue: boolean
  readonly ended: { readonly ending: string | null } | null
  /** The notice that the session is generated: always to be shown. */
  readonly notice: string
  readonly dials: Readonly<Record<string, string>>
  readonly withheld: readonly ContentKind[]
  /** Players in this session, and whose turn it is (null: anybody's). */
  readonly players: readonly { readonly id: string; readonly character: string }[]
  readonly next: string | null
}
