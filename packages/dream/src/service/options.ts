/** What a host gives to the play service. */
import type { IncomingMessage } from "node:http"
import type { Dream } from "../bundle/index.ts"

/** Whose key it is: who pays for what its players play. */
export interface Account {
  /** Players and sessions of one namespace never meet those of another. Without `/`. */
  readonly namespace: string
  /** Names the key; tokens that it made for players are good as long as the key is. */
  readonly key: string
}

export interface PlayLimits {
  readonly bodyBytes: number
  /** Of one exported session. */
  readonly importBytes: number
  readonly messageBytes: number
  /** Bytes that wait for a slow client; beyond it a socket is closed, and resumes by its cursor. */
  readonly waitingBytes: number
  /** A client that takes nothing for so long counts as gone. */
  readonly stallMs: number
  /** Requests and messages of one player at once, and refilled a second. */
  readonly burst: number
  readonly perSecond: number
  /** Sockets and followed streams of one player. */
  readonly streams: number
  /** Silence after which a stream is kept alive. */
  readonly heartbeatMs: number
  /** Between two looks for what other processes played. */
  readonly lookMs: number
}

export const defaultPlayLimits: PlayLimits = {
  bodyBytes: 64 << 10,
  importBytes: 64 << 20,
  messageBytes: 32 << 10,
  waitingBytes: 1 << 20,
  stallMs: 30_000,
  burst: 60,
  perSecond: 20,
  streams: 16,
  heartbeatMs: 15_000,
  lookMs: 3_000,
}

export interface PlayLog {
  info(facts: object, message: string): void
  error(facts: object, message: string): void
}

export interface PlayServiceOptions {
  /** Whose request it is. `secret`: the key that was sent; null: none. Throws what the client is told. */
  readonly authenticate: (secret: string | null, request: IncomingMessage) => Promise<Account>
  /** The account of a key by its name, for players whose tokens it made. Throws where the key is good no more. */
  readonly accountOf: (key: string) => Promise<Account>
  /** Signs tokens: 32 bytes or more, the same on every server that shares players. */
  readonly tokenSecret: Uint8Array
  /** Dreams that an account may open. */
  readonly dreams: (account: Account) => Promise<readonly Dream[]>
  /** The model that takes part in an account's play; null: none, only the authors' lines are said. */
  readonly modelOf?: (account: Account) => Promise<string | null>
  /** Told just before a turn of a session is played, so that the turn's model calls are metered under the account. */
  readonly onTurn?: (session: string, account: Account) => Promise<void>
  /**
   * True where the account operates the whole service: it reads reports of all namespaces, and of sessions that are
   * gone.
   */
  readonly operates?: (account: Account) => boolean
  /** Who answers for generated content: the operator's name or code, in its labels. */
  readonly producer: string
  /** Origins of web pages that may play beside those of the server's own host. */
  readonly origins?: readonly string[]
  readonly now: () => number
  readonly log: PlayLog
  readonly limits?: Partial<PlayLimits>
}
