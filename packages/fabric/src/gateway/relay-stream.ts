/** Takes a streamed answer: passes it on as it comes, or holds it back until it is whole. */
import type { Slot } from "../quota/index.ts"
import type { AttemptFailure, OpenAttempt } from "../routing/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import { createStreamRelay } from "../wire/index.ts"
import type { StreamRelay } from "../wire/index.ts"
import type { Reception } from "./attempt.ts"
import type { CallRun } from "./call-run.ts"
import type { TargetPlan } from "./plan-call.ts"

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

/** Relays until the stream ends or breaks. Never throws for what an upstream does. */
export async function relayStream(relaying: Relaying): Promise<Reception> {
  const { run, open, body } = relaying
  const relay = relayFor(relaying)
  const before = relay.facts.text.length
  const intake = new Intake(relaying, relay)
  let failure: AttemptFailure | null = null
  try {
    for await (const bytes of body) {
      failure = await intake.take(bytes)
      if (failure !== null || run.exchange.interruption !== null) break
    }
    failure ??= relay.facts.failure ?? (relay.isComplete ? null : truncated)
  } catch (error) {
    // What breaks after the answer was whole does not matter to it.
    if (!relay.isComplete || relay.facts.failure !== null) {
      if (!(error instanceof UpstreamFault) && run.exchange.interruption === null) throw error
      failure = error instanceof UpstreamFault ? error.failure : null
    }
  }
  const isComplete = failure === null && relay.isComplete
  if (isComplete) open.firstToken()
  const afterFirstToken = run.exchange.hasBegun
  return {
    failure: failure === null || failure.afterFirstToken === afterFirstToken ? failure : { ...failure, afterFirstToken },
    facts: relay.facts, answer: isComplete ? intake.lastBytes() : null, firstTokenMs: intake.firstTokenMs,
    said: relay.facts.text.slice(before),
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
  const { requestId, startedAt } = run.exchange
  return run.relay = createStreamRelay(run.call, target.dialect, { requestId, created: Math.floor(startedAt / 1000) })
}

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
  lastBytes(): Uint8Array {
    const last = this.#relay.finish()
    if (last !== null) this.#held.push(last)
    return this.#release()
  }
}
