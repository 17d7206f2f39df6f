/** JSON logs, one line an event. What could be secret or a person's words is taken out whoever logs it. */
import { pino } from "pino"
import type { DestinationStream } from "pino"

/** What the gateway needs of a log; pino has this shape. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

// Names under which secrets and content travel, at the top of an event or one level down.
const withheld = ["authorization", "apiKey", "api_key", "x-api-key", "secret", "password", "token", "credential", "cookie",
  "messages", "input", "inputs", "prompt", "content", "body", "text", "system", "instructions", "output", "partial",
  "address", "addresses", "url", "host", "remoteAddress"]
const paths = withheld.flatMap((name) => (name.includes("-") ? [`["${name}"]`, `*["${name}"]`] : [name, `*.${name}`]))

// An error's own text may hold an address or a piece of a prompt, and its stack begins with that text.
const errorFacts = (error: unknown) => {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : undefined
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)).slice(0, 12).map((line) => line.trim())
  return { type: error.name, ...code, frames }
}

export interface LogOptions {
  readonly level?: "debug" | "info" | "warn" | "error" | "silent"
  /** Where lines go; standard output unless set. */
  readonly destination?: DestinationStream
}

/** A log that withholds secrets, prompts, answers and addresses. */
export function createLog(options: LogOptions = {}): Log {
  const settings = {
    level: options.level ?? "info",
    base: null,
    redact: { paths, censor: "[withheld]" },
    serializers: { err: errorFacts, error: errorFacts },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}

/** A log that says nothing. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
