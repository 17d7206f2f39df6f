/** One process at a time: the others wait until the holder is done or dead. */
import { tryLock } from "@daydream/engine/lock"
import type { Lock } from "@daydream/engine/lock"
import { setTimeout as sleep } from "node:timers/promises"

interface WaitOptions {
  readonly abortSignal?: AbortSignal
  /** Called once when another process holds the lock and this one waits. */
  readonly onWait?: () => void
  readonly pollEvery?: number
}

async function takeLock(path: string, options: WaitOptions): Promise<Lock> {
  const { abortSignal, onWait, pollEvery = 200 } = options
  for (let tries = 0; ; tries++) {
    abortSignal?.throwIfAborted()
    const lock = tryLock(path)
    if (lock !== undefined) return lock
    if (tries === 0) onWait?.()
    await sleep(pollEvery)
  }
}

/** Runs `work` while this caller alone holds the lock at `path`. */
export async function withLock<T>(path: string, work: () => Promise<T>, options: WaitOptions = {}): Promise<T> {
  const lock = await takeLock(path, options)
  try {
    return await work()
  } finally {
    lock.release()
  }
}
