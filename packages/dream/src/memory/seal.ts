/** Each memory is sealed under a key of its own (AES-256-GCM): with the key destroyed, no copy of the sealed bytes can be read. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { errors } from "./errors.ts"

/** A text under its key. May be kept anywhere, also in a journal that is never rewritten. */
export interface Sealed {
  /** Id of the key in the vault. */
  readonly keyId: string
  /** Nonce (12 bytes), cipher text, tag (16 bytes). */
  readonly content: Uint8Array
}

/** What the sealed bytes are; bound to them, so that one cannot stand for the other. */
export type SealPurpose = "memory" | "vector" | "text"

export const createKey = (): Buffer => randomBytes(32)

const bound = (keyId: string, purpose: SealPurpose) => Buffer.from(JSON.stringify(["daydream-memory-1", keyId, purpose]))

export function sealBytes(key: Uint8Array, keyId: string, purpose: SealPurpose, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bound(keyId, purpose))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws `memory_damaged` where the bytes were changed, or sealed under another key or for another purpose. */
export function openBytes(key: Uint8Array, keyId: string, purpose: SealPurpose, content: Uint8Array): Buffer {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(bound(keyId, purpose)).setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  } catch (error) {
    throw errors.memory_damaged({ what: `${purpose} ${keyId}` }, error)
  }
}
