/** A memory and its vector as sealed bytes. */
import type { MemoryEvent } from "./event.ts"
import { openBytes, sealBytes } from "./seal.ts"

export const sealEvent = (key: Uint8Array, keyId: string, event: MemoryEvent): Buffer =>
  sealBytes(key, keyId, "memory", Buffer.from(JSON.stringify(event)))

/** The bytes are ours and authenticated, so that their shape needs no second check. */
export const openEvent = (key: Uint8Array, keyId: string, content: Uint8Array): MemoryEvent =>
  JSON.parse(openBytes(key, keyId, "memory", content).toString("utf8")) as MemoryEvent

export function sealVector(key: Uint8Array, keyId: string, vector: readonly number[]): Buffer {
  const plain = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) plain.writeFloatLE(value, index * 4)
  return sealBytes(key, keyId, "vector", plain)
}

export function openVector(key: Uint8Array, keyId: string, content: Uint8Array): Float32Array {
  const plain = openBytes(key, keyId, "vector", content)
  return Float32Array.from({ length: plain.length / 4 }, (_, index) => plain.readFloatLE(index * 4))
}
