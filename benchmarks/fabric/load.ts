/** The generator of load, from outside its process. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { LoadResult, LoadTask } from "./load-process.ts"

export interface Loader extends AsyncDisposable {
  run(task: LoadTask): Promise<LoadResult>
}

export async function startLoader(): Promise<Loader> {
  const child = spawn(process.execPath, ["--conditions=source", join(import.meta.dirname, "load-process.ts")], { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    run: async (task) => {
      child.stdin.write(`${JSON.stringify(task)}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error("the load generator ended")
      return JSON.parse(value) as LoadResult
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await once(child, "exit")
    },
  }
}

/** The time that so much of the requests stayed below, in milliseconds. */
export const quantile = (result: LoadResult, share: number): number => result.milliseconds[Math.round(share * 1000)] ?? 0
