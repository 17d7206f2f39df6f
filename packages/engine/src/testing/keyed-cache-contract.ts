/** What every keyed cache must do. */
import { describe, expect, test } from "vitest"
import type { KeyedCache } from "../artifact/index.ts"

export interface KeyedCacheContractOptions {
  readonly open: () => Promise<KeyedCache>
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** Describes the tests of one keyed cache. */
export function keyedCacheContract(name: string, { open }: KeyedCacheContractOptions): void {
  const withCache = async (use: (cache: KeyedCache) => Promise<void>) => {
    const cache = await open()
    try {
      await use(cache)
    } finally {
      await cache.close()
    }
  }
  describe(`${name} as a keyed cache`, () => {
    test("gives back what was set, byte for byte, and null for the rest", () => withCache(async (cache) => {
      const all = Uint8Array.from({ length: 256 }, (_, i) => i)
      await cache.set("钥匙", all)
      await cache.set("empty", new Uint8Array())
      expect(Uint8Array.from((await cache.get("钥匙")) ?? [])).toEqual(all)
      expect((await cache.get("empty"))?.byteLength).toBe(0)
      expect(await cache.get("other")).toBeNull()
      expect(await cache.get("")).toBeNull()
      expect(cache.size).toBe(2)
    }))

    test("keeps the newer value of a key", () => withCache(async (cache) => {
      await cache.set("key", bytes("old"))
      await cache.set("key", bytes("new"))
      expect(Buffer.from((await cache.get("key")) ?? []).toString()).toBe("new")
      expect(cache.size).toBe(1)
    }))

    test("keeps its own copy of the bytes", () => withCache(async (cache) => {
      const value = bytes("before")
      await cache.set("key", value)
      value.fill(0)
      expect(Buffer.from((await cache.get("key")) ?? []).toString()).toBe("before")
    }))

    test("holds many values set at once", () => withCache(async (cache) => {
      await Promise.all(Array.from({ length: 500 }, (_, i) => cache.set(`k${i}`, bytes(`value ${i}`))))
      const found = await Promise.all(Array.from({ length: 500 }, (_, i) => cache.get(`k${i}`)))
      expect(found.every((value, i) => Buffer.from(value ?? []).toString() === `value ${i}`)).toBe(true)
    }))

    test("may be closed twice", () => withCache(async (cache) => {
      await cache.close()
      await expect(cache.close()).resolves.toBeUndefined()
    }))
  })
}
