/** Where a prompt's lasting beginnings end, as its caller marked them. Pure. */
import type { LanguageModelV4CallOptions } from "@ai-sdk/provider"

/** What a caller says of a prompt with `providerOptions: { daydream: { prefix, scope } }`. */
export interface PrefixMark {
  /** Counts of messages from the first one: so many stay equal from call to call. Ascending. */
  readonly messages: readonly number[]
  /** Whom the beginning belongs to, so that it can be forgotten with them; undefined: to nobody. */
  readonly scope: string | undefined
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** The mark in a call's options; undefined: none, or one that makes no sense. */
export function prefixMarkOf(
  options: Pick<LanguageModelV4CallOptions, "providerOptions" | "prompt">,
): PrefixMark | undefined {
  const { prefix, scope } = options.providerOptions?.["daydream"] ?? {}
  const counts = (Array.isArray(prefix) ? prefix : [prefix]).filter(isCount)
  const messages = [...new Set(counts)].filter((count) => count <= options.prompt.length).toSorted((a, b) => a - b)
  if (messages.length === 0) return undefined
  return { messages, scope: typeof scope === "string" && scope !== "" ? scope : undefined }
}

/** How many tokens two lists begin with alike. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length)
  let length = 0
  while (length < end && a[length] === b[length]) length++
  return length
}
