/** What earlier checks of a plan have counted: a file in the plan's folder, written by one process at a time. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { atomicWriteFile } from "@daydream/engine/artifact"
import { holdLock, lockHolder, type Lock } from "@daydream/engine/lock"
import type { CheckState } from "@daydream/industry/certificate"
import { checkingErrors } from "./errors.ts"

const waitMilliseconds = 2000

export interface CheckStore {
  /** The state so far; undefined where nothing was checked yet. */
  readonly state: CheckState | undefined
  save(state: CheckState): Promise<void>
  release(): void
}

function isState(value: unknown): value is CheckState {
  const state = value as Partial<CheckState> | null
  return state?.version === 1 && typeof state.trials === "number" && Array.isArray(state.counted)
}

async function readState(path: string): Promise<CheckState | undefined> {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw checkingErrors.check_state_damaged({ path, problem: (error as Error).message }, error)
  }
  if (!isState(value)) throw checkingErrors.check_state_damaged({ path, problem: "not a state of this version" })
  return value
}

async function openLocked(folder: string, isRestart: boolean, lock: Lock): Promise<CheckStore> {
  const path = join(folder, "check.json")
  return {
    state: isRestart ? undefined : await readState(path),
    save: (state) => atomicWriteFile(path, `${JSON.stringify(state)}\n`),
    release: () => lock.release(),
  }
}

/** Opens the state of the plan in `folder` and keeps others from it. Throws `check_in_progress`, `check_state_damaged`. */
export async function openCheckStore(folder: string, options: { readonly isRestart: boolean }): Promise<CheckStore> {
  const lockPath = join(folder, ".check.lock")
  const lock = await holdLock(lockPath, waitMilliseconds)
  if (lock === undefined) throw checkingErrors.check_in_progress({ plan: folder, process: lockHolder(lockPath) })
  try {
    return await openLocked(folder, options.isRestart, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}
