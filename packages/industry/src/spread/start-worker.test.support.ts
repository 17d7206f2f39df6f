import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"

/** Starts workers of the scripted plan, and remembers them. */
export function startTestWorker(url: string, batchMs: number) {
  const children: ChildProcess[] = []
  const script = new URL("worker-child.test.process.ts", import.meta.url).pathname
  const start = (name: string, runId: string) => {
    const child = spawn(process.execPath, ["--conditions=source", script, url, runId, name, String(batchMs)],
      { stdio: ["ignore", "ignore", "pipe", "ipc"] })
    children.push(child)
    return child
  }
  return { start, children }
}
