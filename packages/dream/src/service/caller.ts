/** Who asks: a player with a token, or a key that acts for one of its players. */
import { randomBytes } from "node:crypto"
import type { IncomingMessage } from "node:http"
import type { ContentKind } from "../bundle/index.ts"
import { requests } from "../protocol/index.ts"
import type { AgeBand } from "../safety/index.ts"
import { readBy } from "./check.ts"
import { serviceErrors } from "./errors.ts"
import type { Account, PlayServiceOptions } from "./options.ts"
import { looksLikeToken } from "./token.ts"
import type { Tokens } from "./token.ts"

export interface Caller {
  readonly account: Account
  /** As the client names the player. */
  readonly player: string
  /** As sessions name it: no two namespaces share one. */
  readonly id: string
  readonly kind: "key" | "player"
  /** Bound in a player's token; null: the key's holder says it when it opens a session. */
  readonly age: AgeBand | null
  readonly without: readonly ContentKind[]
  /** The only dreams that may be opened; null: all. */
  readonly dreams: readonly string[] | null
}

/** For whom a key acts, where it says nothing. */
const ownPlayer = "owner"
const playerHeader = "daydream-player"
/** Sockets of browsers send no headers of their own: the key or token stands among the protocols that they ask for. */
export const bearerProtocol = "daydream.bearer."

export const newGuest = (): string => `guest-${randomBytes(12).toString("base64url").replace(/^[-_]/, "0")}`

const idOf = (namespace: string, player: string) => `${namespace}/${player}`
/** The client's name of a player of the same namespace. */
export const outwardPlayer = ({ namespace }: Account, id: string): string =>
  id.startsWith(`${namespace}/`) ? id.slice(namespace.length + 1) : id

/** The key or token that was sent: as a bearer, as `x-api-key`, or among a socket's protocols. */
export function secretOf({ headers }: IncomingMessage): string | null {
  const bearer = /^bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? "")?.[1]
  if (bearer !== undefined) return bearer
  const key = headers["x-api-key"]
  if (typeof key === "string" && key !== "") return key
  const protocol = headers["sec-websocket-protocol"]
    ?.split(",")
    .map((one) => one.trim())
    .find((one) => one.startsWith(bearerProtocol))
  return protocol === undefined ? null : protocol.slice(bearerProtocol.length)
}

/**
 * `asked`: for whom a key acts, where the header does not say it. Throws what the host's `authenticate` throws,
 * `play_token_invalid`, `play_token_expired`, `bad_play_request`.
 */
export async function callerOf(
  request: IncomingMessage,
  { options, tokens }: { readonly options: PlayServiceOptions; readonly tokens: Tokens },
  asked?: string
): Promise<Caller> {
  const secret = secretOf(request)
  if (secret !== null && looksLikeToken(secret)) return playerOf(secret, options, tokens)
  return keyOf(secret, request, options, request.headers[playerHeader] ?? asked)
}

async function playerOf(secret: string, { accountOf }: PlayServiceOptions, tokens: Tokens): Promise<Caller> {
  const { namespace, key, player, age, without, dreams } = tokens.readPlayer(secret)
  const account = await accountOf(key)
  if (account.namespace !== namespace) throw serviceErrors.play_token_invalid({})
  return { account, player, id: idOf(namespace, player), kind: "player", age, without, dreams }
}

async function keyOf(
  secret: string | null,
  request: IncomingMessage,
  { authenticate }: PlayServiceOptions,
  asked: string | readonly string[] | undefined
): Promise<Caller> {
  const account = await authenticate(secret, request)
  const player = asked === undefined ? ownPlayer : readBy(requests.playerId, asked, "Daydream-Player")
  return { account, player, id: idOf(account.namespace, player), kind: "key", age: null, without: [], dreams: null }
}
