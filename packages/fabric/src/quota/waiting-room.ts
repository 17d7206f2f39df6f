/** How many requests may wait, altogether and of one kind. Pure. */

/**
 * Dynamic thresholds (Choudhury and Hahne 1998): one that waits already may add to the room while what it takes stays at
 * most `share / (1 - share)` times what was free. One alone fills `share` of the room; several get equal parts; and some
 * room always stays free for one who comes new, whoever fills the rest.
 */
export function hasRoom(room: { readonly size: number; readonly taken: number; readonly own: number; readonly share: number }): boolean {
  const free = room.size - room.taken
  if (free <= 0) return false
  return room.share >= 1 || room.own + 1 <= (room.share / (1 - room.share)) * free
}

/** Bounds of what a shed client is told: never "at once", never more than a minute. */
const leastRetryAfterMs = 1_000
const mostRetryAfterMs = 60_000

/** When a slot would come free for one more at the end of the queue: those before it, times the time that each takes. */
export function waitEstimateMs(state: { readonly waiting: number; readonly concurrency: number; readonly meanServiceMs: number }): number {
  const estimate = ((state.waiting + 1) * state.meanServiceMs) / Math.max(1, state.concurrency)
  return Math.min(mostRetryAfterMs, Math.max(leastRetryAfterMs, Math.ceil(estimate)))
}
