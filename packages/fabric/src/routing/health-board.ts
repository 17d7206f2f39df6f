/** How all targets stand, as this process knows: breakers, latencies, calls under way. Breakers can be shared. */
import { breakerAfter, breakerSettings, closedBreaker, mayPass } from "./breaker.ts"
import { LatencySample } from "./latency.ts"
import type { BreakerEvent, BreakerSettings, BreakerState } from "./breaker.ts"
import type { AttemptFailure, TargetHealth } from "./routing.ts"

/** A breaker that opened, closed or was told to wait: plain JSON for the other replicas. */
export interface BreakerChange {
  /** `pool/model`. */
  readonly target: string
  readonly breaker: "closed" | "open"
  readonly notBefore: number
  readonly openings: number
  /** When (ms since epoch) and by which replica; the latest change of a target wins, of equally late ones the greater name. */
  readonly at: number
  readonly by: string
}

export interface HealthBoardOptions {
  readonly now: () => number
  /** Name of this replica. */
  readonly replica: string
  readonly settings?: Partial<BreakerSettings>
  /** True where the target's pool works on as many calls as it may. Asked when a step is decided. */
  readonly isSaturated?: (target: string) => boolean
}

/** One attempt under way. Exactly one of `succeed`, `fail`, `abandon` counts: the first. */
export interface OpenAttempt {
  readonly isProbe: boolean
  /** Call at the first token; gives the latency. */
  firstToken(): number
  succeed(): void
  fail(failure: AttemptFailure): void
  /** The client went away, or the attempt was never sent. */
  abandon(): void
}

export interface HealthBoard {
  /** Live: what it says changes with every event. */
  readonly health: ReadonlyMap<string, TargetHealth>
  /** Begins an attempt; null where the target is to be left alone now: ask for the next step again. */
  begin(target: string): OpenAttempt | null
  /** What changed here since the last export. */
  export(): readonly BreakerChange[]
  /** Takes in what other replicas exported. In any order and any number of times, the result is the same. */
  merge(changes: readonly BreakerChange[]): void
  /** Forgets all targets but these. */
  retain(targets: ReadonlySet<string>): void
}

class Entry implements TargetHealth {
  state: BreakerState = closedBreaker
  inFlight = 0
  readonly latency = new LatencySample()
  /** Stamp of the last shared change, own or another's. */
  at = 0
  by = ""
  readonly target: string
  readonly options: HealthBoardOptions
  constructor(target: string, options: HealthBoardOptions) {
    this.target = target
    this.options = options
  }
  get breaker() { return this.state.breaker }
  get notBefore() { return this.state.notBefore }
  get firstTokenP95Ms() { return this.latency.p95(this.options.now()) }
  get isSaturated() { return this.options.isSaturated?.(this.target) ?? false }
}

const isLater = (change: BreakerChange, entry: Entry): boolean =>
  change.at > entry.at || (change.at === entry.at && change.by > entry.by)

class Board implements HealthBoard {
  readonly health = new Map<string, Entry>()
  readonly #changed = new Map<string, BreakerChange>()
  readonly #options: HealthBoardOptions
  readonly #settings: BreakerSettings

  constructor(options: HealthBoardOptions) {
    this.#options = options
    this.#settings = { ...breakerSettings, ...options.settings }
  }

  #entry(target: string): Entry {
    const known = this.health.get(target)
    if (known !== undefined) return known
    const entry = new Entry(target, this.#options)
    this.health.set(target, entry)
    return entry
  }

  apply(entry: Entry, event: BreakerEvent, now: number): void {
    const before = entry.state
    const after = breakerAfter(before, event, now, this.#settings)
    entry.state = after
    if (after.breaker === "half-open" || this.health.get(entry.target) !== entry) return
    if (after.breaker === before.breaker && after.notBefore === before.notBefore) return
    // Later than whatever it follows, also where another replica's clock runs ahead.
    entry.at = Math.max(now, entry.at + 1)
    entry.by = this.#options.replica
    this.#changed.set(entry.target, {
      target: entry.target, breaker: after.breaker, notBefore: after.notBefore, openings: after.openings,
      at: entry.at, by: entry.by,
    })
  }

  begin(target: string): OpenAttempt | null {
    const entry = this.#entry(target)
    const now = this.#options.now()
    if (!mayPass(entry.state, now)) return null
    const isProbe = entry.state.breaker !== "closed"
    if (isProbe) this.apply(entry, { kind: "began" }, now)
    entry.inFlight++
    return new Attempt(this, entry, now, isProbe, this.#options.now)
  }

  export(): readonly BreakerChange[] {
    const changes = [...this.#changed.values()]
    this.#changed.clear()
    return changes
  }

  merge(changes: readonly BreakerChange[]): void {
    for (const change of changes) {
      const entry = this.#entry(change.target)
      if (!isLater(change, entry)) continue
      entry.at = change.at
      entry.by = change.by
      this.#changed.delete(change.target)
      entry.state = { ...closedBreaker, breaker: change.breaker, notBefore: change.notBefore, openings: change.openings }
    }
  }

  retain(targets: ReadonlySet<string>): void {
    for (const target of this.health.keys()) {
      if (targets.has(target)) continue
      this.health.delete(target)
      this.#changed.delete(target)
    }
  }
}

class Attempt implements OpenAttempt {
  readonly isProbe: boolean
  readonly #board: Board
  readonly #entry: Entry
  readonly #began: number
  readonly #now: () => number
  #isOpen = true
  #firstTokenMs: number | null = null

  constructor(board: Board, entry: Entry, began: number, isProbe: boolean, now: () => number) {
    this.#board = board
    this.#entry = entry
    this.#began = began
    this.isProbe = isProbe
    this.#now = now
  }

  firstToken(): number {
    if (this.#firstTokenMs !== null) return this.#firstTokenMs
    const now = this.#now()
    this.#firstTokenMs = now - this.#began
    this.#entry.latency.add(this.#firstTokenMs, now)
    return this.#firstTokenMs
  }

  #end(event: BreakerEvent): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#entry.inFlight--
    this.#board.apply(this.#entry, event, this.#now())
  }

  succeed(): void { this.#end({ kind: "succeeded", isProbe: this.isProbe }) }
  fail(failure: AttemptFailure): void { this.#end({ kind: "failed", isProbe: this.isProbe, failure }) }
  abandon(): void { this.#end({ kind: "abandoned", isProbe: this.isProbe }) }
}

/** Starts with every target healthy. One for each process; pure but for the clock that it is given. */
export const createHealthBoard = (options: HealthBoardOptions): HealthBoard => new Board(options)
