/** One attempt at one job: heartbeat while it lasts, then output and completion in one transaction. */
import type { ClientBase } from "pg"
import type { Db, PgBoss } from "pg-boss"
import type { Store } from "../storage/index.ts"
import { errors } from "./errors.ts"
import type { Handler, Job } from "./job.ts"

/** pg-boss on one connection, so that its statements join that connection's transaction. */
export const onClient = (client: ClientBase): Db => ({
  executeSql: (text, values) => client.query(text, values),
})

interface Place {
  readonly store: Store
  readonly boss: PgBoss
  readonly queue: string
  readonly heartbeatSeconds: number
}

const affected = (response: object): number =>
  "affected" in response && typeof response.affected === "number" ? response.affected : 0

/** Does the job once; where it fails, the job goes back and the error is handed over, not thrown. */
export async function attempt<Data extends object>(
  { store, boss, queue, heartbeatSeconds }: Place, job: Job<Data>, handler: Handler<Data>, stop?: AbortSignal,
): Promise<{ failure?: { error: unknown } }> {
  const claim = { id: job.id, retryCount: job.attempt }
  const lost = new AbortController()
  const signal = stop === undefined ? lost.signal : AbortSignal.any([stop, lost.signal])
  const heartbeat = setInterval(() => {
    void boss.touch(queue, claim).then(
      (response) => affected(response) === 0 && lost.abort(errors.job_claim_lost({ queue, id: job.id })),
      // A heartbeat that could not be sent says nothing about the claim.
      () => undefined,
    )
  }, (heartbeatSeconds * 1000) / 3)
  try {
    const commit = await handler(job, signal)
    clearInterval(heartbeat)
    await store.transaction(async (client) => {
      // Completed first: that locks the job's row, so nobody can take the claim while the output is written.
      const done = await boss.complete(queue, claim, null, { db: onClient(client) })
      if (affected(done) !== 1) throw errors.job_claim_lost({ queue, id: job.id })
      await commit(client)
    })
    return {}
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await boss.fail(queue, claim, { message: reason }).catch(() => undefined)
    return { failure: { error } }
  } finally {
    clearInterval(heartbeat)
  }
}
