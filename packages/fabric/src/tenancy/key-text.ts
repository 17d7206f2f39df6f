/**
 * How a key reads: `dd-<id>-<secret>`. The id ends in a tag that only this store can make, so that made-up ids are told
 * without asking the database, however many come.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
const nonceLength = 10
const tagLength = 6

/** Length of every key as text. */
const keyLength = 3 + nonceLength + tagLength + 1 + 43
const keyText = /^dd-([a-z2-7]{16})-([A-Za-z0-9_-]{43})$/
const idText = /^[a-z2-7]{16}$/

const letters = (bytes: Uint8Array, length: number) =>
  Array.from(bytes.subarray(0, length), (byte) => alphabet[byte & 31]).join("")

/** Parts of a presented key; undefined for anything else. Looks at the length first, so that no long text costs work. */
export function parseKey(text: string): { readonly id: string; readonly secret: string } | undefined {
  if (typeof text !== "string" || text.length !== keyLength) return undefined
  const match = keyText.exec(text)
  return match === null ? undefined : { id: match[1] as string, secret: match[2] as string }
}

export const isKeyId = (text: string): boolean => text.length === nonceLength + tagLength && idText.test(text)

/** Makes and checks keys under the store's pepper. */
export interface KeyMaker {
  newId(): string
  /** A new secret: 32 random bytes. */
  newSecret(): string
  /** True where this store made the id (there may still be no such key: an older backup). */
  isOurs(id: string): boolean
  /** HMAC-SHA-256 of the secret under the pepper, bound to the key's id. */
  hash(id: string, secret: string): Buffer
}

export const keyOf = (id: string, secret: string): string => `dd-${id}-${secret}`

export function createKeyMaker(pepper: Buffer): KeyMaker {
  const mac = (purpose: string, text: string) => createHmac("sha256", pepper).update(`${purpose}\0${text}`).digest()
  const tag = (nonce: string) => letters(mac("id", nonce), tagLength)
  return {
    newId: () => {
      const nonce = letters(randomBytes(nonceLength), nonceLength)
      return nonce + tag(nonce)
    },
    newSecret: () => randomBytes(32).toString("base64url"),
    isOurs: (id) => timingSafeEqual(Buffer.from(id.slice(nonceLength)), Buffer.from(tag(id.slice(0, nonceLength)))),
    hash: (id, secret) => mac("secret", `${id}\0${secret}`),
  }
}
