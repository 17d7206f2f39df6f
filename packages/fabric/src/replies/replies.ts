/** Answers that are kept: by `Idempotency-Key` (one charge, one answer), and for tenants that cache equal calls. */

/** An answer as it was sent. */
export interface Reply {
  readonly status: number
  /** Lower-case names: the content type and what tells of the model; nothing that concerns one connection. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A right to carry out a call. End it by exactly one of the two. */
export interface Claim {
  /**
   * Keeps the answer for those who repeat the call; null: it was given, but is too large to keep. True unless another
   * process took the claim over meanwhile.
   */
  keep(reply: Reply | null): Promise<boolean>
  /** Frees the key: the call failed in a way that may go better next time. */
  release(): Promise<void>
}

export type ClaimResult =
  | { readonly kind: "claimed"; readonly claim: Claim }
  | { readonly kind: "replayed"; readonly reply: Reply }

export interface ClaimRequest {
  readonly tenant: string
  readonly key: string
  readonly bodyHash: string
  readonly requestId: string
  /** Ends the waiting for another call's answer. */
  readonly signal: AbortSignal
  readonly mostWaitMs: number
}

export interface Replies {
  /** Largest body that is kept. */
  readonly mostBytes: number
  /**
   * Claims a key. Where another call holds it, waits for its answer. Throws `bad_idempotency_key`,
   * `idempotency_conflict` (another body), `idempotency_in_progress` (waited in vain), `idempotency_answer_not_kept`.
   */
  claim(request: ClaimRequest): Promise<ClaimResult>
  cached(tenant: string, hash: string): Promise<Reply | null>
  /** Does nothing where the reply is too large. */
  cache(tenant: string, hash: string, reply: Reply, seconds: number): Promise<void>
  /** Deletes what has expired; gives the count. Called by itself every few minutes. */
  sweep(): Promise<number>
  close(): Promise<void>
}

export interface RepliesOptions {
  /** Name of this process, as in the ledger. */
  readonly holder: string
  /** Largest body that is kept; 1 MiB unless set. */
  readonly mostBytes?: number
  /** How long an answer is kept for its key; 24 hours unless set. */
  readonly keptSeconds?: number
  /** How long a claim outlives its process; 30 seconds unless set. */
  readonly leaseSeconds?: number
}
