/** Nearest neighbours among the embeddings of the training rows, voting by similarity. Holds training text. */
import type { Example, KeyedRow, Outcome, Reason, RunOptions, Variant } from "@daydream/engine/function"
import type { EmbeddingModel } from "@daydream/engine/model"
import { createRandom, shuffle } from "@daydream/engine/random"
import { drive, vote } from "../learner/index.ts"
import type { DenseMatrix } from "../learner/index.ts"
import { embedTexts, embeddedText, embedderOf, requireAll } from "./embedding.ts"
import type { Embedded } from "./embedding.ts"
import type { KnnParts } from "./knn-parts.ts"
import { knnFiles, readKnn } from "./knn-parts.ts"
import { chooseVoteRule, indexOf } from "./knn-fit.ts"
import { answered, bestOf, failed } from "./outcomes.ts"
import { labelNumbers, priorsOf } from "./priors.ts"
import type { Resources, Rung, Task } from "./rung.ts"
import { stagesOf } from "./stages.ts"

const kind = "embedding-knn"

/** Known examples kept at most; more are sampled. */
const mostExamples = 50_000

/** Examples named in an explanation. */
const shownExamples = 5

/** Rows scored between two pauses. */
const pauseRows = 16

function knnVariant(parts: KnnParts, resources: Resources, embedder: () => Promise<EmbeddingModel>): Variant {
  const { classes, inputs, labels, modelId, priors, rule } = parts
  const { prices, budget } = resources
  const maker = { by: kind, classes, prices }
  // Built on first use: a saved plan may be loaded only to be shown.
  let built: ReturnType<typeof indexOf> | undefined
  const index = () => (built ??= indexOf(parts.vectors))

  const embed = async (rows: readonly KeyedRow[], abortSignal?: AbortSignal) => {
    const texts = rows.map((row) => embeddedText(inputs, row.input))
    const expectedSize = parts.vectors.columns
    return embedTexts(await embedder(), texts, { prices, budget, abortSignal, expectedSize })
  }

  const vectorOf = ({ columns, values }: DenseMatrix, row: number) => values.subarray(row * columns, (row + 1) * columns)

  const outcomeOf = (row: KeyedRow, embedded: Embedded, position: number): Outcome => {
    const fault = embedded.faults.get(position)
    if (fault !== undefined) return failed(maker, row.key, fault)
    const scores = Float64Array.from(priors)
    if (embedded.isEmpty[position] === true) return answered(maker, row.key, scores, { operations: 1, tokens: [] })
    const near = index().nearest(vectorOf(embedded.matrix, position), rule.count)
    vote(near, labels, priors, rule, scores)
    const inputTokens = embedded.tokens[position] as number
    const tokens = inputTokens === 0 ? [] : [{ modelId, inputTokens, outputTokens: 0 }]
    return answered(maker, row.key, scores, { operations: index().operations, tokens })
  }

  function* outcomesOf(batch: readonly KeyedRow[], embedded: Embedded) {
    const outcomes: Outcome[] = []
    for (const [i, row] of batch.entries()) {
      outcomes.push(outcomeOf(row, embedded, i))
      if (i % pauseRows === pauseRows - 1) yield { done: i, total: batch.length }
    }
    return outcomes
  }

  async function* run(batches: AsyncIterable<readonly KeyedRow[]>, { abortSignal }: RunOptions = {}) {
    for await (const batch of batches) {
      abortSignal?.throwIfAborted()
      const embedded = await embed(batch, abortSignal)
      yield await drive(outcomesOf(batch, embedded), { abortSignal })
    }
  }

  const explain = async (row: KeyedRow) => {
    const embedded = await embed([row])
    const { output, status } = outcomeOf(row, embedded, 0)
    const hasVector = status === "answered" && embedded.isEmpty[0] === false
    const near = hasVector ? index().nearest(vectorOf(embedded.matrix, 0), shownExamples) : []
    const reasons = near.map((neighbour): Reason => ({
      kind: "example",
      text: parts.texts[neighbour.row] as string,
      weight: neighbour.similarity,
      label: classes[labels[neighbour.row] as number] as string,
    }))
    return { output: output ?? (classes[bestOf(priors)] as string), by: kind, reasons }
  }

  return { kind, holdsTrainingText: true, run, save: () => knnFiles(parts), explain }
}

async function fit(task: Task, examples: readonly Example[], resources: Resources): Promise<Variant> {
  const { abortSignal, budget, prices, seed } = resources
  const { inputs, output } = task.signature
  const { classes } = output
  const [onEmbedding, onChoice] = stagesOf(resources.onProgress, [10, 1])
  const model = await embedderOf(kind, resources.embedder)()
  const priors = priorsOf(labelNumbers(examples, classes), classes.length)
  const withText = examples.filter((example) => embeddedText(inputs, example.input) !== "")
  const isTooMany = withText.length > mostExamples
  const kept = isTooMany ? shuffle(withText, createRandom(kind, "kept", seed)).slice(0, mostExamples) : withText
  const texts = kept.map((example) => embeddedText(inputs, example.input))
  const embedded = await embedTexts(model, texts, { prices, budget, abortSignal, onProgress: onEmbedding })
  requireAll(model, texts, embedded)
  const labels = labelNumbers(kept, classes)
  const vectors = embedded.matrix
  const steps = chooseVoteRule(vectors, labels, priors, createRandom(kind, "rule", seed))
  const rule = await drive(steps, { abortSignal, onProgress: onChoice })
  onChoice?.(1, 1)
  const parts: KnnParts = { kind, classes, inputs, modelId: model.modelId, vectors, labels, texts, priors, rule }
  return knnVariant(parts, resources, embedderOf(kind, resources.embedder, model.modelId))
}

/** The nearest examples vote, weighted by the cosine of their embeddings. */
export const embeddingKnn: Rung = {
  name: kind,
  needs: ["embedder"],
  minimumExamples: 1,
  fit,
  async load(task, files, resources) {
    const parts = readKnn(kind, task.signature.output.classes, files)
    return knnVariant(parts, resources, embedderOf(kind, resources.embedder, parts.modelId))
  },
}
