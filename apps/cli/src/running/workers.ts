/** Worker processes of a spread run: this very program, started again. */
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"

/** Environment variable that hands the store's address to workers: on a command line others could read its password. */
export const storeVariable = "DAYDREAM_STORE_URL"

/** Makes the function that starts a worker. It ends with this process, since it watches the channel between them. */
export function workerStarter(storeUrl: string, extra: readonly string[]) {
  const script = process.argv[1] ?? ""
  return (name: string, runId: string): ChildProcess =>
    spawn(process.execPath, [...process.execArgv, script, "run-worker", "--run", runId, "--name", name, "--quiet", ...extra], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, [storeVariable]: storeUrl },
    })
}
