/** Counted work of one call or one row. Counted, not timed, so that choices between plans are reproducible. */
export interface Usage {
  /** Elementary operations (multiply-adds, table look-ups) of local numerics. */
  readonly operations: number
  /** Tokens read by language models, by model id. */
  readonly tokens: readonly TokenUsage[]
}

/** Tokens that one model read and wrote. Embedding models write none. */
export interface TokenUsage {
  readonly modelId: string
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Nothing was counted. */
export const noUsage: Usage = { operations: 0, tokens: [] }

/** Usage of local numerics alone. */
export const operationUsage = (operations: number): Usage => ({ operations, tokens: [] })

/** Usage of one model call. */
export const tokenUsage = (modelId: string, inputTokens: number, outputTokens: number): Usage => ({
  operations: 0,
  tokens: [{ modelId, inputTokens, outputTokens }],
})

const addTokens = (all: readonly TokenUsage[], more: TokenUsage): readonly TokenUsage[] => {
  const known = all.findIndex((one) => one.modelId === more.modelId)
  if (known < 0) return [...all, more]
  return all.map((one, index) => index !== known ? one : {
    modelId: one.modelId,
    inputTokens: one.inputTokens + more.inputTokens,
    outputTokens: one.outputTokens + more.outputTokens,
  })
}

/** The sum, one entry a model, in order of first appearance. */
export function addUsage(...usages: readonly Usage[]): Usage {
  let operations = 0
  let tokens: readonly TokenUsage[] = []
  for (const usage of usages) {
    operations += usage.operations
    for (const one of usage.tokens) tokens = addTokens(tokens, one)
  }
  return { operations, tokens }
}
