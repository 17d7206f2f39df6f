/** Runs a softmax regression on rows. */
import { setImmediate } from "node:timers/promises"
import type { Explanation, KeyedRow, Outcome, Row, RowFault, RunOptions, Variant } from "@daydream/engine/function"
import type { EmbeddingModel } from "@daydream/engine/model"
import { addClassCloseness, drive, normaliseRows, softmaxInPlace } from "../learner/index.ts"
import type { DenseMatrix, Design, EncodedRows } from "../learner/index.ts"
import { applyDenseScale } from "./dense-scale.ts"
import { embedTexts, embeddedText } from "./embedding.ts"
import type { Embedded } from "./embedding.ts"
import { explainByFeatures, explainByOmission } from "./explain.ts"
import type { LinearParts } from "./linear-parts.ts"
import { linearFiles } from "./linear-parts.ts"
import { answered, failed } from "./outcomes.ts"
import type { Resources } from "./rung.ts"

/** Rows compared with all known ones between two pauses. */
const pauseRows = 16

/** Class scores of rows, with the work that they took. */
export interface ScoredRow {
  readonly logits: Float64Array
  readonly operations: number
  readonly tokens: number
  readonly isUsable: boolean
  readonly fault?: RowFault
}

type Embedder = () => Promise<EmbeddingModel>

/** A variant of fitted parts. */
export function linearVariant(parts: LinearParts, resources: Resources, embedder: Embedder): Variant {
  const { kind, classes, priors } = parts
  const maker = { by: kind, classes, prices: resources.prices }

  const outcomeOf = (row: KeyedRow, scored: ScoredRow): Outcome => {
    if (scored.fault !== undefined) return failed(maker, row.key, scored.fault)
    const scores = scored.isUsable ? scored.logits : Float64Array.from(priors)
    if (scored.isUsable) softmaxInPlace(scores)
    const { operations, tokens } = scored
    const modelId = parts.embedding?.modelId
    const read = modelId === undefined || tokens === 0 ? [] : [{ modelId, inputTokens: tokens, outputTokens: 0 }]
    return answered(maker, row.key, scores, { operations, tokens: read })
  }

  async function* run(batches: AsyncIterable<readonly KeyedRow[]>, options: RunOptions = {}) {
    for await (const batch of batches) {
      options.abortSignal?.throwIfAborted()
      const scored = await scoreRows(parts, batch.map((row) => row.input), resources, embedder, options.abortSignal)
      yield batch.map((row, i) => outcomeOf(row, scored[i] as ScoredRow))
    }
  }

  const explain = async (row: KeyedRow): Promise<Explanation> =>
    parts.embedding === undefined
      ? explainByFeatures(parts, row.input)
      : explainByOmission(parts, row.input, (rows) => scoreRows(parts, rows, resources, embedder))

  return { kind, holdsTrainingText: parts.closeness !== undefined, run, save: () => linearFiles(parts), explain }
}

/** Logits of rows: encoded, embedded (once), multiplied. */
async function scoreRows(
  parts: LinearParts,
  rows: readonly Row[],
  resources: Resources,
  embedder: Embedder,
  abortSignal?: AbortSignal,
): Promise<ScoredRow[]> {
  const encoded = await drive(parts.encoder.encodeSteps(rows), { abortSignal })
  const embedded = await embedRows(parts, rows, resources, embedder, abortSignal)
  const design: Design = {
    rows: rows.length,
    sparse: encoded.matrix,
    ...(parts.embedding === undefined || embedded === undefined
      ? {}
      : { dense: applyDenseScale(parts.embedding.scale, embedded.matrix) }),
  }
  const directions = design.dense === undefined ? undefined : normaliseRows(design.dense)
  const scored: ScoredRow[] = []
  for (let row = 0; row < rows.length; row++) {
    scored.push(withCloseness(parts, directions, row, scoreRow(parts, design, encoded, embedded, row)))
    if (parts.closeness === undefined || row % pauseRows !== pauseRows - 1) continue
    await setImmediate()
    abortSignal?.throwIfAborted()
  }
  return scored
}

/** Multiplies the scores by the closeness to known rows, where the variant has that part and the row a vector. */
function withCloseness(
  { closeness }: LinearParts,
  directions: DenseMatrix | undefined,
  row: number,
  scored: ScoredRow,
): ScoredRow {
  if (closeness === undefined || directions === undefined || closeness.rule.weight === 0) return scored
  const { columns, values } = directions
  const direction = values.subarray(row * columns, (row + 1) * columns)
  if (direction.every((value) => value === 0)) return scored
  const { index, labels, rule } = closeness
  addClassCloseness(index.similaritiesTo(direction), labels, rule, scored.logits)
  return { ...scored, operations: scored.operations + index.operations }
}

async function embedRows(
  { embedding, inputs }: LinearParts,
  rows: readonly Row[],
  { prices, budget }: Resources,
  embedder: Embedder,
  abortSignal?: AbortSignal,
): Promise<Embedded | undefined> {
  if (embedding === undefined) return undefined
  const texts = rows.map((row) => embeddedText(inputs, row))
  return embedTexts(await embedder(), texts, { prices, budget, abortSignal, expectedSize: embedding.scale.mean.length })
}

function scoreRow(
  { model, embedding }: LinearParts,
  design: Design,
  encoded: EncodedRows,
  embedded: Embedded | undefined,
  row: number,
): ScoredRow {
  const logits = new Float64Array(model.classes)
  const operations = (encoded.operations[row] as number) + model.logits(design, row, logits)
  const fault = embedded?.faults.get(row)
  const hasVector = embedding !== undefined && embedded?.isEmpty[row] === false
  return {
    logits,
    operations,
    tokens: embedded?.tokens[row] ?? 0,
    isUsable: (encoded.isUsable[row] as boolean) || hasVector,
    ...(fault === undefined ? {} : { fault }),
  }
}
