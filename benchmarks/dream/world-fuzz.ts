/**
 * Worlds by chance under hostile players, models and journals, with planted secrets:
 * `world-fuzz.ts [--events 1000000] [--seed 1]`. Ends with exit code 1 where anything broke.
 */
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { fuzzWorlds } from "./fuzz.ts"

const { values } = parseArgs({
  options: { events: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
})
const started = performance.now()
const report = fuzzWorlds({
  events: Number(values.events),
  seed: values.seed,
  onProgress: (events) => console.error(`${events} events …`),
})
const seconds = (performance.now() - started) / 1000

for (const [name, count] of Object.entries(report.counts)) console.log(`${name.padEnd(42)} ${count}`)
console.log(`${"seconds".padEnd(42)} ${seconds.toFixed(1)}`)
for (const failure of report.failures.slice(0, 20)) console.log(`BROKEN: ${failure}`)
if (report.failures.length > 0) process.exitCode = 1
