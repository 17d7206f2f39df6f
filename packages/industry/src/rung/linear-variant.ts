/** Runs a softmax regression on rows. */
import type { Explanation, KeyedRow, Outcome, Row, RowFault, RunOptions, Variant } from "@daydream/engine/function"
import type { EmbeddingModel } from "@daydream/engine/model"
import { drive, softmaxInPlace } from "../learner/index.ts"
import type { Design, EncodedRows } from "../learner/index.ts"
import { applyDenseScale } from "./dense-scale.ts"
import { embedTexts, embeddedText } from "./embedding.ts"
import type { Embedded } from "./embedding.ts"
import { explainByFeatures, explainByOmission } from "./explain.ts"
import type { LinearParts } from "./linear-parts.ts"
import { linearFiles } from "./linear-parts.ts"
import { answered, failed } from "./outcomes.ts"
import type { Resources } from "./rung.ts"

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

  return { kind, holdsTrainingText: false, run, save: () => linearFiles(parts), explain }
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
  return rows.map((_, row) => scoreRow(parts, design, encoded, embedded, row))
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
