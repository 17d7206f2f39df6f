/** Master keys: numbered, 32 random bytes each; what seals is derived from them, never the bytes themselves. */
import { hkdfSync, randomBytes } from "node:crypto"
import { secretErrors } from "./errors.ts"

export interface MasterKey {
  readonly version: number
  /** Tells two keys of one version apart without saying anything about them. */
  readonly fingerprint: string
  /** Wraps the data keys of sealed values (AES-256). */
  readonly wrappingKey: Buffer
}

const derive = (material: Buffer, purpose: string, length: number) =>
  Buffer.from(hkdfSync("sha256", material, "daydream-master-1", purpose, length))

const masterKey = (version: number, material: Buffer): MasterKey => ({
  version,
  fingerprint: derive(material, "fingerprint", 8).toString("hex"),
  wrappingKey: derive(material, "wrap", 32),
})

const entry = /^(?:(\d+)\s*[:\s]\s*)?([A-Za-z0-9+/_-]+={0,2})$/

/** Reads `<version>:<base64>` entries; a lone key without a version is version 1. Newest first. Never repeats a key in an error. */
export function parseMasterKeys(text: string, where: string): readonly MasterKey[] {
  const invalid = (reason: string) => secretErrors.master_key_invalid({ where, reason })
  const entries = text.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== "" && !part.startsWith("#"))
  if (entries.length === 0) throw invalid("it is empty")
  const keys = entries.map((part) => {
    const [, number, encoded] = entry.exec(part) ?? []
    if (encoded === undefined || (number === undefined && entries.length > 1))
      throw invalid("a key is not 32 bytes in base64")
    const version = Number(number ?? 1)
    if (!Number.isInteger(version) || version < 1 || version > 1_000_000)
      throw invalid("a version is not a whole number from 1 to 1000000")
    const material = Buffer.from(encoded, "base64")
    if (material.length !== 32 || !/^[A-Za-z0-9+/_-]{43}=?$/.test(encoded))
      throw invalid("a key is not 32 bytes in base64")
    return masterKey(version, material)
  })
  if (new Set(keys.map((key) => key.version)).size < keys.length) throw invalid("a version stands there twice")
  return keys.toSorted((a, b) => b.version - a.version)
}

/** A new random key as an entry. */
export const newMasterKeyEntry = (version: number): string => `${version}:${randomBytes(32).toString("base64url")}`
