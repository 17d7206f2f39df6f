/** Decorators of V3: lines `@@name value` at the head of an entry's content; `@@@name` is taken where the one before was not. */
import type { LoreDecorators, LorePlace, LoreRole } from "./model.ts"

export interface ReadContent {
  readonly content: string
  readonly decorators: LoreDecorators
  /** Lines that were not followed, and for which no fallback was. */
  readonly ignored: readonly string[]
}

type Draft = { -readonly [K in keyof LoreDecorators]: LoreDecorators[K] }

const places: Readonly<Record<string, LorePlace>> = {
  before_desc: "before_description",
  after_desc: "after_description",
  personality: "personality",
  scenario: "scenario",
  before_char: "before_char",
  after_char: "after_char",
}
const prompts = ["system_prompt", "post_history_instructions"]

const amount = (value: string): number | undefined => (/^-?\d+(?:\.\d+)?$/u.test(value) ? Number(value) : undefined)
const list = (value: string): string[] | undefined => {
  const parts = value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
  return parts.length === 0 ? undefined : parts
}
const flag = (value: string): true | undefined => (value === "" || value === "true" ? true : undefined)
const role = (value: string): LoreRole | undefined =>
  value === "system" || value === "user" || value === "assistant" ? value : undefined

/**
 * Sets what one decorator says; gives false for one that is not followed. Those that count tokens of a text
 * (`instruct_depth`, `reverse_instruct_depth`, `instruct_scan_depth`) are for what is no conversation: not followed here,
 * as the specification has it.
 */
const readers: Readonly<Record<string, (draft: Draft, value: string) => boolean>> = {
  activate_only_after: numberInto("activateOnlyAfter"),
  activate_only_every: (draft, value) => (amount(value) ?? 0) > 0 && set(draft, "activateOnlyEvery", amount(value)),
  keep_activate_after_match: (draft, value) => set(draft, "keepActivateAfterMatch", flag(value)),
  dont_activate_after_match: (draft, value) => set(draft, "dontActivateAfterMatch", flag(value)),
  depth: numberInto("depth"),
  // The text of the specification says to ignore it in a conversation, where alone it has a meaning; the opposite is meant.
  reverse_depth: numberInto("reverseDepth"),
  role: (draft, value) => set(draft, "role", role(value)),
  scan_depth: numberInto("scanDepth"),
  is_greeting: numberInto("isGreeting"),
  position: (draft, value) => set(draft, "position", places[value]),
  ignore_on_max_context: (draft, value) => set(draft, "ignoreOnMaxContext", flag(value)),
  additional_keys: (draft, value) => set(draft, "additionalKeys", list(value)),
  exclude_keys: (draft, value) => set(draft, "excludeKeys", list(value)),
  is_user_icon: (draft, value) => set(draft, "isUserIcon", value === "" ? undefined : value),
  dont_activate: (draft, value) => set(draft, "dontActivate", flag(value)),
  activate: (draft, value) => set(draft, "activate", flag(value)),
  disable_ui_prompt: (draft, value) => prompts.includes(value) && set(draft, "disableUiPrompt", [value]),
}

function set<K extends keyof LoreDecorators>(draft: Draft, key: K, value: LoreDecorators[K]): boolean {
  if (value === undefined) return false
  // The first of a name counts.
  if (draft[key] === undefined) draft[key] = value
  return true
}

function numberInto(key: "activateOnlyAfter" | "depth" | "reverseDepth" | "scanDepth" | "isGreeting") {
  return (draft: Draft, value: string): boolean => set(draft, key, amount(value))
}

const maximalLines = 1_000

/** Content and decorators of `text`. Decorators stand at the head; the first other line begins the content. */
export function readDecorators(text: string): ReadContent {
  if (!text.trimStart().startsWith("@@")) return { content: text, decorators: {}, ignored: [] }
  const draft: Draft = {}
  const ignored: string[] = []
  let at = 0
  let chain: { taken: boolean; lines: string[] } | undefined
  const close = (): void => {
    if (chain !== undefined && !chain.taken) ignored.push(...chain.lines)
    chain = undefined
  }
  for (let count = 0; count < maximalLines && at < text.length; count++) {
    const newline = text.indexOf("\n", at)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(at, end).trim()
    const match = /^(@{2,3})([a-z_]+)(?:[ \t]+(.*))?$/u.exec(line)
    if (match === null && line !== "") break
    at = Math.min(text.length, end + 1)
    if (match === null) continue
    const [, mark, name = "", value = ""] = match
    if (mark === "@@" || chain === undefined) {
      close()
      chain = { taken: false, lines: [] }
    }
    if (!chain.taken) {
      chain.taken = Object.hasOwn(readers, name) && (readers[name] as (typeof readers)[string])(draft, value.trim())
      chain.lines.push(line)
    }
  }
  close()
  const hasAny = Object.keys(draft).length > 0 || ignored.length > 0
  return { content: hasAny ? text.slice(at).trimEnd() : text, decorators: draft, ignored }
}
