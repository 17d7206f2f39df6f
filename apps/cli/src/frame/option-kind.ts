/** How the value of an option is read from what was typed. */
import { frameErrors } from "./errors.ts"

/**
 * `number`: any finite number; `integer`: a whole number ≥ 0; `share`: above 0 and up to 1, also written "97%";
 * `list`: parts separated by commas, trimmed (given twice, the lists join); `duration`: seconds, from "90", "90s", "2m", "1h".
 */
export type OptionKind = "text" | "number" | "integer" | "share" | "list" | "duration"

const secondsOf = { s: 1, m: 60, h: 3600 } as const

const readNumber = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text))

function readShare(text: string): number {
  const share = text.trim().endsWith("%") ? readNumber(text.trim().slice(0, -1)) / 100 : readNumber(text)
  return share > 0 && share <= 1 ? share : Number.NaN
}

function readDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/u.exec(text.trim())
  return match ? Number(match[1]) * secondsOf[(match[2] || "s") as keyof typeof secondsOf] : Number.NaN
}

const readInteger = (text: string): number => (/^\d+$/u.test(text.trim()) ? Number(text) : Number.NaN)

const readers = { number: readNumber, integer: readInteger, share: readShare, duration: readDuration } as const

/** The value of `text`; `option` names it in errors. Throws `invalid_option_value`. */
export function readOption(option: string, kind: OptionKind, text: string, previous: unknown): unknown {
  if (kind === "text") return text
  if (kind === "list") {
    const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "")
    return Array.isArray(previous) ? [...(previous as string[]), ...parts] : parts
  }
  const value = readers[kind](text)
  if (!Number.isFinite(value)) throw frameErrors.invalid_option_value({ option, value: text, kind })
  return value
}
