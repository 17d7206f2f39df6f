/** Counted work of one call or one row. Counted, not timed, so that choices between plans are reproducible. */
export interface Usage {
  /** Elementary operations (multiply-adds, table look-ups) of local numerics. */
  readonly operations: number
  /** Tokens read by language models, by model id. */
  readonly tokens: readonly TokenUsage[]
}

/** Tokens that one model read and wrote. */
export interface TokenUsage {
  readonly modelId: string
  readonly inputTokens: number
  readonly outputTokens: number
}
