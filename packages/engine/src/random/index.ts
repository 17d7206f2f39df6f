/** Seeded randomness. Seeds derive from names, never from a shared generator, so that parts do not disturb each other. */
import { createHash } from "node:crypto"

/** A generator of uniform numbers. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
}

/** xoshiro128** (Blackman and Vigna 2018), seeded by SHA-256 of the names joined: the same names give the same sequence. */
export function createRandom(...names: readonly (string | number)[]): Random {
  const digest = createHash("sha256").update(names.join("\u0000")).digest()
  let a = digest.readUInt32LE(0)
  let b = digest.readUInt32LE(4)
  let c = digest.readUInt32LE(8)
  let d = digest.readUInt32LE(12) | 1
  const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k))
  const next32 = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result
  }
  const next = () => ((next32() >>> 5) * 0x4000000 + (next32() >>> 6)) / 0x20000000000000
  return { next, integer: (bound) => Math.floor(next() * bound) }
}

/** A shuffled copy (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const held = copy[i] as T
    copy[i] = copy[j] as T
    copy[j] = held
  }
  return copy
}
