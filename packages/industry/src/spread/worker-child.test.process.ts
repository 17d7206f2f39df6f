/** A worker in a process of its own, for tests: arguments are the store's address, the run, the name and the pause. */
import { openStore } from "@daydream/engine/storage"
import { scriptedPlan } from "../run/scripted.test.plan.ts"
import { runWorker } from "./index.ts"

const [url = "", runId = "", name = "", batchMs = "0"] = process.argv.slice(2)
const stop = new AbortController()
process.on("SIGTERM", () => stop.abort())
process.on("disconnect", () => stop.abort())
const store = await openStore({ url })
const plan = { ...scriptedPlan({ batchMs: Number(batchMs) }), close: () => Promise.resolve() }
await runWorker({ store, runId, name, abortSignal: stop.signal, loadPlan: () => Promise.resolve(plan) })
await store.close()
if (process.connected) process.disconnect()
