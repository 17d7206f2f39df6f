/**
 * The rungs that fit a softmax regression: on words and characters, on embeddings, on both, and on both with the
 * closeness to known rows as a second factor.
 */
import type { Example, Row, Variant } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import { chooseCost, drive, fitRowEncoder, fitSoftmax, rowsOf } from "../learner/index.ts"
import type { Design, RowEncoder, SoftmaxModel } from "../learner/index.ts"
import { closenessOf, fitCloseness } from "./closeness-fit.ts"
import { applyDenseScale, fitDenseScale } from "./dense-scale.ts"
import { embedTexts, embeddedText, embedderOf, requireAll } from "./embedding.ts"
import { labelTexts } from "./label-texts.ts"
import type { EmbeddingPart } from "./linear-parts.ts"
import { readLinear } from "./linear-parts.ts"
import { linearVariant } from "./linear-variant.ts"
import { labelNumbers, priorsOf } from "./priors.ts"
import type { Resources, Rung, Task } from "./rung.ts"
import { stagesOf } from "./stages.ts"
import { fitUnlabelled, isTeachable } from "./unlabelled-fit.ts"
import type { Taught } from "./unlabelled-fit.ts"

/** Text features kept at most, in all text columns together. */
const mostFeatures = 262_144

/** Weights kept at most: 2²⁶ floats are 256 MB. Fewer features are kept where there are many classes. */
const mostWeights = 2 ** 26

/** Class shares held at most while unlabelled rows teach: fewer rows teach where there are many classes. */
const mostShares = 2 ** 24

/** Rows that a piece of text must be found in. One, so that few labels lose nothing; the caps bound its number. */
const minimumRows = 1

interface LinearKind {
  readonly name: string
  readonly withText: boolean
  readonly withEmbedding: boolean
  readonly withCloseness: boolean
  /** Whether rows without a label teach as well, where there are any. */
  readonly withUnlabelled: boolean
}

interface Fitted {
  /** The examples, then the texts of the labels. */
  readonly design: Design
  readonly labels: Int32Array
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
  const { classes } = output
  const rows = examples.map((example) => example.input)
  const maximumFeatures = Math.min(mostFeatures, Math.floor(mostWeights / classes.length))
  const options = { withText: kind.withText, minimumRows, maximumFeatures }
  const encoder = await drive(fitRowEncoder(inputs, rows, options), { abortSignal, onProgress: onEncoder })
  const textColumn = inputs.find((input) => input.type === "text")?.name
  const named = kind.withEmbedding && textColumn !== undefined ? labelTexts(output) : []
  const namedRows = named.map(({ text }): Row => ({ [textColumn ?? ""]: text }))
  const encoded = await drive(encoder.encodeSteps([...rows, ...namedRows]), { abortSignal, onProgress: onEncoding })
  const labels = Int32Array.from([...labelNumbers(examples, classes), ...named.map(({ label }) => label)])
  const design = { rows: labels.length, sparse: encoded.matrix }
  if (!kind.withEmbedding) return { design, labels, encoder }
  const model = await embedderOf(kind.name, resources.embedder)()
  const texts = [...rows.map((row) => embeddedText(inputs, row)), ...named.map(({ text }) => text)]
  const { prices, budget } = resources
  const embedded = await embedTexts(model, texts, { prices, budget, abortSignal, onProgress: onEmbedding })
  requireAll(model, texts, embedded)
  const scale = fitDenseScale(embedded.matrix, examples.length)
  const dense = applyDenseScale(scale, embedded.matrix)
  return { design: { ...design, dense }, labels, encoder, embedding: { modelId: model.modelId, scale } }
}

/** Unlabelled rows in the columns of the fitted design; rows without a vector are left out. */
async function encodeUnlabelled(
  kind: LinearKind,
  task: Task,
  { embedding, encoder }: Fitted,
  rows: readonly Row[],
  resources: Resources,
  onProgress: OnProgress,
): Promise<Design | undefined> {
  if (embedding === undefined || embedding.scale.mean.length === 0) return undefined
  const { abortSignal, budget, embedder, prices } = resources
  const model = await embedderOf(kind.name, embedder, embedding.modelId)()
  const texts = rows.map((row) => embeddedText(task.signature.inputs, row))
  const expectedSize = embedding.scale.mean.length
  const { isEmpty, matrix } = await embedTexts(model, texts, { prices, budget, abortSignal, onProgress, expectedSize })
  const { matrix: sparse } = await drive(encoder.encodeSteps(rows), { abortSignal })
  const usable = [...rows.keys()].filter((row) => isEmpty[row] === false)
  return rowsOf({ rows: rows.length, sparse, dense: applyDenseScale(embedding.scale, matrix) }, usable)
}

/** The model taught by unlabelled rows too; undefined where there are none or they do not help. */
async function learnFromUnlabelled(
  kind: LinearKind,
  task: Task,
  fitted: Fitted & { readonly model: SoftmaxModel; readonly cost: number; readonly examples: number },
  resources: Resources,
  [onEmbedding, onTeaching]: readonly OnProgress[],
): Promise<Taught | undefined> {
  const { abortSignal, seed } = resources
  const { classes } = task.signature.output
  const room = Math.max(0, Math.floor(mostShares / classes.length) - fitted.labels.length)
  const rows = resources.unlabelled?.slice(0, room) ?? []
  const unlabelledDesign = await encodeUnlabelled(kind, task, fitted, rows, resources, onEmbedding)
  if (unlabelledDesign === undefined || unlabelledDesign.rows === 0) return undefined
  const { withCloseness } = kind
  const teaching = { ...fitted, unlabelled: unlabelledDesign, classes: classes.length, withCloseness }
  const random = createRandom(kind.name, "unlabelled", seed)
  return drive(fitUnlabelled(teaching, random), { abortSignal, onProgress: onTeaching })
}

async function fit(kind: LinearKind, task: Task, examples: readonly Example[], resources: Resources): Promise<Variant> {
  const { abortSignal, seed } = resources
  const { inputs, output } = task.signature
  const { classes } = output
  const unlabelled = kind.withUnlabelled ? (resources.unlabelled?.length ?? 0) : 0
  const isTaught = isTeachable(examples.length, unlabelled)
  const more = isTaught ? [(60 * unlabelled) / examples.length, (30 * unlabelled) / examples.length] : [0, 0]
  const weights = [3, 1, kind.withEmbedding ? 60 : 0, 6, 10, ...more, kind.withCloseness ? 6 : 0]
  const stages = stagesOf(resources.onProgress, weights)
  const [onEncoder, onEncoding, onEmbedding, onChoice, onFit, onMore, onTeaching, onCloseness] = stages
  const fitted = await prepare(kind, task, examples, resources, [onEncoder, onEncoding, onEmbedding])
  const { design, embedding, encoder, labels } = fitted
  const random = (purpose: string) => createRandom(kind.name, purpose, seed)
  const choice = await drive(chooseCost(design, labels.subarray(0, examples.length), classes.length, random("cost")), {
    abortSignal, onProgress: onChoice,
  })
  const { cost } = choice
  const { model } = await drive(fitSoftmax(design, labels, { classes: classes.length, cost, random: random("fit") }), {
    abortSignal, onProgress: onFit,
  })
  onFit?.(1, 1)
  const priors = priorsOf(labels.subarray(0, examples.length), classes.length)
  const known = { ...fitted, model, cost, examples: examples.length }
  const taught = isTaught ? await learnFromUnlabelled(kind, task, known, resources, [onMore, onTeaching]) : undefined
  const closenessSteps = fitCloseness(design, labels, examples.length, classes.length, cost, random("closeness"))
  const closeness = !kind.withCloseness
    ? undefined
    : taught === undefined
      ? await drive(closenessSteps, { abortSignal, onProgress: onCloseness })
      : closenessOf(design, labels, taught.rule, random("closeness"))
  onCloseness?.(1, 1)
  const parts = { kind: kind.name, classes, inputs, encoder, model: taught?.model ?? model, priors, cost }
  const embedder = embedderOf(kind.name, resources.embedder, embedding?.modelId)
  const extras = { ...(embedding === undefined ? {} : { embedding }), ...(closeness === undefined ? {} : { closeness }) }
  return linearVariant({ ...parts, ...extras }, resources, embedder)
}

const linearRung = (kind: LinearKind, minimumExamples: number): Rung => ({
  name: kind.name,
  needs: kind.withEmbedding ? ["embedder"] : [],
  minimumExamples,
  usesUnlabelled: kind.withUnlabelled,
  fit: (task, examples, resources) => fit(kind, task, examples, resources),
  async load(task, files, resources) {
    const parts = readLinear(kind.name, task.signature.output.classes, files)
    return linearVariant(parts, resources, embedderOf(kind.name, resources.embedder, parts.embedding?.modelId))
  },
})

/** Words, characters and tabular columns. Works with any of them alone. */
export const tfidfSoftmax = linearRung({ name: "tfidf-softmax", withText: true, withEmbedding: false, withCloseness: false, withUnlabelled: false }, 2)

/** The embedding of the text, and tabular columns. */
export const embeddingSoftmax = linearRung({ name: "embedding-softmax", withText: false, withEmbedding: true, withCloseness: false, withUnlabelled: false }, 2)

/** The embedding of the text, its words and characters, and tabular columns. */
export const jointSoftmax = linearRung({ name: "joint-softmax", withText: true, withEmbedding: true, withCloseness: false, withUnlabelled: true }, 2)

/** As {@link jointSoftmax}, with the closeness to known rows as a second factor. Holds the vectors of training rows. */
export const jointKnn = linearRung({ name: "joint-knn", withText: true, withEmbedding: true, withCloseness: true, withUnlabelled: true }, 2)
