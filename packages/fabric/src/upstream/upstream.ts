/** One attempt at one target, at wire level: bytes go through as they are. */
import type { Dialect } from "../call/index.ts"
import type { Timeouts } from "../routing/index.ts"

export interface UpstreamRequest {
  readonly dialect: Dialect
  /** Model id at the upstream (it stands in the body, too). */
  readonly model: string
  /** JSON text. */
  readonly body: string
  readonly isStream: boolean
  /** Headers of the client that the dialect lets through (`anthropic-beta`, `openai-beta`). */
  readonly headers: Readonly<Record<string, string>>
  readonly requestId: string
}

export interface UpstreamResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * The body as it comes. Throws an `UpstreamFault` where it breaks, stalls or is too long. Ending the iteration early
   * (return) cancels the upstream at once.
   */
  readonly body: AsyncIterable<Uint8Array>
}

/** What was called. Throws `UpstreamFault` where no response came. */
export interface Upstream {
  readonly dialects: readonly Dialect[]
  /** True where it can go on from a half-said answer (an assistant message at the end of the prompt). */
  readonly acceptsPrefill: boolean
  call(request: UpstreamRequest, options: { readonly signal: AbortSignal; readonly timeouts: Timeouts }): Promise<UpstreamResponse>
  close(): Promise<void>
}
