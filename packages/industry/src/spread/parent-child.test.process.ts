/** The parent of a spread run in a process of its own, so that tests can kill it. */
import { openStore } from "@daydream/engine/storage"
import { scriptedPlan } from "../run/scripted.test.plan.ts"
import { runFileSpread } from "./index.ts"
import { startTestWorker } from "./start-worker.test.support.ts"

interface Request {
  readonly folder: string
  readonly input: string
  readonly output: string
  readonly planPath: string
  readonly batchMs: number
}

const { folder, batchMs, ...subject } = JSON.parse(process.argv[2] ?? "") as Request
const store = await openStore({ folder })
const result = await runFileSpread({ plan: scriptedPlan(), ...subject },
  { store, workers: 2, startWorker: startTestWorker(store.url, batchMs).start, batchRows: 20 })
process.stdout.write(`done ${result.totals.rows} ${result.rowsContinued}\n`)
await store.close()
