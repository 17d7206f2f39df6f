/** Tokens that this service signs: those of players, and invitations into a session. Nothing in them is secret. */
import { createHmac, timingSafeEqual } from "node:crypto"
import { z } from "zod"
import { contentKinds } from "../bundle/index.ts"
import { ageBands } from "../safety/index.ts"
import { serviceErrors } from "./errors.ts"

const playerClaims = z.strictObject({
  namespace: z.string(),
  /** Names the key that made the token: it ends with it. */
  key: z.string(),
  player: z.string(),
  age: z.enum(ageBands),
  without: z.array(z.enum(contentKinds)),
  dreams: z.array(z.string()).nullable(),
  /** Milliseconds since the epoch. */
  until: z.int(),
})
export type PlayerClaims = Readonly<z.output<typeof playerClaims>>

const invitationClaims = z.strictObject({
  namespace: z.string(),
  session: z.string(),
  dream: z.string(),
  character: z.string(),
  until: z.int(),
})
export type InvitationClaims = Readonly<z.output<typeof invitationClaims>>

const playerPrefix = "ddp-"
const invitationPrefix = "ddi-"
const mostLength = 8_192

/** True for what looks like a player's token, not like a key. */
export const looksLikeToken = (text: string): boolean => text.startsWith(playerPrefix)

export interface Tokens {
  ofPlayer(claims: PlayerClaims): string
  ofInvitation(claims: InvitationClaims): string
  /** Throws `play_token_invalid`, `play_token_expired`. */
  readPlayer(text: string): PlayerClaims
  /** Throws `invitation_invalid`. */
  readInvitation(text: string): InvitationClaims
}

/** Signs with HMAC-SHA-256 under `secret`, of 32 random bytes or more. Servers that share players share it. */
export function createTokens(secret: Uint8Array, now: () => number): Tokens {
  if (secret.byteLength < 32) throw new Error("a secret of 32 bytes or more signs tokens")
  const mac = (text: string) => createHmac("sha256", secret).update(`daydream play token\0${text}`).digest()
  const sign = (prefix: string, claims: object) => {
    const text = prefix + Buffer.from(JSON.stringify(claims)).toString("base64url")
    return `${text}.${mac(text).toString("base64url")}`
  }
  const open = (prefix: string, text: string): unknown => {
    if (text.length > mostLength || !text.startsWith(prefix)) return undefined
    const end = text.lastIndexOf(".")
    const [told, given] = [text.slice(0, end), Buffer.from(text.slice(end + 1), "base64url")]
    const made = mac(told)
    if (given.length !== made.length || !timingSafeEqual(given, made)) return undefined
    return JSON.parse(Buffer.from(told.slice(prefix.length), "base64url").toString("utf8"))
  }
  return {
    ofPlayer: (claims) => sign(playerPrefix, claims),
    ofInvitation: (claims) => sign(invitationPrefix, claims),
    readPlayer: (text) => {
      const read = playerClaims.safeParse(open(playerPrefix, text))
      if (!read.success) throw serviceErrors.play_token_invalid({})
      if (read.data.until <= now()) throw serviceErrors.play_token_expired({})
      return read.data
    },
    readInvitation: (text) => {
      const read = invitationClaims.safeParse(open(invitationPrefix, text))
      if (!read.success || read.data.until <= now()) throw serviceErrors.invitation_invalid({})
      return read.data
    },
  }
}
