/** The `daydream` program as a process that is measured and killed. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createHash } from "node:crypto"
import { createReadStream, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")

export interface Measured {
  readonly seconds: number
  /** Most resident memory; where the run had workers, the sum of theirs and the parent's, without the database. */
  readonly peakMegabytes: number
  readonly rows: number
  readonly rowsContinued: number
  readonly wasKilled: boolean
}

/** Peak resident memory of `pid` and of its children but for PostgreSQL, in kilobytes (Linux). */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8")
    if (/^Name:\s+postgres$/m.test(status)) return 0
    const own = /VmHWM:\s+(\d+)/.exec(status)?.[1]
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter((one) => one !== "")
    return Number(own ?? 0) + children.reduce((sum, child) => sum + peakOf(Number(child)), 0)
  } catch {
    return 0
  }
}

/** Runs `daydream run …`; kills it with SIGKILL after `killAfterMs` where given. */
export async function daydreamRun(args: readonly string[], folder: string, killAfterMs?: number): Promise<Measured> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ["--conditions=source", main, "run", ...args, "--json", "--quiet"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  let text = ""
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()))
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid ?? 0))), 100)
  const closed = once(child, "close")
  if (killAfterMs !== undefined) {
    await Promise.race([closed, sleep(killAfterMs)])
    child.kill("SIGKILL")
  }
  await closed
  clearInterval(watch)
  const wasKilled = child.signalCode === "SIGKILL"
  if (!wasKilled && child.exitCode !== 0) throw new Error(`daydream run failed: ${text}`)
  const result = wasKilled ? { rows: 0, rowsContinued: 0 } : (JSON.parse(text) as { rows: number; rowsContinued: number })
  return { seconds: (performance.now() - startedAt) / 1000, peakMegabytes: Math.round(peak / 1024), wasKilled, ...result }
}

export async function sha256(path: string): Promise<string> {
  const digest = createHash("sha256")
  for await (const bytes of createReadStream(path)) digest.update(bytes as Buffer)
  return digest.digest("hex")
}
