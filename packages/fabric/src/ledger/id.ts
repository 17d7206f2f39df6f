import { randomUUID } from "node:crypto"

/**
 * A UUID of version 7: its beginning is the time, so that new rows of an index stand together. For ids of requests and
 * attempts; with random ones the ledger works too, with more writing to disk.
 */
export const timeOrderedId = (nowMs: number): string => {
  const time = nowMs.toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
