/**
 * Accuracy of every rung without a language model on Banking77 and CLINC150 in scope, official splits, one set of
 * hyper-parameters for all. Command, in the project's folder:
 *
 *     npx node --conditions=source benchmarks/learner/accuracy.ts [--python <python with scikit-learn>] [--quick] [--few]
 *
 * `--python` adds scikit-learn on the same ten draws; `--quick` leaves out the rungs that need the embedder; `--few`
 * measures few labels alone. Where rows without labels are given as well, they are the training rows that were not drawn;
 * test rows and copies of them are never among these.
 */
import type { Example } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { classicRungs } from "@daydream/industry/rung"
import { createRuntime } from "@daydream/runtime"
import { banking77, clinc150 } from "./data.ts"
import type { DataSet } from "./data.ts"
import { measure, percent, printTable, remembered, resourcesOf } from "./measure.ts"
import { askPeer, pythonPath } from "./peer.ts"

const isQuick = process.argv.includes("--quick")
const python = pythonPath()
await using runtime = createRuntime()
const embedder = isQuick ? undefined : remembered(await runtime.embeddingModel("all-minilm-l6-v2"))
const rungs = classicRungs.filter((rung) => !isQuick || rung.needs.length === 0)

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))

/** Row numbers of `perClass` random rows of each class. */
function draw({ name, train }: DataSet, perClass: number, number: number): readonly number[] {
  const taken = new Map<string, number>()
  const order = shuffle(train.map((_, row) => row), createRandom("draw", name, number))
  return order.filter((row) => {
    const label = train[row]?.label ?? ""
    const count = (taken.get(label) ?? 0) + 1
    taken.set(label, count)
    return count <= perClass
  })
}

async function allLabels(data: DataSet): Promise<void> {
  const fitPart = shuffle(data.train, createRandom("fit part", data.name)).slice(0, Math.round(data.train.length * 0.6))
  const rows: string[][] = []
  for (const rung of rungs) {
    const all = await measure(rung, data.task, data.train, data.test, resourcesOf(embedder))
    const part = await measure(rung, data.task, fitPart, data.test, resourcesOf(embedder))
    const name = rung.name
    rows.push([name, percent(all.accuracy), percent(part.accuracy), all.fitSeconds.toFixed(2)])
  }
  console.log(`${data.name}: ${data.train.length} training rows, ${data.test.length} test rows\n`)
  printTable(["rung", "all rows", "fit part (60 %)", "fit, seconds (after embedding once)"], rows)
}

const textOf = ({ input }: Example) => String(input["text"]).toLowerCase().split(/\s+/).join(" ")

async function fewLabels(data: DataSet): Promise<void> {
  const draws = Array.from({ length: 10 }, (_, number) => draw(data, 10, number))
  const tested = new Set(data.test.map(textOf))
  const rows: string[][] = []
  const add = (name: string, found: readonly number[]) =>
    rows.push([name, percent(mean(found)), (100 * deviation(found)).toFixed(2)])
  for (const rung of rungs) {
    const found: Record<"alone" | "taught", number[]> = { alone: [], taught: [] }
    let slowest = 0
    for (const [number, numbers] of draws.entries()) {
      const drawn = new Set(numbers)
      const train = numbers.map((row) => data.train[row]).filter((row) => row !== undefined)
      const unlabelled = data.train.filter((row, i) => !drawn.has(i) && !tested.has(textOf(row))).map((row) => row.input)
      const resources = resourcesOf(embedder, number)
      found.alone.push((await measure(rung, data.task, train, data.test, resources)).accuracy)
      if (rung.usesUnlabelled !== true) continue
      const taught = await measure(rung, data.task, train, data.test, { ...resources, unlabelled })
      found.taught.push(taught.accuracy)
      slowest = Math.max(slowest, taught.fitSeconds)
    }
    add(rung.name, found.alone)
    if (found.taught.length === 0) continue
    add(`${rung.name}, the other training rows given without labels`, found.taught)
    console.log(`${rung.name} with unlabelled rows: slowest fit after embedding once ${slowest.toFixed(1)} s`)
  }
  if (python !== undefined) {
    const answers = askPeer(python, data, { models: ["logistic"], draws, repeat: 1 })
    add("scikit-learn TF-IDF + LogisticRegression(C=10)", answers.map((answer) => answer.accuracy))
  }
  console.log(`${data.name}: 10 labels a class, 10 draws, ${data.test.length} test rows\n`)
  printTable(["rung", "mean accuracy", "standard deviation, points"], rows)
}

const [banking, clinc] = [banking77(), clinc150()]
if (!process.argv.includes("--few")) {
  await allLabels(banking)
  await allLabels(clinc)
}
await fewLabels(banking)
