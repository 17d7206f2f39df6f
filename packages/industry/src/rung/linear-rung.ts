/** The three rungs that fit a softmax regression: on words and characters, on embeddings, on both. */
import type { Example, Variant } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import { chooseCost, drive, fitRowEncoder, fitSoftmax } from "../learner/index.ts"
import type { Design, RowEncoder } from "../learner/index.ts"
import { applyDenseScale, fitDenseScale } from "./dense-scale.ts"
import { embedTexts, embeddedText, embedderOf, requireAll } from "./embedding.ts"
import type { EmbeddingPart } from "./linear-parts.ts"
import { readLinear } from "./linear-parts.ts"
import { linearVariant } from "./linear-variant.ts"
import { labelNumbers, priorsOf } from "./priors.ts"
import type { Resources, Rung, Task } from "./rung.ts"
import { stagesOf } from "./stages.ts"

/** Text features kept at most, in all text columns together. */
const mostFeatures = 262_144

/** Weights kept at most: 2²⁶ floats are 256 MB. Fewer features are kept where there are many classes. */
const mostWeights = 2 ** 26

/** Rows that a piece of text must be found in. One, so that few labels lose nothing; the caps bound its number. */
const minimumRows = 1

interface LinearKind {
  readonly name: string
  readonly withText: boolean
  readonly withEmbedding: boolean
}

interface Fitted {
  readonly design: Design
  readonly encoder: RowEncoder
  readonly embedding?: EmbeddingPart
}

type OnProgress = ((done: number, total: number) => void) | undefined

async function prepare(
  kind: LinearKind,
  task: Task,
  examples: readonly Example[],
  resources: Resources,
  [onEncoder, onEncoding, onEmbedding]: readonly OnProgress[],
): Promise<Fitted> {
  const { abortSignal } = resources
  const { inputs, output } = task.signature
  const rows = examples.map((example) => example.input)
  const maximumFeatures = Math.min(mostFeatures, Math.floor(mostWeights / output.classes.length))
  const options = { withText: kind.withText, minimumRows, maximumFeatures }
  const encoder = await drive(fitRowEncoder(inputs, rows, options), { abortSignal, onProgress: onEncoder })
  const encoded = await drive(encoder.encodeSteps(rows), { abortSignal, onProgress: onEncoding })
  const design = { rows: rows.length, sparse: encoded.matrix }
  if (!kind.withEmbedding) return { design, encoder }
  const model = await embedderOf(kind.name, resources.embedder)()
  const texts = rows.map((row) => embeddedText(inputs, row))
  const { prices, budget } = resources
  const embedded = await embedTexts(model, texts, { prices, budget, abortSignal, onProgress: onEmbedding })
  requireAll(model, texts, embedded)
  const scale = fitDenseScale(embedded.matrix)
  const dense = applyDenseScale(scale, embedded.matrix)
  return { design: { ...design, dense }, encoder, embedding: { modelId: model.modelId, scale } }
}

async function fit(kind: LinearKind, task: Task, examples: readonly Example[], resources: Resources): Promise<Variant> {
  const { abortSignal, seed } = resources
  const { inputs, output } = task.signature
  const { classes } = output
  const labels = labelNumbers(examples, classes)
  const weights = kind.withEmbedding ? [3, 1, 60, 6, 10] : [3, 1, 0, 6, 10]
  const [onEncoder, onEncoding, onEmbedding, onChoice, onFit] = stagesOf(resources.onProgress, weights)
  const fitted = await prepare(kind, task, examples, resources, [onEncoder, onEncoding, onEmbedding])
  const { design, encoder, embedding } = fitted
  const random = (purpose: string) => createRandom(kind.name, purpose, seed)
  const choice = await drive(chooseCost(design, labels, classes.length, random("cost")), {
    abortSignal, onProgress: onChoice,
  })
  const { cost } = choice
  const { model } = await drive(fitSoftmax(design, labels, { classes: classes.length, cost, random: random("fit") }), {
    abortSignal, onProgress: onFit,
  })
  onFit?.(1, 1)
  const priors = priorsOf(labels, classes.length)
  const parts = { kind: kind.name, classes, inputs, encoder, model, priors, cost }
  const embedder = embedderOf(kind.name, resources.embedder, embedding?.modelId)
  return linearVariant(embedding === undefined ? parts : { ...parts, embedding }, resources, embedder)
}

const linearRung = (kind: LinearKind, minimumExamples: number): Rung => ({
  name: kind.name,
  needs: kind.withEmbedding ? ["embedder"] : [],
  minimumExamples,
  fit: (task, examples, resources) => fit(kind, task, examples, resources),
  async load(task, files, resources) {
    const parts = readLinear(kind.name, task.signature.output.classes, files)
    return linearVariant(parts, resources, embedderOf(kind.name, resources.embedder, parts.embedding?.modelId))
  },
})

/** Words, characters and tabular columns. Works with any of them alone. */
export const tfidfSoftmax = linearRung({ name: "tfidf-softmax", withText: true, withEmbedding: false }, 2)

/** The embedding of the text, and tabular columns. */
export const embeddingSoftmax = linearRung({ name: "embedding-softmax", withText: false, withEmbedding: true }, 2)

/** The embedding of the text, its words and characters, and tabular columns. */
export const jointSoftmax = linearRung({ name: "joint-softmax", withText: true, withEmbedding: true }, 2)
