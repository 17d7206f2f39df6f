/** The short language in which a story asks the world for changes: `send mara tower`, `set door open`. */
import type { StoryNameKind, StoryProposal, StoryValue } from "./port.ts"

/** What a word of a command names; `text` is free, `?` may be left out. */
type Slot = StoryNameKind | "holder" | "anywhere" | "value" | "number" | "change"

interface Form {
  readonly usage: string
  readonly slots: readonly Slot[]
  readonly optional?: number
}

/** The commands, by their verb. */
export const commandForms = {
  set: { usage: "set FACT VALUE", slots: ["facts", "value"] },
  add: { usage: "add FACT NUMBER", slots: ["facts", "number"] },
  send: { usage: "send WHO PLACE", slots: ["characters", "places"] },
  put: { usage: "put THING WHERE", slots: ["things", "holder"] },
  reveal: { usage: "reveal WHAT", slots: ["anywhere"] },
  hide: { usage: "hide WHAT", slots: ["anywhere"] },
  learn: { usage: "learn WHO FACT [FROM]", slots: ["characters", "facts", "characters"], optional: 1 },
  relate: { usage: "relate KIND FROM TO +1|-1|=3", slots: ["relations", "characters", "characters", "change"] },
  feel: { usage: "feel WHO FEELING", slots: ["characters", "feelings"] },
  act: { usage: "act WHO MOVE name=value…", slots: ["characters", "moves"] },
} as const satisfies Readonly<Record<string, Form>>

export type CommandVerb = keyof typeof commandForms

/** A word of a command and what it should name. */
export interface CommandWord {
  readonly word: string
  readonly slot: Slot
}

export type ParsedCommand =
  | { readonly proposal: StoryProposal; readonly words: readonly CommandWord[] }
  | { readonly fault: "verb" | "form"; readonly verb: string; readonly usage: string }

const whole = /^[+-]?\d{1,15}$/

/** `true`, `false` and whole numbers are what they look like; `none` is nothing; all else is text. */
export function readValue(word: string): StoryValue | null {
  if (word === "none") return null
  if (word === "true" || word === "false") return word === "true"
  return whole.test(word) ? Number(word) + 0 : word
}

const somewhere = (word: string | undefined) => (word === undefined || word === "none" ? null : word)

function build(verb: CommandVerb, words: readonly string[]): StoryProposal | undefined {
  const [a = "", b = "", c, d = ""] = words
  switch (verb) {
    case "set": return { op: "set", fact: a, value: readValue(words.slice(1).join(" ")) }
    case "add": return whole.test(b) ? { op: "add", fact: a, amount: Number(b) } : undefined
    case "send": return { op: "move", who: a, to: somewhere(b) }
    case "put": return { op: "put", thing: a, in: somewhere(b) }
    case "reveal": case "hide": return { op: verb, what: a }
    case "learn": return { op: "learn", who: a, fact: b, from: somewhere(c) }
    case "relate": {
      if (c === undefined || !/^[+=-]\d{1,9}$|^=-\d{1,9}$/.test(d)) return undefined
      const base = { op: "relate" as const, kind: a, from: b, to: c }
      return d.startsWith("=") ? { ...base, set: Number(d.slice(1)) } : { ...base, add: Number(d) }
    }
    case "feel": return { op: "feel", who: a, feeling: b }
    default: {
      const pairs = words.slice(2).map((word) => word.split("=", 2))
      if (pairs.some((pair) => pair.length !== 2 || pair.includes(""))) return undefined
      return { op: "act", who: a, move: b, arguments: Object.fromEntries(pairs as [string, string][]) }
    }
  }
}

/** Reads a command. Total: a text that is none gives the fault and how the verb is used. */
export function parseCommand(text: string): ParsedCommand {
  const [verb = "", ...words] = text.trim().split(/\s+/)
  if (!Object.hasOwn(commandForms, verb)) return { fault: "verb", verb, usage: Object.keys(commandForms).join(", ") }
  const form: Form = commandForms[verb as CommandVerb]
  const { slots, optional = 0, usage } = form
  const isOpenEnded = verb === "act" || verb === "set"
  if (words.length < slots.length - optional || (!isOpenEnded && words.length > slots.length)) return { fault: "form", verb, usage }
  const proposal = build(verb as CommandVerb, words)
  if (proposal === undefined) return { fault: "form", verb, usage }
  return { proposal, words: slots.flatMap((slot, index) => (words[index] === undefined ? [] : [{ word: words[index], slot }])) }
}
