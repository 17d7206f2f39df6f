/**
 * Speed of the TF-IDF rung beside scikit-learn: the same features, an equally good linear model, the same rows, the same
 * machine, one after the other in three rounds. Command, in the project's folder:
 *
 *     npx node --conditions=source benchmarks/learner/speed.ts --python <python with scikit-learn>
 *
 * Ratios are of medians. Fit times hold the features and, on our side, the choice of the regularisation.
 */
import { classicRungs } from "@daydream/industry/rung"
import type { Rung } from "@daydream/industry/rung"
import { banking77 } from "./data.ts"
import { batchesOf, percent, printTable, resourcesOf } from "./measure.ts"
import { askPeer, pythonPath } from "./peer.ts"
import type { PeerAnswer } from "./peer.ts"

const rounds = 3
const repeat = 10
const python = pythonPath()
if (python === undefined) {
  console.error("Name a Python that has scikit-learn: --python <path>.")
  process.exit(2)
}

const data = banking77()
const tfidf = classicRungs.find((rung) => rung.name === "tfidf-softmax") as Rung
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

async function ours(): Promise<Omit<PeerAnswer, "model">> {
  const start = performance.now()
  const variant = await tfidf.fit(data.task, data.train, resourcesOf())
  const fitted = performance.now()
  const many = Array.from({ length: repeat }, () => data.test).flat()
  let position = 0
  let right = 0
  for await (const outcomes of variant.run(batchesOf(many))) {
    for (const outcome of outcomes) if (outcome.output === many[position++]?.label) right++
  }
  const seconds = (performance.now() - fitted) / 1000
  return { accuracy: right / many.length, fitSeconds: (fitted - start) / 1000, rowsPerSecond: many.length / seconds }
}

const found = { ours: [], logistic: [], svc: [] } as Record<"ours" | PeerAnswer["model"], Omit<PeerAnswer, "model">[]>
for (let round = 0; round < rounds; round++) {
  found.ours.push(await ours())
  const answers = askPeer(python, data, { models: ["logistic", "svc"], draws: null, repeat })
  for (const answer of answers) found[answer.model].push(answer)
}

const names = { ours: "tfidf-softmax", logistic: "scikit-learn LogisticRegression(C=10)", svc: "scikit-learn LinearSVC()" }
const fitOf = (who: keyof typeof found) => median(found[who].map((answer) => answer.fitSeconds))
const rateOf = (who: keyof typeof found) => median(found[who].map((answer) => answer.rowsPerSecond))
console.log(`${data.name}: ${data.train.length} rows fitted, ${data.test.length * repeat} rows labelled, medians of ${rounds}\n`)
printTable(
  ["", "accuracy", "fit, seconds", "our fit time / theirs", "rows labelled a second", "our rate / theirs"],
  (["ours", "logistic", "svc"] as const).map((who) => [
    names[who],
    percent(median(found[who].map((answer) => answer.accuracy))),
    fitOf(who).toFixed(2),
    (fitOf("ours") / fitOf(who)).toFixed(2),
    rateOf(who).toFixed(0),
    (rateOf("ours") / rateOf(who)).toFixed(2),
  ]),
)
