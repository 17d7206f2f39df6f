import { describe, expect, it } from "vitest"
import { InFlight } from "./in-flight.ts"

describe("what is under way", () => {
  it("is found by its key until it leaves, oldest first", () => {
    const calls = new InFlight<string, string>()
    for (const key of ["a", "b", "c"]) calls.set(key, `call ${key}`)
    calls.delete("b")
    calls.delete("never there")
    expect([...calls.values()]).toEqual(["call a", "call c"])
    expect([calls.size, calls.get("a"), calls.get("b"), calls.has("b")]).toEqual([2, "call a", undefined, false])
  })

  it("keeps its place when its value is replaced", () => {
    const calls = new InFlight<string, number>()
    calls.set("a", 1)
    calls.set("b", 2)
    calls.set("a", 3)
    expect([...calls.values()]).toEqual([3, 2])
  })

  it("may leave while all are looked at", () => {
    const calls = new InFlight<number, number>()
    for (const key of [1, 2, 3]) calls.set(key, key)
    const seen: number[] = []
    for (const value of calls.values()) {
      seen.push(value)
      calls.delete(value)
      calls.delete(2)
    }
    expect(seen).toEqual([1, 3])
    expect(calls.size).toBe(0)
  })
})
