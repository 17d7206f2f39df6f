/** Runs one command line: language, program, command, result or error, exit code. */
import { CommanderError } from "commander"
import { reportError } from "./boundary.ts"
import { createContext } from "./context.ts"
import type { CommandDefinition } from "./definition.ts"
import { frameErrors } from "./errors.ts"
import type { Io } from "./io.ts"
import { toJson } from "./json.ts"
import { pickLanguage } from "./language.ts"
import { createProgram } from "./program.ts"

/** Exit codes of a process that a signal ended, as shells give them: 128 + the signal's number. */
const signalExitCodes: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

const isGiven = (argv: readonly string[], flag: string) => {
  const end = argv.indexOf("--")
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}

function isColored(argv: readonly string[], io: Io): boolean {
  const { environment } = io
  if (isGiven(argv, "--no-color") || environment["NO_COLOR"] || environment["TERM"] === "dumb") return false
  return io.stderr.isTTY === true
}

/** Runs `argv` (what stands after the program's name) over `definitions` and gives the exit code; never throws. */
export async function runProgram(
  argv: readonly string[],
  io: Io,
  definitions: readonly CommandDefinition[],
  version: string,
): Promise<number> {
  const language = pickLanguage(argv, io.environment, io.systemLocale)
  const frame = { language, json: isGiven(argv, "--json"), quiet: isGiven(argv, "--quiet") }
  const { context, exitCode, clear } = createContext(io, frame)
  let hasEndedAsAsked = false
  const program = createProgram({
    language,
    version,
    definitions,
    writeOut: (text) => io.stdout.write(text),
    helpWidth: Math.min(io.stdout.columns ?? 100, 120),
    async dispatch(definition, args, options) {
      const result = await definition.run?.(context, args, options)
      hasEndedAsAsked = definition.runsUntilStopped === true
      if (frame.json && !io.abortSignal.aborted) io.stdout.write(`${toJson(result)}\n`)
    },
  })
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : argv, { from: "user" })
  } catch (error) {
    clear()
    if (error instanceof CommanderError) return error.exitCode
    if (!io.abortSignal.aborted) return reportError(error, io, { ...frame, color: isColored(argv, io) })
  }
  if (!io.abortSignal.aborted || hasEndedAsAsked) return exitCode()
  const signal = String(io.abortSignal.reason)
  reportError(frameErrors.stopped({ signal }), io, { ...frame, color: isColored(argv, io) })
  return signalExitCodes[signal] ?? 1
}
