/**
 * Envelope encryption: each value under a data key of its own (AES-256-GCM), the data key wrapped by the master key.
 * The name and field of the value are bound to both, so that a sealed value opens in its own place only.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { secretErrors } from "./errors.ts"
import type { MasterKey } from "./master-key.ts"
import type { Secrets } from "./secrets.ts"

/** Where a sealed value belongs, for example `credential/cloud`, `secret`. */
export interface SealedPlace {
  readonly name: string
  readonly field: string
}

export interface Sealed {
  readonly masterVersion: number
  readonly masterFingerprint: string
  /** Nonce (12 bytes), cipher text, tag (16 bytes), as `content`. */
  readonly wrappedKey: Buffer
  readonly content: Buffer
}

const bound = (part: "key" | "content", place: SealedPlace) =>
  Buffer.from(JSON.stringify(["daydream-sealed-1", part, place.name, place.field]))

function encrypt(key: Buffer, plain: Buffer, associated: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associated)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, sealed: Buffer, associated: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}

const wrap = (master: MasterKey, dataKey: Buffer, place: SealedPlace) => ({
  masterVersion: master.version,
  masterFingerprint: master.fingerprint,
  wrappedKey: encrypt(master.wrappingKey, dataKey, bound("key", place)),
})

/** Seals `plain` for its place under the newest master key. */
export function seal(secrets: Secrets, place: SealedPlace, plain: Buffer): Sealed {
  const dataKey = randomBytes(32)
  return { ...wrap(secrets.newest(), dataKey, place), content: encrypt(dataKey, plain, bound("content", place)) }
}

function unwrap(secrets: Secrets, place: SealedPlace, sealed: Sealed): Buffer {
  const master = secrets.find(sealed.masterVersion, sealed.masterFingerprint)
  try {
    return decrypt(master.wrappingKey, sealed.wrappedKey, bound("key", place))
  } catch (error) {
    throw secretErrors.secret_damaged({ name: place.name }, error)
  }
}

/** The plain value. Throws `secret_damaged` where the row was changed or moved, `master_key_wrong`, `master_key_missing`. */
export function unseal(secrets: Secrets, place: SealedPlace, sealed: Sealed): Buffer {
  const dataKey = unwrap(secrets, place, sealed)
  try {
    return decrypt(dataKey, sealed.content, bound("content", place))
  } catch (error) {
    throw secretErrors.secret_damaged({ name: place.name }, error)
  }
}

/** The same value, its data key wrapped by `master` instead. */
export const rewrap = (secrets: Secrets, place: SealedPlace, sealed: Sealed, master: MasterKey): Sealed => ({
  ...wrap(master, unwrap(secrets, place, sealed), place),
  content: sealed.content,
})
