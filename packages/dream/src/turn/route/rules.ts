/** The rules that go before any model. Pure. */
import { isCrisis } from "../../safety/index.ts"
import type { Dream } from "../../bundle/index.ts"
import type { Option, Route } from "../model.ts"
import { readOrdinal, readYesNo } from "./answers.ts"
import { findNamed, findPatterned } from "./exact.ts"
import { asksForNature } from "./nature.ts"
import { isInjection, isOffWorld } from "./off-world.ts"

/** What the rules look at. */
export interface RuleContext {
  readonly dream: Dream
  readonly text: string
  /** Without the name that calls somebody. */
  readonly rest: string
  /** Those of whoever is addressed first; then the others. */
  readonly options: readonly Option[]
  /** Whether the topics of others count where one is called by name. */
  readonly addressee: string | null
}

export type RuleFinding =
  | { readonly to: Route["to"] }
  /** No rule is certain; only these may be meant. */
  | { readonly among: readonly Option[] }

const to = (option: Option): RuleFinding => ({ to: { option: option.key } })

/** What the rules make of `text`. In this order, for a harmless answer to a crisis is worse than a needless notice in play. */
export function applyRules({ dream, text, rest, options, addressee }: RuleContext): RuleFinding | null {
  if (isCrisis(text)) return { to: { other: "crisis" } }
  if (isInjection(text)) return { to: { other: "off_world" } }
  const own = addressee === null ? options : options.filter(({ character }) => character === null || character === addressee)
  const named = findNamed(text, own) ?? findNamed(rest, own) ?? findNamed(text, options)
  if (named !== undefined) return to(named)
  const [pattern, ...others] = findPatterned(rest, own)
  if (pattern !== undefined) return others.length === 0 ? to(pattern) : { among: [pattern, ...others] }
  if (asksForNature(text)) return { to: { other: "nature" } }
  if (isOffWorld(dream, text)) return { to: { other: "off_world" } }
  const choices = options.filter(({ kind }) => kind === "choice")
  const offered = choices.length > 0 ? choices : options.filter(({ isSuggested }) => isSuggested)
  const place = readOrdinal(rest, offered.length) ?? null
  if (place !== null) return to(offered[place] as Option)
  const answer = readYesNo(rest, choices)
  return answer === null ? null : to(choices[answer] as Option)
}
