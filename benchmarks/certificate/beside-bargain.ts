/**
 * Labels it takes beside BARGAIN 0.1.3 (Python), on the same batches and at a guarantee of the same kind.
 * `node --conditions=source benchmarks/certificate/beside-bargain.ts --python <python with bargain==0.1.3>`
 */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { binomialTail, finiteBatchLower } from "@daydream/engine/evaluation"
import type { Outcome } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { proposeThresholds, scoreCandidate } from "@daydream/industry/cascade"
import type { Candidate, CandidateScore, MeasuredRows } from "@daydream/industry/cascade"
import { orderSequence } from "@daydream/industry/certificate"
import { pickRows } from "./simulate.ts"

interface Batch {
  readonly accuracy: number
  readonly informed: number
  readonly run: number
  readonly confidence: readonly number[]
  readonly right: readonly number[]
  /** BARGAIN: labels asked for, and share of the output that agrees with the labels. */
  readonly labels: number
  readonly quality: number
}

const { values } = parseArgs({
  options: { python: { type: "string", default: "python3" }, runs: { type: "string", default: "40" }, rows: { type: "string", default: "5000" } },
})
const [target, delta] = [0.97, 0.05]
const [chooseRows, certifyRows] = [200, 300]
const peer = join(import.meta.dirname, "bargain_peer.py")
const batches = JSON.parse(
  execFileSync(values.python, [peer, values.runs, values.rows, String(target), String(delta)], { maxBuffer: 1 << 30, encoding: "utf8" }),
) as Batch[]

const classes = ["answer", "other"]
const outcome = (output: string, confidence: number, by: string, cost: bigint): Outcome => ({
  key: "", status: "answered", output, scores: Float64Array.of(confidence, 1 - confidence), confidence, by, usage: { operations: 1, tokens: [] }, cost,
})

/** The batch with the proxy, and people who are always right (as BARGAIN assumes of its oracle). */
const measure = (batch: Batch): MeasuredRows => {
  const labels = batch.right.map((right) => (right ? "answer" : "other"))
  return {
    labels,
    classes,
    outcomes: {
      proxy: batch.confidence.map((confidence) => outcome("answer", confidence, "proxy", 1n)),
      people: labels.map((label) => outcome(label, 1, "people", 1_000_000n)),
    },
  }
}

type Passes = (score: CandidateScore) => boolean

/** Labels asked of people, and the true quality of the whole output. */
function ours(batch: Batch, passes: Passes): { readonly labels: number; readonly quality: number } {
  const all = measure(batch)
  const order = shuffle([...all.labels.keys()], createRandom("bargain", batch.accuracy, batch.informed, batch.run))
  const choose = pickRows(all, order.slice(0, chooseRows))
  const sample = pickRows(all, order.slice(chooseRows, chooseRows + certifyRows))
  const metric = { name: "accuracy" } as const
  const proposals = proposeThresholds({ metric, target, delta, certifyRows, measured: choose, rungs: ["proxy", "people"], allowReview: false, thresholds: 20 })
  let shipped: Candidate | undefined
  for (const { candidate } of orderSequence(proposals)) {
    if (!passes(scoreCandidate(candidate, sample, metric))) break
    shipped = candidate
  }
  const labelled = new Set(order.slice(0, chooseRows + certifyRows))
  const needsPeople = (i: number) => {
    if (labelled.has(i) || shipped === undefined || shipped.rungs[0] === "people") return true
    return shipped.escalateBelow !== undefined && (batch.confidence[i] as number) < shipped.escalateBelow
  }
  const wrong = batch.right.filter((right, i) => !right && !needsPeople(i)).length
  return { labels: all.labels.filter((_, i) => needsPeople(i)).length, quality: 1 - wrong / all.labels.length }
}

const finite: Passes = ({ successes, trials }) =>
  finiteBatchLower({ successes, trials, population: Number(values.rows), delta }) >= target
const future: Passes = ({ successes, trials }) => binomialTail({ successes, trials, probability: target }) <= delta

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
const show = (results: readonly { readonly labels: number; readonly quality: number }[]) => {
  const below = results.filter(({ quality }) => quality < target).length
  return `${Math.round(mean(results.map((r) => r.labels)))} | ${(100 * mean(results.map((r) => r.quality))).toFixed(2)} % | ${below}`
}

console.log(`${values.runs} batches of ${values.rows} rows each; target ${target}, delta ${delta}; Daydream labels ${chooseRows} + ${certifyRows} rows first.\n`)
console.log("| proxy accuracy, informed | BARGAIN labels | quality | below | Daydream, this batch: labels | quality | below | Daydream, future rows: labels | quality | below |")
console.log("|---|---|---|---|---|---|---|---|---|---|")
for (const key of new Set(batches.map((batch) => `${batch.accuracy}, ${batch.informed}`))) {
  const these = batches.filter((batch) => `${batch.accuracy}, ${batch.informed}` === key)
  console.log(`| ${key} | ${show(these)} | ${show(these.map((b) => ours(b, finite)))} | ${show(these.map((b) => ours(b, future)))} |`)
}
