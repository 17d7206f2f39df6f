/** The deadlines of a call to a model in this process: the same as those of a server far away. */
import type { Timeouts } from "../../routing/index.ts"
import { UpstreamFault } from "../fault.ts"

/** A timer of more would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** Ends a call when its time is over, its caller leaves, or its reader does. */
export interface Deadlines {
  /** Aborted when the call has to end. */
  readonly signal: AbortSignal
  /** What ended it; undefined while nothing has. */
  readonly reason: unknown
  /** True from the first piece of answer. */
  readonly hasBegun: boolean
  /** The model is there and begins. */
  opened(): void
  /** A piece of answer came. */
  touch(): void
  /** The reader is slow: silence is not the model's. `touch` lets the time run again. */
  hold(): void
  /** Ends the call: its reader left. */
  cancel(): void
  /** All is over; no deadline will pass any more. */
  close(): void
  /** The promise, or the reason of the end where that comes first. */
  race<T>(work: PromiseLike<T>): Promise<T>
}

/** Starts the clock. `isStream` false: `firstTokenMs` runs until the whole answer is there. */
export function createDeadlines(caller: AbortSignal, timeouts: Timeouts, isStream: boolean): Deadlines {
  const startedAt = performance.now()
  const controller = new AbortController()
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  let phase: "opening" | "waiting" | "answering" = "opening"
  const end = (reason: unknown) => {
    if (controller.signal.aborted) return
    controller.abort(reason)
    ended.reject(reason)
  }
  const onTime = () => {
    const [kind, message] = phase === "opening" ? (["connect-timeout", "The model was not ready in time."] as const)
      : phase === "waiting" ? (["first-token-timeout", "The model did not answer in time."] as const)
      : (["stall", "The model fell silent in the middle of its answer."] as const)
    end(new UpstreamFault({ kind, message, afterFirstToken: phase === "answering" }))
  }
  let timer = setTimeout(onTime, Math.min(timeouts.connectMs, timeouts.firstTokenMs, longestTimerMs))
  const set = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(onTime, Math.min(ms, longestTimerMs))
  }
  const onAbort = () => {
    const reason: unknown = caller.reason
    const isTimeout = reason instanceof Error && reason.name === "TimeoutError"
    end(isTimeout
      ? new UpstreamFault({ kind: "total-timeout", message: "The call took longer than it may.", afterFirstToken: phase === "answering" })
      : reason)
  }
  if (caller.aborted) onAbort()
  else caller.addEventListener("abort", onAbort, { once: true })
  return {
    signal: controller.signal,
    get reason() {
      return controller.signal.aborted ? (controller.signal.reason as unknown) : undefined
    },
    get hasBegun() {
      return phase === "answering"
    },
    opened: () => {
      phase = "waiting"
      set(Math.max(0, timeouts.firstTokenMs - (performance.now() - startedAt)))
    },
    touch: () => {
      if (!isStream) return
      phase = "answering"
      set(timeouts.stallMs)
    },
    hold: () => clearTimeout(timer),
    cancel: () => end(new Error("the reader left")),
    close: () => {
      clearTimeout(timer)
      caller.removeEventListener("abort", onAbort)
    },
    race: (work) => Promise.race([work, ended.promise]),
  }
}
