/**
 * Virtual token counters (Sheng et al. 2024, arXiv 2401.00588): who has been served least goes next. Each tenant has a
 * counter of service, weighed tokens divided by the tenant's weight. Pure: no clock, no chance.
 */
import { IndexedHeap } from "./heap.ts"
import type { HeapMember } from "./heap.ts"

/** A request in a tenant's queue. */
export interface Waiting {
  readonly order: number
  readonly inputTokens: number
  earlier: Waiting | null
  later: Waiting | null
}

export interface TokenWeights {
  /** w_p of the paper: service of one input token. */
  readonly input: number
  /** w_q: service of one output token. */
  readonly output: number
}

class Account implements HeapMember {
  place = -1
  counter = 0
  weight = 1
  running = 0
  waiting = 0
  /** Oldest and newest request that waits. */
  head: Waiting | null = null
  tail: Waiting | null = null
  readonly tenant: string
  constructor(tenant: string) {
    this.tenant = tenant
  }
}
export type { Account }

export class ServiceCounters<T extends Waiting> {
  readonly #accounts = new Map<string, Account>()
  // Those with waiting requests, least served first; equal ones by who waits longest.
  readonly #backlogged = new IndexedHeap<Account>((a, b) =>
    a.counter < b.counter || (a.counter === b.counter && (a.head?.order ?? 0) < (b.head?.order ?? 0)))
  readonly #weights: TokenWeights
  #lastToLeave: Account | null = null
  #waiting = 0

  constructor(weights: TokenWeights) {
    this.#weights = weights
  }

  get waiting(): number { return this.#waiting }
  /** Tenants that are remembered: those that wait or run, and those that were served beyond the others. */
  get size(): number { return this.#accounts.size }

  account(tenant: string, weight: number): Account {
    let account = this.#accounts.get(tenant)
    if (account === undefined) {
      account = new Account(tenant)
      this.#accounts.set(tenant, account)
    }
    account.weight = weight
    return account
  }

  waitingOf(tenant: string): number {
    return this.#accounts.get(tenant)?.waiting ?? 0
  }

  /**
   * Counter lift: a tenant that was away does not come back with a claim on the time it was not there. It starts at the
   * least counter of those that wait, or, where nobody does, at that of the last one who stopped waiting.
   */
  #lift(account: Account): void {
    const floor = this.#backlogged.first ?? this.#lastToLeave
    if (floor !== null && floor.counter > account.counter) account.counter = floor.counter
  }

  enqueue(account: Account, request: T): void {
    if (account.head === null) {
      this.#lift(account)
      account.head = request
      account.tail = request
      this.#backlogged.add(account)
    } else {
      request.earlier = account.tail
      if (account.tail !== null) account.tail.later = request
      account.tail = request
    }
    account.waiting++
    this.#waiting++
  }

  #unlink(account: Account, request: Waiting): void {
    if (request.earlier === null) account.head = request.later
    else request.earlier.later = request.later
    if (request.later === null) account.tail = request.earlier
    else request.later.earlier = request.earlier
    request.earlier = null
    request.later = null
    account.waiting--
    this.#waiting--
    if (account.head === null) {
      this.#backlogged.remove(account)
      this.#lastToLeave = account
    } else this.#backlogged.moved(account)
  }

  /** Takes out a request that no longer wants to be served. */
  withdraw(account: Account, request: T): void {
    this.#unlink(account, request)
    this.#forget(account)
  }

  /** The next request to be served, its input charged; null where nobody waits. */
  dispatch(): { readonly account: Account; readonly request: T } | null {
    const account = this.#backlogged.first
    if (account === undefined || account.head === null) return null
    const request = account.head as T
    this.#unlink(account, request)
    this.#begin(account, request.inputTokens)
    return { account, request }
  }

  /** Serves a request that did not have to wait. */
  begin(account: Account, inputTokens: number): void {
    if (account.head === null) {
      this.#lift(account)
      this.#lastToLeave = account
    }
    this.#begin(account, inputTokens)
  }

  #begin(account: Account, inputTokens: number): void {
    account.running++
    this.charge(account, inputTokens, 0)
  }

  /** Adds service; negative where less was used than was charged. */
  charge(account: Account, inputTokens: number, outputTokens: number): void {
    account.counter += (this.#weights.input * inputTokens + this.#weights.output * outputTokens) / account.weight
    if (account.place >= 0) this.#backlogged.moved(account)
  }

  end(account: Account): void {
    account.running--
    this.#forget(account)
  }

  // Forgets an idle tenant where that changes nothing: its counter would be lifted to the floor if it came back.
  #forget(account: Account): void {
    if (account.running > 0 || account.waiting > 0) return
    const floor = this.#backlogged.first ?? this.#lastToLeave
    if (floor !== null && floor.counter >= account.counter) this.#accounts.delete(account.tenant)
  }

  /** Forgets idle tenants that others have caught up with since. O(n): call now and then. */
  sweep(): void {
    for (const account of this.#accounts.values()) this.#forget(account)
  }
}
