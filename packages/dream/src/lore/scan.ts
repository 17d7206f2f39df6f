/** The texts in which keys are looked for. */
import type { KeyText } from "./keys.ts"
import { expandMacros } from "./macros.ts"
import type { Lorebook, LoreEntry, LoreSource } from "./model.ts"
import type { LoreMessage, LoreOptions } from "./options.ts"

export interface Scanner {
  textFor(book: Lorebook, entry: LoreEntry, looksAtFound: boolean): KeyText & { readonly conversation: string }
  /** Texts of entries that were found, for recursion. */
  addFound(texts: readonly string[]): void
  /** Looks one message further back; false where there is none. */
  widen(): boolean
}

// Stands before each message, as in SillyTavern, so that an expression can keep to one message.
const border = "\u0001"

export function createScanner(messages: readonly LoreMessage[], options: LoreOptions): Scanner {
  const names = { char: options.char, user: options.user }
  const cleaned = new Map<number, string>()
  const conversations = new Map<number, string>()
  const texts = new Map<string, string>()
  let found = ""
  let further = 0

  const messageAt = (at: number): string => {
    const { name, text } = messages[at] as LoreMessage
    const speaker = options.includesNames === false || name === undefined ? "" : `${name}: `
    const written = cleaned.get(at) ?? `${border}${speaker}${expandMacros(text, names)}`
    cleaned.set(at, written)
    return written
  }
  const conversationOf = (depth: number): string => {
    const count = Math.min(messages.length, depth)
    const known =
      conversations.get(count) ??
      Array.from({ length: count }, (_, i) => messageAt(messages.length - count + i)).join("\n")
    conversations.set(count, known)
    return known
  }
  const sourceText = (sources: readonly LoreSource[]): string =>
    sources
      .map((source) => options.sources?.[source] ?? "")
      .filter((text) => text !== "")
      .map((text) => `\n${border}${expandMacros(text, names)}`)
      .join("")

  return {
    textFor: (book, entry, looksAtFound) => {
      const own = entry.decorators.scanDepth ?? entry.scanDepth
      const depth = Math.max(0, Math.floor(own ?? (book.scanDepth ?? options.scanDepth ?? 4) + further))
      const recursive = looksAtFound && (book.recursive ?? options.recursive ?? false)
      const conversation = conversationOf(depth)
      if (entry.sources.length === 0) return { base: conversation, found: recursive ? found : "", conversation }
      const name = `${depth}/${entry.sources.join()}`
      const base = texts.get(name) ?? conversation + sourceText(entry.sources)
      texts.set(name, base)
      return { base, found: recursive ? found : "", conversation }
    },
    addFound: (contents) => {
      found += contents.map((text) => `\n${border}${text}`).join("")
    },
    widen: () => {
      const limit = Math.min(messages.length, options.maxScanDepth || messages.length)
      if ((options.scanDepth ?? 4) + further >= limit) return false
      further++
      return true
    },
  }
}
