import { expect, test } from "vitest"
import { createReplicas } from "./replicas.ts"

const none: ReadonlySet<never> = new Set()

test("the address with least in flight is next, and equals take turns", () => {
  const replicas = createReplicas(["a", "b", "c"], () => 0)
  const taken = Array.from({ length: 6 }, () => replicas.take(none))
  expect(taken.map((replica) => replica?.server ?? "").toSorted((x, y) => x.localeCompare(y))).toEqual(["a", "a", "b", "b", "c", "c"])
  const freed = taken.find((replica) => replica?.server === "b")
  if (freed != null) replicas.release(freed)
  expect(replicas.take(none)?.server).toBe("b")
})

test("an address that cannot be reached rests, longer each time, and is tried again after it and where nothing else is left", () => {
  let now = 0
  const replicas = createReplicas(["a", "b"], () => now)
  const serverOf = () => {
    const replica = replicas.take(none)
    if (replica !== null) replicas.release(replica)
    return replica?.server
  }
  const a = replicas.take(none)
  if (a === null) throw new Error("no address")
  replicas.release(a)
  replicas.report(a, false)
  expect([serverOf(), serverOf(), serverOf()]).toEqual(["b", "b", "b"])
  now = 501
  expect(new Set([serverOf(), serverOf()])).toEqual(new Set(["a", "b"]))
  replicas.report(a, false)
  now += 501
  expect([serverOf(), serverOf()]).toEqual(["b", "b"])
  const b = replicas.take(new Set([a]))
  if (b === null) throw new Error("no address")
  replicas.report(b, false)
  expect(replicas.take(new Set([b]))?.server).toBe("a")
  expect(replicas.take(new Set([a, b]))).toBeNull()
  replicas.report(a, true)
  expect(serverOf()).toBe("a")
})
