/** Gives the chunks of a worker that died to others at once; the heartbeat would notice only after many seconds. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Jobs } from "@daydream/engine/job"
import type { ChunkExchange } from "./chunks.ts"

// A living worker puts its name on a chunk a few milliseconds after it has taken the job.
const secondLookMs = 1000

/**
 * Gives back what `worker` had in hand. It may have died between taking a job and putting its name on the chunk: jobs
 * that are in hand and bear no name now, and at a second look still do not, are given back too. Should one of them be a
 * living but slow worker's, its answer is refused by the store and another gives it: the row is answered once all the same.
 */
export async function giveBackFrom(
  worker: string, reason: string, exchange: ChunkExchange, jobs: Jobs, abortSignal: AbortSignal,
): Promise<void> {
  for (const id of await exchange.takeFrom(worker)) await jobs.giveBack(exchange.queue, id, reason)
  const before = await unnamedJobs(exchange, jobs)
  if (before.size === 0) return
  await sleep(secondLookMs, undefined, { signal: abortSignal })
  for (const [id, attempt] of await unnamedJobs(exchange, jobs))
    if (before.get(id) === attempt) await jobs.giveBack(exchange.queue, id, reason)
}

/** Attempts under way, by job, on chunks that no worker has put its name on. */
async function unnamedJobs(exchange: ChunkExchange, jobs: Jobs): Promise<Map<string, number>> {
  const attempts = new Map((await jobs.active(exchange.queue)).map(({ id, attempt }) => [id, attempt]))
  const unnamed = await exchange.unnamed([...attempts.keys()])
  return new Map(unnamed.map((id) => [id, attempts.get(id) ?? 0]))
}
