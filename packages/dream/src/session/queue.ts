/** One at a time by name, in the order of asking. */

/** Resolves when it is the caller's turn; gives the function that ends it. Rejects with the signal's reason while waiting. */
export type Queue = (name: string, abortSignal?: AbortSignal) => Promise<() => void>

export function createQueue(): Queue {
  const last = new Map<string, Promise<void>>()
  const forget = async (name: string, mine: Promise<void>) => {
    await mine
    if (last.get(name) === mine) last.delete(name)
  }
  return async (name, abortSignal) => {
    const before = last.get(name) ?? Promise.resolve()
    const gate = Promise.withResolvers<void>()
    const mine = before.then(() => gate.promise)
    last.set(name, mine)
    const end = () => {
      gate.resolve()
      void forget(name, mine)
    }
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => aborted.reject(abortSignal?.reason)
    abortSignal?.addEventListener("abort", onAbort, { once: true })
    try {
      abortSignal?.throwIfAborted()
      await Promise.race([before, aborted.promise])
      return end
    } catch (error) {
      end()
      throw error
    } finally {
      abortSignal?.removeEventListener("abort", onAbort)
    }
  }
}
