/** A run in a process of its own, so that tests can kill it: the argument is JSON of input, output, planPath, options. */
import { runFile } from "./index.ts"
import type { RunFileOptions } from "./index.ts"
import { scriptedPlan } from "./scripted.test.plan.ts"

interface Request {
  readonly input: string
  readonly output: string
  readonly planPath: string
  readonly batchMs: number
  readonly options: RunFileOptions
  /** Kill this process in the phase "assemble" at so many rows. */
  readonly dieAssemblingAt?: number
}

const { batchMs, options, dieAssemblingAt = Infinity, ...subject } = JSON.parse(process.argv[2] ?? "") as Request
const controller = new AbortController()
process.on("SIGINT", () => controller.abort("SIGINT"))
try {
  const result = await runFile({ plan: scriptedPlan({ batchMs }), ...subject }, {
    ...options,
    abortSignal: controller.signal,
    onProgress: ({ phase, rows }) => {
      if (phase === "assemble" && rows >= dieAssemblingAt) process.kill(process.pid, "SIGKILL")
    },
  })
  process.stdout.write(`done ${result.totals.rows} ${result.rowsContinued}\n`)
} catch (error) {
  process.stdout.write(`${error instanceof Error && "code" in error ? String(error.code) : String(error)}\n`)
  process.exitCode = 1
}
