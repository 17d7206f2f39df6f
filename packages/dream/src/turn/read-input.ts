/** Inputs as they come from outside: nobody vouches for their form. */
import type { PlayerInput } from "./model.ts"

type Fields = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string" && value.isWellFormed()
const isShort = (value: unknown): value is string => isText(value) && value.length <= 2_000

/** A line of text without control characters; invisible ones part no words, so they are dropped. */
const readText = (text: string) => text.toWellFormed().replaceAll(/\p{Cf}+/gu, "").replaceAll(/\p{Cc}+/gu, " ")

/** The input, with only the fields that it has; undefined where `value` has not the form of one. */
export function readPlayerInput(value: unknown): PlayerInput | undefined {
  if (!isRecord(value)) return undefined
  switch (value.kind) {
    case "begin":
    case "continue":
      return { kind: value.kind }
    case "say": {
      if (typeof value.text !== "string" || (value.to !== undefined && !isShort(value.to))) return undefined
      const text = readText(value.text)
      return value.to === undefined ? { kind: "say", text } : { kind: "say", text, to: value.to }
    }
    case "take":
      return isShort(value.option) ? { kind: "take", option: value.option } : undefined
    case "do": {
      const args = value.arguments
      if (!isShort(value.move) || !isRecord(args) || Object.keys(args).length > 16) return undefined
      if (!Object.entries(args).every(([name, one]) => isShort(name) && isShort(one))) return undefined
      return { kind: "do", move: value.move, arguments: Object.fromEntries(Object.entries(args)) as Record<string, string> }
    }
    case "wait":
      if (value.seconds === undefined) return { kind: "wait" }
      return Number.isSafeInteger(value.seconds) && (value.seconds as number) >= 0 ? { kind: "wait", seconds: value.seconds as number } : undefined
    default:
      return undefined
  }
}
