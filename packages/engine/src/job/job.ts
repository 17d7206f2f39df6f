/** What a job is to the worker that does it. */
import type { ClientBase } from "pg"

/** A job as a worker gets it. */
export interface Job<Data extends object> {
  readonly id: string
  readonly data: Data
  /** 0 at the first attempt. */
  readonly attempt: number
}

/** Writes the output of a job inside the transaction that completes it. */
export type Commit = (client: ClientBase) => Promise<void>

/**
 * Does one job and gives back how to write its output. `signal` is aborted where the job was cancelled, was taken
 * away, or the worker is to stop. What it throws counts as a failed attempt.
 */
export type Handler<Data extends object> = (job: Job<Data>, signal: AbortSignal) => Promise<Commit>
