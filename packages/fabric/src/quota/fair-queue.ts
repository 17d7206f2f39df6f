/** The queue in front of a pool: shares its slots fairly among tenants by the tokens that each was served. */
import type { RequestClass } from "../call/index.ts"
import { quotaErrors } from "./errors.ts"
import { ServiceCounters } from "./service-counters.ts"
import type { Account, TokenWeights, Waiting } from "./service-counters.ts"
import { hasRoom, waitEstimateMs } from "./waiting-room.ts"

export interface FairQueueOptions {
  /** Requests that are worked on at once. */
  readonly concurrency: number
  /** Requests that may wait; more are shed. */
  readonly mostWaiting: number
  readonly now: () => number
  /** Service of one input and one output token; 1 and 2 unless set, as in the paper. */
  readonly tokenWeights?: TokenWeights
  /** Part of the waiting room that one tenant alone may fill; 0.8 unless set. */
  readonly tenantShare?: number
  /** Part of the waiting room that batch calls may fill; 0.5 unless set. */
  readonly batchShare?: number
  /**
   * Batch calls get the next slot once none of them got one for so long (30 s unless set) and at least
   * `interactiveBetween` (4) interactive calls did: so they never take more than a fifth of a busy pool, and each of them
   * is served at last.
   */
  readonly batchFloorMs?: number
  readonly interactiveBetween?: number
}

export interface Entering {
  readonly tenant: string
  /** Share of the tenant; a tenant of weight 2 is served twice as much as one of weight 1. */
  readonly weight: number
  readonly requestClass: RequestClass
  /** Best guess; corrected by `leave`. */
  readonly inputTokens: number
  readonly signal?: AbortSignal
}

/** The right to have one request worked on. */
export interface Slot {
  /** Charges output tokens as they come. */
  served(outputTokens: number): void
  /**
   * Gives the slot back; a second call does nothing. `actual`: what was really used, of which the difference to what was
   * charged so far is charged or given back.
   */
  leave(actual?: { readonly inputTokens?: number; readonly outputTokens?: number }): void
}

export interface FairQueueState {
  readonly concurrency: number
  readonly running: number
  readonly waiting: number
  readonly waitingBatch: number
  /** True where a request would have to wait. */
  readonly isSaturated: boolean
  /** When a request that is shed now should come back. */
  readonly retryAfterMs: number
}

export interface FairQueue {
  readonly state: FairQueueState
  /** A slot at once, or null where the request would have to wait. */
  tryEnter(entering: Omit<Entering, "signal">): Slot | null
  /** Waits for a slot. Throws `overloaded` (facts: retryAfterMs) where the waiting room is full, the signal's reason where it aborts. */
  enter(entering: Entering): Promise<Slot>
  /** New sizes; requests that run or wait already stay. */
  resize(sizes: { readonly concurrency: number; readonly mostWaiting: number }): void
}

interface Waiter extends Waiting {
  readonly admit: (slot: Slot) => void
}

// Smoothing of the mean service time: about the last 20 requests.
const smoothing = 0.1
const firstGuessMs = 1_000
const sweepEvery = 1_024

class Queue implements FairQueue {
  readonly #options: FairQueueOptions
  readonly #interactive: ServiceCounters<Waiter>
  readonly #batch: ServiceCounters<Waiter>
  #concurrency: number
  #mostWaiting: number
  #running = 0
  #order = 0
  #released = 0
  #meanServiceMs: number | null = null
  #batchDueFrom = 0
  #interactiveSince = 0

  constructor(options: FairQueueOptions) {
    const weights = options.tokenWeights ?? { input: 1, output: 2 }
    this.#options = options
    this.#interactive = new ServiceCounters(weights)
    this.#batch = new ServiceCounters(weights)
    this.#concurrency = options.concurrency
    this.#mostWaiting = options.mostWaiting
  }

  get #waiting(): number { return this.#interactive.waiting + this.#batch.waiting }

  get state(): FairQueueState {
    const waiting = this.#waiting
    return {
      concurrency: this.#concurrency, running: this.#running, waiting, waitingBatch: this.#batch.waiting,
      isSaturated: this.#running >= this.#concurrency,
      retryAfterMs: waitEstimateMs({
        waiting, concurrency: this.#concurrency, meanServiceMs: this.#meanServiceMs ?? firstGuessMs,
      }),
    }
  }

  #counters(requestClass: RequestClass): ServiceCounters<Waiter> {
    return requestClass === "batch" ? this.#batch : this.#interactive
  }

  tryEnter(entering: Omit<Entering, "signal">): Slot | null {
    // Slots are handed out as soon as they come free, so a free one means that nobody waits.
    if (this.#running >= this.#concurrency) return null
    const counters = this.#counters(entering.requestClass)
    const account = counters.account(entering.tenant, weightOf(entering))
    counters.begin(account, entering.inputTokens)
    return this.#slot(counters, account, entering.inputTokens)
  }

  enter(entering: Entering): Promise<Slot> {
    const { signal } = entering
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    const slot = this.tryEnter(entering)
    if (slot !== null) return Promise.resolve(slot)
    if (!this.#hasRoom(entering)) return Promise.reject(quotaErrors.overloaded({ retryAfterMs: this.state.retryAfterMs }))
    return new Promise((resolve, reject) => this.#wait(entering, resolve, reject))
  }

  #hasRoom({ tenant, requestClass }: Entering): boolean {
    const taken = this.#waiting
    const size = this.#mostWaiting
    const own = this.#interactive.waitingOf(tenant) + this.#batch.waitingOf(tenant)
    if (!hasRoom({ size, taken, own, share: this.#options.tenantShare ?? 0.8 })) return false
    return requestClass === "interactive" ||
      hasRoom({ size, taken, own: this.#batch.waiting, share: this.#options.batchShare ?? 0.5 })
  }

  #wait(entering: Entering, resolve: (slot: Slot) => void, reject: (reason: unknown) => void): void {
    const { signal } = entering
    const counters = this.#counters(entering.requestClass)
    const account = counters.account(entering.tenant, weightOf(entering))
    const onAbort = () => {
      counters.withdraw(account, waiter)
      reject(signal?.reason)
    }
    const waiter: Waiter = {
      order: this.#order++, inputTokens: entering.inputTokens, earlier: null, later: null,
      admit: (slot) => {
        signal?.removeEventListener("abort", onAbort)
        resolve(slot)
      },
    }
    if (counters === this.#batch && this.#batch.waiting === 0) {
      this.#batchDueFrom = this.#options.now()
      this.#interactiveSince = 0
    }
    counters.enqueue(account, waiter)
    signal?.addEventListener("abort", onAbort, { once: true })
  }

  #slot(counters: ServiceCounters<Waiter>, account: Account, inputTokens: number): Slot {
    this.#running++
    return new HeldSlot(this, counters, account, inputTokens, this.#options.now())
  }

  release(since: number): void {
    const heldMs = this.#options.now() - since
    this.#running--
    if (++this.#released % sweepEvery === 0) {
      this.#interactive.sweep()
      this.#batch.sweep()
    }
    const mean = this.#meanServiceMs
    this.#meanServiceMs = mean === null ? heldMs : mean + smoothing * (heldMs - mean)
    this.#fill()
  }

  #isBatchDue(): boolean {
    return this.#batch.waiting > 0 && this.#interactiveSince >= (this.#options.interactiveBetween ?? 4) &&
      this.#options.now() - this.#batchDueFrom >= (this.#options.batchFloorMs ?? 30_000)
  }

  #fill(): void {
    while (this.#running < this.#concurrency && this.#waiting > 0) {
      const counters = this.#interactive.waiting === 0 || this.#isBatchDue() ? this.#batch : this.#interactive
      const next = counters.dispatch()
      if (next === null) return
      if (counters === this.#batch) {
        this.#batchDueFrom = this.#options.now()
        this.#interactiveSince = 0
      } else this.#interactiveSince++
      next.request.admit(this.#slot(counters, next.account, next.request.inputTokens))
    }
  }

  resize(sizes: { readonly concurrency: number; readonly mostWaiting: number }): void {
    this.#concurrency = sizes.concurrency
    this.#mostWaiting = sizes.mostWaiting
    this.#fill()
  }
}

const weightOf = ({ weight }: Pick<Entering, "weight">): number => (weight > 0 ? weight : 1)

class HeldSlot implements Slot {
  #isHeld = true
  #outputTokens = 0
  readonly #queue: Queue
  readonly #counters: ServiceCounters<Waiter>
  readonly #account: Account
  readonly #inputTokens: number
  readonly #since: number
  constructor(queue: Queue, counters: ServiceCounters<Waiter>, account: Account, inputTokens: number, since: number) {
    this.#queue = queue
    this.#counters = counters
    this.#account = account
    this.#inputTokens = inputTokens
    this.#since = since
  }

  served(outputTokens: number): void {
    if (!this.#isHeld) return
    this.#outputTokens += outputTokens
    this.#counters.charge(this.#account, 0, outputTokens)
  }

  leave(actual: { readonly inputTokens?: number; readonly outputTokens?: number } = {}): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    const inputs = (actual.inputTokens ?? this.#inputTokens) - this.#inputTokens
    const outputs = (actual.outputTokens ?? this.#outputTokens) - this.#outputTokens
    if (inputs !== 0 || outputs !== 0) this.#counters.charge(this.#account, inputs, outputs)
    this.#counters.end(this.#account)
    this.#queue.release(this.#since)
  }
}

/** One for each pool and process. Every operation is O(log tenants). */
export const createFairQueue = (options: FairQueueOptions): FairQueue => new Queue(options)
