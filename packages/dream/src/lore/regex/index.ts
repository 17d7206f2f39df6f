/** Regular expressions of strangers: the syntax and answers of JavaScript, in bounded counted work. */
import { parsePattern, UnsupportedPattern } from "./parse.ts"
import { compileProgram, type Program } from "./program.ts"
import { runProgram, type Verdict } from "./run.ts"

export type { Verdict } from "./run.ts"

/** An answer, and the steps that it took. */
export interface RegexAnswer {
  readonly verdict: Verdict
  readonly steps: number
}

export type SafeRegex =
  | { readonly kind: "ready"; readonly test: (text: string, steps?: number) => RegexAnswer }
  /** `invalid`: no regular expression; `unsupported`: one that would need too much, or strings inside a class. */
  | { readonly kind: "invalid" | "unsupported" }

const maximalSource = 5_000
/** About 50 ms on a slow machine. */
const defaultSteps = 2_000_000

/** A regular expression that can be tried on any text without risk; the answer `stopped` means that the steps were used up. */
export function safeRegex(source: string, flags = ""): SafeRegex {
  if (source.length > maximalSource) return { kind: "unsupported" }
  try {
    void new RegExp(source, flags)
  } catch {
    return { kind: "invalid" }
  }
  let program: Program
  try {
    program = compileProgram(parsePattern(source, flags), flags)
  } catch (error) {
    if (error instanceof UnsupportedPattern || error instanceof SyntaxError) return { kind: "unsupported" }
    throw error
  }
  return { kind: "ready", test: (text, steps = defaultSteps) => runProgram(program, text, steps, flags.includes("y")) }
}

/** Source and flags of a key written `/source/flags`; undefined for any other text, and for an invalid expression. */
export function readRegexKey(key: string): { readonly source: string; readonly flags: string } | undefined {
  if (key.length > maximalSource + 10) return undefined
  const match = /^\/([\s\S]+)\/([dgimsuvy]*)$/u.exec(key)
  if (match === null) return undefined
  const [, source = "", flags = ""] = match
  // An unescaped slash inside means that this is a path or a date, not an expression.
  if (/(?:^|[^\\])(?:\\\\)*\//u.test(source.replaceAll(/\[(?:\\.|[^\]\\])*\]/gu, ""))) return undefined
  try {
    void new RegExp(source, flags)
    return { source, flags }
  } catch {
    return undefined
  }
}
