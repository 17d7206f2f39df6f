/**
 * A million rows through `daydream run`: memory, speed, three kills at random moments, two workers, and a peer.
 * Usage: node --conditions=source benchmarks/run/main.ts [--rows 1000000] [--folder <folder>] [--python <python>]
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { makeMaterial } from "./data.ts"
import { daydreamRun, sha256 } from "./process.ts"
import type { Measured } from "./process.ts"

const { values } = parseArgs({ options: {
  rows: { type: "string", default: "1000000" },
  folder: { type: "string", default: join(tmpdir(), "daydream-benchmark-run") },
  python: { type: "string", default: "python3" },
  "peer-rows": { type: "string" },
} })
const { folder } = values
const rows = Number(values.rows)
const smallRows = Math.round(rows / 10)
mkdirSync(folder, { recursive: true })
const material = await makeMaterial(folder, smallRows, rows)

const fresh = (name: string) => {
  const output = join(folder, name)
  for (const path of [output, `${output}.parts`]) rmSync(path, { recursive: true, force: true })
  return output
}
const show = (what: string, { seconds, peakMegabytes }: Measured, count: number) =>
  console.log(`${what}: ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} rows/s, peak ${peakMegabytes} MB`)
const refuse = (problem: string) => {
  console.error(problem)
  process.exit(1)
}

const small = await daydreamRun([material.plan, material.small, "--out", fresh("small.csv")], folder)
show(`${smallRows} rows`, small, smallRows)
const calmOutput = fresh("calm.csv")
const calm = await daydreamRun([material.plan, material.large, "--out", calmOutput], folder)
show(`${rows} rows`, calm, rows)
const expected = await sha256(calmOutput)

const random = createRandom("kill", rows)
const killedOutput = fresh("killed.csv")
for (let kills = 0; kills < 3; ) {
  const after = (0.05 + 0.3 * random.next()) * calm.seconds * 1000
  const { wasKilled } = await daydreamRun([material.plan, material.large, "--out", killedOutput], folder, after)
  if (!wasKilled) refuse("the run ended before its third kill")
  console.log(`killed (SIGKILL) after ${(after / 1000).toFixed(1)} s`)
  kills++
}
const last = await daydreamRun([material.plan, material.large, "--out", killedOutput], folder)
show(`killed 3 times, then finished: ${last.rowsContinued} rows continued`, last, rows - last.rowsContinued)
if ((await sha256(killedOutput)) !== expected) refuse("the output of the killed run differs")
console.log("its output equals the undisturbed one byte for byte")

const spreadOutput = fresh("spread.csv")
const spread = await daydreamRun([material.plan, material.large, "--out", spreadOutput, "--workers", "2"], folder)
show(`${rows} rows, --workers 2 (memory of all processes)`, spread, rows)
if ((await sha256(spreadOutput)) !== expected) refuse("the output of the spread run differs")
console.log("its output equals the undisturbed one byte for byte")

const peerInput = values["peer-rows"] === "small" ? material.small : material.large
const peer = spawnSync(values.python, [join(import.meta.dirname, "peer.py"), material.train, peerInput, join(folder, "peer.csv")],
  { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
if (peer.status !== 0) refuse(`The peer did not run: ${values.python} needs pandas and scikit-learn.`)
const found = JSON.parse(peer.stdout) as { seconds: number; rows: number; peakMegabytes: number }
const peerRate = found.rows / found.seconds
console.log(`pandas + scikit-learn, ${found.rows} rows: ${found.seconds.toFixed(1)} s, ${Math.round(peerRate)} rows/s, peak ${found.peakMegabytes} MB`)
console.log(`daydream run is ${(rows / calm.seconds / peerRate).toFixed(2)} times as fast; with --workers 2 ${(rows / spread.seconds / peerRate).toFixed(2)} times`)
