/** Takes a streamed answer: passes it on as it comes, or holds it back until it is whole. */
import type { Slot } from "../quota/index.ts"
import type { AttemptFailure, OpenAttempt } from "../routing/index.ts"
import { createStreamRelay } from "../wire/index.ts"
import type { RelayOptions, StreamRelay } from "../wire/index.ts"
import { failureOfThrown, faultOf } from "./failure-of-thrown.ts"
import type { Reception } from "./reception.ts"
import type { CallRun } from "./call-run.ts"
import { meteredTokens } from "./metered.ts"
import type { TargetPlan } from "./plan-call.ts"
import { joinTokens } from "./settle.ts"

export const eventStream = "text/event-stream; charset=utf-8"

interface Relaying {
  readonly run: CallRun
  readonly target: TargetPlan
  readonly slot: Slot
  readonly open: OpenAttempt
  readonly body: AsyncIterable<Uint8Array>
  readonly continuesPartial: boolean
}

// About one event a token; the true count corrects it when the call leaves its place.
const bytesPerToken = 200

/** Relays until the stream ends or breaks. Throws only for mistakes of the program. */
export async function relayStream(relaying: Relaying): Promise<Reception> {
  const { run, open, body } = relaying
  const relay = relayFor(relaying)
  const intake = new Intake(relaying, relay)
  let failure: AttemptFailure | null = null
  try {
    failure = await takeAll(body, intake, relay, run)
  } catch (error) {
    // What breaks after the answer was whole does not matter to it.
    if (!relay.isComplete) failure = failureOfThrown(run, error)
  }
  const { facts } = relay
  const isComplete = failure === null && relay.isComplete
  if (isComplete) open.firstToken()
  const afterFirstToken = run.exchange.hasBegun
  return {
    failure: failure === null || failure.afterFirstToken === afterFirstToken ? failure : { ...failure, afterFirstToken },
    facts, answer: isComplete ? await intake.lastBytes() : null, firstTokenMs: intake.firstTokenMs, said: facts.text,
  }
}

async function takeAll(
  body: AsyncIterable<Uint8Array>, intake: Intake, relay: StreamRelay, run: CallRun,
): Promise<AttemptFailure | null> {
  const chunks = body[Symbol.asyncIterator]()
  let isDone = false
  try {
    for (;;) {
      const next = await nextOf(chunks, run)
      if (next.done === true) {
        isDone = true
        return relay.facts.failure ?? (relay.isComplete || run.exchange.interruption !== null ? null : truncated)
      }
      const failure = await intake.take(next.value)
      if (failure !== null || run.exchange.interruption !== null) return failure
      if (relay.hasEnded) {
        isDone = true
        void letEnd(chunks)
        return null
      }
    }
  } finally {
    // Cancels the upstream.
    if (!isDone) await chunks.return?.()
  }
}

async function nextOf(chunks: AsyncIterator<Uint8Array>, run: CallRun): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next()
  } catch (error) {
    throw faultOf(run, error)
  }
}

const lingerMs = 50

/**
 * The end of the connection's body most often comes with the end mark: then the connection can be used again. The client
 * does not wait for it.
 */
async function letEnd(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  let isDone = false
  const timer = setTimeout(() => void (isDone || chunks.return?.()), lingerMs)
  try {
    isDone = (await chunks.next()).done === true
    if (!isDone) await chunks.return?.()
  } catch {
    // The answer is whole: what breaks now concerns nobody.
  } finally {
    isDone = true
    clearTimeout(timer)
  }
}

const truncated: AttemptFailure =
  { kind: "truncated", message: "The model's server ended its answer before it was whole.", afterFirstToken: true }

/** The relay of the call, or a new one where the client has heard nothing yet. */
function relayFor({ run, target, continuesPartial }: Relaying): StreamRelay {
  if (continuesPartial && run.relay !== null) {
    run.relay.continueWith(target.dialect)
    return run.relay
  }
  return run.relay = createStreamRelay(run.call, target.dialect, relayOptionsOf(run))
}

/** What translated events are made of. */
export const relayOptionsOf = ({ exchange }: CallRun): RelayOptions =>
  ({ requestId: exchange.requestId, created: Math.floor(exchange.startedAt / 1000) })

class Intake {
  readonly #relaying: Relaying
  readonly #relay: StreamRelay
  readonly #goesThrough: boolean
  readonly #began = performance.now()
  /** Bytes that wait for the first content, or for the end. */
  #held: Uint8Array[] = []
  #heldBytes = 0
  #hasContent = false
  #lastEventAt = this.#began
  firstTokenMs: number | null = null

  constructor(relaying: Relaying, relay: StreamRelay) {
    this.#relaying = relaying
    this.#relay = relay
    this.#goesThrough = relaying.run.goesThrough
  }

  /** Takes some bytes; gives the failure that they tell of. */
  async take(bytes: Uint8Array): Promise<AttemptFailure | null> {
    const { run, slot, open } = this.#relaying
    const out = this.#relay.push(bytes)
    if (!this.#hasContent && this.#relay.hasContent) {
      this.#hasContent = true
      this.firstTokenMs = open.firstToken()
    }
    const { failure } = this.#relay.facts
    // What came before the failure is passed on only to a client that already has a part.
    if (out !== null && out.byteLength > 0 && (failure === null || run.exchange.hasBegun)) {
      const pending = this.#pass(out)
      if (pending !== null) await pending
    }
    if (failure !== null) return failure
    if (this.#hasContent) slot.served(bytes.byteLength / bytesPerToken)
    return this.#tooSlow(out) ?? this.#tooLarge()
  }

  #pass(out: Uint8Array): Promise<void> | null {
    const { exchange } = this.#relaying.run
    if (this.#goesThrough && exchange.hasBegun) return exchange.write(out)
    this.#held.push(out)
    this.#heldBytes += out.byteLength
    if (!this.#goesThrough || !this.#hasContent) return null
    exchange.begin(eventStream)
    return exchange.write(this.#release())
  }

  #release(): Uint8Array {
    const bytes = this.#held.length === 1 ? this.#held[0] as Uint8Array : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return bytes
  }

  /** A server that sends signs of life but no answer is as late as a silent one. */
  #tooSlow(out: Uint8Array | null): AttemptFailure | null {
    const now = performance.now()
    const { timeouts } = this.#relaying.run.plan.route
    if (!this.#hasContent && now - this.#began > timeouts.firstTokenMs)
      return { kind: "first-token-timeout", message: "The model's server did not begin to answer in time.", afterFirstToken: false }
    if (out !== null) this.#lastEventAt = now
    if (this.#hasContent && now - this.#lastEventAt > timeouts.stallMs)
      return { kind: "stall", message: "The model's server fell silent.", afterFirstToken: true }
    return null
  }

  #tooLarge(): AttemptFailure | null {
    if (this.#heldBytes <= this.#relaying.run.core.limits.answerBytes) return null
    return { kind: "malformed", message: "The model's server sent an answer that is too large.", afterFirstToken: false }
  }

  /** What is still to be sent of a complete answer. */
  async lastBytes(): Promise<Uint8Array> {
    const { run } = this.#relaying
    const { facts } = this.#relay
    const isTold = facts.tokens !== null && run.delivered.length === 0
    const last = isTold ? this.#relay.finish() : this.#relay.finish(
      joinTokens(run.delivered, await meteredTokens(run.call, { facts, said: facts.text }, "completed")))
    if (last !== null) this.#held.push(last)
    return this.#release()
  }
}
