/** Long numerics are generators that yield after each bounded piece of work; this drives one while the process answers. */
import { setImmediate } from "node:timers/promises"

/** How far a long computation has come. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** A computation in pieces of some ten milliseconds each. */
export type Steps<T> = Generator<Progress, T, void>

export interface DriveOptions {
  readonly abortSignal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Runs `steps` to the end; between pieces other work of the process gets its turn, and an abort is honoured. */
export async function drive<T>(steps: Steps<T>, options: DriveOptions = {}): Promise<T> {
  for (;;) {
    options.abortSignal?.throwIfAborted()
    const step = steps.next()
    if (step.done === true) return step.value
    options.onProgress?.(step.value.done, step.value.total)
    await setImmediate()
  }
}

/** Runs `steps` to the end without a pause. */
export function complete<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** `steps`, whose progress goes from `from` to `to`, as shares of a longer computation that they are a part of. */
export function* partOf<T>(from: number, to: number, steps: Steps<T>): Steps<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    const { done, total } = step.value
    yield { done: from + ((to - from) * done) / Math.max(1, total), total: 1 }
  }
}
