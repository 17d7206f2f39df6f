/** How many sockets and followed streams each player has open. */
import { serviceErrors } from "./errors.ts"

export interface Streams {
  /** Takes a place; the returned function gives it back. Throws `too_many_streams`. */
  enter(player: string): () => void
}

export function createStreams(most: number): Streams {
  const open = new Map<string, number>()
  return {
    enter: (player) => {
      const number = open.get(player) ?? 0
      if (number >= most) throw serviceErrors.too_many_streams({ most, retryAfterMs: 5_000 })
      open.set(player, number + 1)
      let isOpen = true
      return () => {
        if (!isOpen) return
        isOpen = false
        const left = (open.get(player) ?? 1) - 1
        if (left === 0) open.delete(player)
        else open.set(player, left)
      }
    },
  }
}
