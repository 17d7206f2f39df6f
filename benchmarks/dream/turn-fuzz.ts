/**
 * Turns of dreams by chance under hostile players and models, with planted secrets:
 * `turn-fuzz.ts [--events 1000000] [--seed 1]`. Ends with exit code 1 where anything broke.
 */
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { fuzzTurns } from "./turn-fuzzing.ts"

const { values } = parseArgs({
  options: { events: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
})
const started = performance.now()
const report = await fuzzTurns({
  events: Number(values.events),
  seed: values.seed,
  onProgress: (events) => console.error(`${events} events …`),
})
for (const [name, count] of Object.entries(report.counts)) console.log(`${name.padEnd(42)} ${count}`)
console.log(`${"seconds".padEnd(42)} ${((performance.now() - started) / 1000).toFixed(1)}`)
for (const failure of report.failures.slice(0, 20)) console.log(`BROKEN: ${failure}`)
if (report.failures.length > 0) process.exitCode = 1
