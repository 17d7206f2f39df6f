/** Where every error of a command ends: a message and a hint for people, one document for machines, a stack only in the log. */
import { describeError, isDaydreamError, type DaydreamError } from "@daydream/engine/errors"
import { styleText } from "node:util"
import type { FrameOptions } from "./context.ts"
import { frameErrors } from "./errors.ts"
import type { Io } from "./io.ts"
import { toJson } from "./json.ts"
import { translateSystemError } from "./system-error.ts"

const labels = { error: { en: "Error:", zh: "错误：" }, hint: { en: "Hint:", zh: "提示：" } } as const

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`
  return (error.stack ?? error.message) + cause
}

function asKnown(error: unknown, io: Io): DaydreamError {
  const translated = translateSystemError(error)
  if (isDaydreamError(translated)) return translated
  const message = error instanceof Error ? error.message : String(error)
  const log = io.writeLog(stackOf(error))
  return frameErrors.internal({ message, log }, error)
}

/** Reports `error` and gives the exit code of the process. */
export function reportError(error: unknown, io: Io, options: FrameOptions & { readonly color: boolean }): number {
  const known = asKnown(error, io)
  const { message, hint } = describeError(known, options.language)
  if (options.json) {
    const { code, facts } = known
    io.stdout.write(`${toJson({ error: { code, message, hint: hint ?? null, facts } })}\n`)
  } else {
    const paint = (style: "red" | "cyan", text: string) =>
      options.color ? styleText(style, text, { validateStream: false }) : text
    const gap = options.language === "zh" ? "" : " "
    io.stderr.write(`${paint("red", labels.error[options.language])}${gap}${message}\n`)
    if (hint !== undefined) io.stderr.write(`${paint("cyan", labels.hint[options.language])}${gap}${hint}\n`)
  }
  if (io.environment["DAYDREAM_DEBUG"] === "1") io.stderr.write(`${stackOf(error)}\n`)
  return known.exitCode
}
