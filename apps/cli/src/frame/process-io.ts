/** The real process as {@link Io}: streams, clock, signals, log file. */
import { appendFileSync, mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import type { Io } from "./io.ts"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** A signal that the terminal sent to the whole group may also be forwarded by the launcher: within this time it is the same one. */
const sameSignalMilliseconds = 500

function stateFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return join(environment["LOCALAPPDATA"] ?? homedir(), "daydream")
  if (process.platform === "darwin") return join(homedir(), "Library", "Logs", "daydream")
  return join(environment["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "daydream")
}

function writeLog(text: string, version: string): string | undefined {
  try {
    const folder = stateFolder(process.env)
    mkdirSync(folder, { recursive: true })
    const path = join(folder, "errors.log")
    const about = `${new Date().toISOString()} daydream ${version} node ${process.version} ${process.platform}-${process.arch}`
    appendFileSync(path, `${about}\n${text}\n\n`)
    return path
  } catch {
    // The log is a help, not a need: the message on the screen stands without it.
    return undefined
  }
}

/** The first signal asks the command to stop in order; a second one ends the process at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  let firstAt = 0
  for (const signal of signals)
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        firstAt = performance.now()
        controller.abort(signal)
      } else if (performance.now() - firstAt > sameSignalMilliseconds) process.exit(130)
    })
  return controller.signal
}

/** A reader that went away (`| head`) is no error of ours: stop quietly, with the code that SIGPIPE gives. */
function stopOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(141)
      throw error
    })
}

/** Takes hold of the process's streams and signals. Call once. */
export function processIo(version: string): Io {
  stopOnClosedPipe()
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    systemLocale: Intl.DateTimeFormat().resolvedOptions().locale,
    now: () => performance.now(),
    abortSignal: abortOnSignals(),
    writeLog: (text) => writeLog(text, version),
  }
}
