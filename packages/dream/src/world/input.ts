/** What comes into a world from outside: who acts when, and what a model, a player or a rule proposes. */
import { languages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import type { Origin } from "@daydream/engine/origin"
import type { Effect } from "./effect.ts"
import type { Claim } from "./lexicon.ts"
import { isTime, longestText } from "./event.ts"

interface InputBase {
  /** Unique among the inputs of a session; the session sees to it. */
  readonly id: string
  /** Story time by the session's clock, in seconds since the midnight before day 1. */
  readonly time: number
  /** The length that the journal must have; a mismatch refuses the input. */
  readonly expects?: number
}

/** `act`: somebody makes a move. `tick`: time passes. `story`: the author's script changes the world. */
export type Input =
  | (InputBase & { readonly kind: "act"; readonly actor: string })
  | (InputBase & { readonly kind: "tick" })
  | (InputBase & { readonly kind: "story"; readonly actor?: string; readonly effects: readonly Effect[] })

/** What is said along with a move. */
export interface Speech {
  readonly text: string
  readonly language: Language
  readonly origin: Origin | "player"
  readonly claims?: readonly Claim[]
  readonly to?: readonly string[]
  readonly isWhisper?: boolean
}

/** What somebody would do: judged by the world before it happens. */
export interface Proposal {
  readonly move: string
  readonly arguments: Readonly<Record<string, string>>
  readonly speech?: Speech
  readonly feeling?: string
}

type Fields = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"
const isNullable = (value: unknown) => value === null || isText(value)
const isOptionalNumber = (value: unknown) => value === undefined || Number.isSafeInteger(value)
const isTexts = (value: unknown) => isRecord(value) && Object.values(value).every(isText)
const isValue = (value: unknown) =>
  value === null || isText(value) || typeof value === "boolean" || typeof value === "number"

const fields: Readonly<Record<Effect["op"], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  set: { fact: isText, value: isValue },
  add: { fact: isText, amount: Number.isSafeInteger },
  move: { who: isText, to: isNullable },
  put: { thing: isText, in: isNullable },
  reveal: { what: isText },
  hide: { what: isText },
  learn: { who: isText, fact: isText, from: isNullable },
  relate: { kind: isText, from: isText, to: isText, add: isOptionalNumber, set: isOptionalNumber },
  feel: { who: isText, feeling: isText },
  narrate: { to: isText, text: isTexts },
}

const isEffect = (value: unknown): value is Effect =>
  isRecord(value) &&
  isText(value.op) &&
  Object.hasOwn(fields, value.op) &&
  Object.entries(fields[value.op as Effect["op"]]).every(([name, check]) => check(value[name]))

/** The input, or undefined where `value` has not the shape of one. */
export function readInput(value: unknown): Input | undefined {
  if (!isRecord(value) || !isText(value.id) || value.id.length > 200 || !value.id.isWellFormed() || !isTime(value.time))
    return undefined
  if (value.expects !== undefined && !Number.isSafeInteger(value.expects)) return undefined
  const isGood =
    value.kind === "tick" ||
    (value.kind === "act" && isText(value.actor)) ||
    (value.kind === "story" &&
      (value.actor === undefined || isText(value.actor)) &&
      Array.isArray(value.effects) &&
      value.effects.every(isEffect))
  return isGood ? (value as unknown as Input) : undefined
}

function isSpeech(value: unknown): value is Speech {
  if (!isRecord(value) || !isText(value.text) || value.text.length > longestText || !value.text.isWellFormed())
    return false
  const { claims = [], to = [], isWhisper = false, language } = value
  return (
    languages.some((one) => one === language) &&
    isText(value.origin) &&
    typeof isWhisper === "boolean" &&
    Array.isArray(to) &&
    to.every(isText) &&
    Array.isArray(claims) &&
    claims.every((claim) => isRecord(claim) && isText(claim.fact) && isValue(claim.value))
  )
}

/** The proposal, or undefined where `value` has not the shape of one. */
export function readProposal(value: unknown): Proposal | undefined {
  if (!isRecord(value) || !isText(value.move) || !isRecord(value.arguments)) return undefined
  if (!Object.values(value.arguments).every(isText)) return undefined
  if (value.feeling !== undefined && !isText(value.feeling)) return undefined
  return value.speech === undefined || isSpeech(value.speech) ? (value as unknown as Proposal) : undefined
}
