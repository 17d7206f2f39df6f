/** The conversations that one context holds at once, lent to one caller each. */

import { sharedLength } from "../prefixes/index.ts"

/** What the pool must know of a conversation: the tokens that it holds already. */
export interface Conversation {
  readonly contextTokens: readonly number[]
}

/** Lends conversations. */
export interface SequencePool<C extends Conversation> {
  /**
   * Runs `work` with a conversation that nobody else uses, preferring the one that holds most of the beginning of
   * `tokens` already. Waits in line while all are lent.
   */
  use<T>(tokens: readonly number[], abortSignal: AbortSignal | undefined, work: (conversation: C) => Promise<T>): Promise<T>
  /** Takes a conversation as `use` does, and leaves giving it back to the caller. */
  take(tokens: readonly number[], abortSignal: AbortSignal | undefined): Promise<{ readonly conversation: C; readonly release: () => void }>
  /** Resolves when nothing is lent; whoever waits gets `error`. */
  drain(error: Error): Promise<void>
}

/**
 * Of the idle conversations the one to use: where a good part of the prompt (at least half of what the conversation
 * holds) is there already, that one; else the one that was idle longest, so that other prompts stay warm.
 */
function choose<C extends Conversation>(idle: readonly C[], tokens: readonly number[]): C {
  const scored = idle.map((conversation) => ({ conversation, shared: sharedLength(conversation.contextTokens, tokens) }))
  const warm = scored.toSorted((a, b) => b.shared - a.shared)[0]
  if (warm !== undefined && warm.shared * 2 >= Math.max(1, Math.min(warm.conversation.contextTokens.length, tokens.length))) {
    return warm.conversation
  }
  return idle[0] as C
}

/** Makes a pool of `conversations`. */
export function createSequencePool<C extends Conversation>(conversations: readonly C[]): SequencePool<C> {
  /** Idle conversations, the one that was idle longest first. */
  const idle = [...conversations]
  let lent = 0
  const line: { readonly tokens: readonly number[]; grant(conversation: C): void; refuse(error: Error): void }[] = []
  let closedBy: Error | undefined
  let whenEmpty: (() => void) | undefined
  const serve = () => {
    while (idle.length > 0 && line.length > 0) {
      const next = line.shift() as (typeof line)[number]
      const conversation = choose(idle, next.tokens)
      idle.splice(idle.indexOf(conversation), 1)
      lent++
      next.grant(conversation)
    }
    if (lent === 0) whenEmpty?.()
  }
  const wait = (tokens: readonly number[], abortSignal: AbortSignal | undefined) =>
    new Promise<C>((resolve, reject) => {
      const onAbort = () => {
        line.splice(line.indexOf(entry), 1)
        reject(abortSignal?.reason as Error)
      }
      const settled = () => abortSignal?.removeEventListener("abort", onAbort)
      const entry = {
        tokens,
        grant: (conversation: C) => {
          settled()
          resolve(conversation)
        },
        refuse: (error: Error) => {
          settled()
          reject(error)
        },
      }
      abortSignal?.addEventListener("abort", onAbort, { once: true })
      line.push(entry)
      serve()
    })
  const take: SequencePool<C>["take"] = async (tokens, abortSignal) => {
    abortSignal?.throwIfAborted()
    if (closedBy !== undefined) throw closedBy
    const conversation = await wait(tokens, abortSignal)
    let isReleased = false
    const release = () => {
      if (isReleased) return
      isReleased = true
      lent--
      idle.push(conversation)
      serve()
    }
    return { conversation, release }
  }
  return {
    take,
    use: async (tokens, abortSignal, work) => {
      const { conversation, release } = await take(tokens, abortSignal)
      try {
        return await work(conversation)
      } finally {
        release()
      }
    },
    drain: async (error) => {
      closedBy = error
      for (const waiting of line.splice(0)) waiting.refuse(error)
      if (lent === 0) return
      await new Promise<void>((resolve) => (whenEmpty = resolve))
    },
  }
}
