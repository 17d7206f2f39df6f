import { expect, test } from "vitest"
import { createSequencePool } from "./sequence-pool.ts"

const conversation = (name: string, contextTokens: number[] = []) => ({ name, contextTokens })
const never = undefined

test("a prompt goes to the conversation that holds its beginning, another to the one that was idle longest", async () => {
  const pool = createSequencePool([conversation("a", [1, 2, 3, 4]), conversation("b", [9, 9, 9])])
  expect(await pool.use([9, 9, 9, 1], never, async ({ name }) => name)).toBe("b")
  expect(await pool.use([1, 2, 3, 7], never, async ({ name }) => name)).toBe("a")
  expect(await pool.use([5, 6, 7], never, async ({ name }) => name)).toBe("b")
})

test("no conversation is lent twice, and those who wait are served in order", async () => {
  const pool = createSequencePool([conversation("a")])
  const first = await pool.take([1], never)
  const served: number[] = []
  const waiting = [1, 2, 3].map((n) => pool.use([n], never, async () => void served.push(n)))
  await Promise.resolve()
  expect(served).toEqual([])
  first.release()
  first.release()
  await Promise.all(waiting)
  expect(served).toEqual([1, 2, 3])
})

test("an abort takes its caller out of the line", async () => {
  const pool = createSequencePool([conversation("a")])
  const held = await pool.take([1], never)
  const controller = new AbortController()
  const waiting = pool.use([2], controller.signal, async () => "served")
  controller.abort(new Error("gone"))
  await expect(waiting).rejects.toThrow("gone")
  held.release()
  expect(await pool.use([3], never, async () => "next")).toBe("next")
})

test("draining waits for what is lent and refuses who waits and who comes", async () => {
  const pool = createSequencePool([conversation("a")])
  const held = await pool.take([1], never)
  const waiting = pool.use([2], never, async () => 0)
  let isDrained = false
  const draining = pool.drain(new Error("closed")).then(() => (isDrained = true))
  await expect(waiting).rejects.toThrow("closed")
  expect(isDrained).toBe(false)
  held.release()
  await draining
  await expect(pool.take([3], never)).rejects.toThrow("closed")
})
