/** A process that opens requests and waits to be killed: `lease.test.child.ts <address> <tenant> <count>`. */
import { openStore } from "@daydream/engine/storage"
import { createLedger } from "./index.ts"
import { openingOf } from "./ledger.test.support.ts"

const [url = "", tenant = "", count = "1"] = process.argv.slice(2)
const store = await openStore({ url })
const ledger = await createLedger(store, { leaseMs: 1500, renewMs: 300 })
const place = { bucket: `${tenant}:places`, kind: "concurrency", limit: Number(count), windowSeconds: 1, amount: 1 } as const
await Promise.all(Array.from({ length: Number(count) }, () => ledger.open(openingOf(10n, [tenant], [place]))))
process.stdout.write(`${ledger.holder}\n`)
setInterval(() => undefined, 1000)
