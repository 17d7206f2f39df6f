/** The worker processes of one machine: started, replaced when they die, ended with the run. */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"

/** Starts one worker process under a name. */
export type StartWorker = (name: string) => ChildProcess

export interface Crew {
  /** Deaths since the last sign of progress. */
  readonly deaths: number
  /** How the last death came. */
  readonly lastDeath: string
  progressed(): void
  /** Asks all to end, and ends those that do not. */
  dismiss(): Promise<void>
}

const graceMs = 5000
const tailCharacters = 400

/** Keeps `count` workers alive while `deaths` stays below `limit`; `onDeath` gets the name of a worker that is no more. */
export function hireCrew(
  count: number, start: StartWorker, limit: number, onDeath: (name: string, how: string) => void,
): Crew {
  const living = new Map<string, ChildProcess>()
  const state = { deaths: 0, lastDeath: "", isOver: false, hired: 0 }
  const hire = () => {
    const name = `worker-${process.pid}-${++state.hired}`
    const child = start(name)
    living.set(name, child)
    let tail = ""
    child.stderr?.on("data", (bytes: Buffer) => (tail = (tail + bytes.toString()).slice(-tailCharacters)))
    const gone = (how: string) => {
      if (!living.delete(name) || state.isOver) return
      state.deaths++
      state.lastDeath = tail.trim() === "" ? how : `${how}: ${tail.trim()}`
      onDeath(name, how)
      if (state.deaths < limit) hire()
    }
    child.once("error", (error) => gone(error.message))
    child.once("close", (code, signal) => gone(signal ?? `exit code ${code}`))
  }
  for (let index = 0; index < count; index++) hire()
  return {
    get deaths() {
      return state.deaths
    },
    get lastDeath() {
      return state.lastDeath
    },
    progressed: () => (state.deaths = 0),
    dismiss: async () => {
      state.isOver = true
      const leaving = [...living.values()].filter((child) => child.exitCode === null && child.signalCode === null)
      for (const child of leaving) child.kill("SIGTERM")
      await Promise.race([Promise.all(leaving.map((child) => once(child, "close"))), sleep(graceMs, undefined, { ref: false })])
      for (const child of leaving) if (child.exitCode === null) child.kill("SIGKILL")
    },
  }
}
