/** Rows through an embedding model: which text is embedded, in which batches, what it costs. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { InputField, Row, RowFault } from "@daydream/engine/function"
import { isMetered, shareTokens } from "@daydream/engine/model"
import type { EmbeddingModel } from "@daydream/engine/model"
import { isBilled, priceOf, tokenUsage } from "@daydream/engine/money"
import type { Budget, PriceList } from "@daydream/engine/money"
import { normaliseRows, textOf } from "../learner/index.ts"
import type { DenseMatrix } from "../learner/index.ts"
import { rungErrors } from "./errors.ts"

/** Texts sent in one call at most. */
const batchTexts = 64

/** Characters of a row that are embedded; models read no more than a part of it anyway. */
const embeddedCharacters = 8000

/**
 * The text of a row that is embedded: its text columns (all columns where none is text), named where there are several.
 * "" where all are missing.
 */
export function embeddedText(inputs: readonly InputField[], row: Row): string {
  const texts = inputs.filter((input) => input.type === "text")
  const used = texts.length > 0 ? texts : inputs
  const parts = used.flatMap(({ name }) => {
    const text = textOf(row[name])
    if (text === "") return []
    return [used.length === 1 ? text : `${name}: ${text}`]
  })
  return parts.join("\n").slice(0, embeddedCharacters)
}

/** What embedding calls use. */
export interface EmbeddingResources {
  readonly prices: PriceList
  readonly budget: Budget
  readonly abortSignal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  /** Columns that vectors must have: those of the vectors that the variant was fitted on. */
  readonly expectedSize?: number
}

/** Embedded texts. */
export interface Embedded {
  /** One vector of length 1 a text; zeros for an empty text and a failed one. No columns where all are empty. */
  readonly matrix: DenseMatrix
  /** Tokens that each text took; a text that came before took none again. */
  readonly tokens: readonly number[]
  /** True for a text that has no vector. */
  readonly isEmpty: readonly boolean[]
  /** Texts that the model refused, by position. */
  readonly faults: ReadonlyMap<number, RowFault>
}

interface Answer {
  readonly vector: readonly number[]
  readonly tokens: number
}

/**
 * Embeds each different text once, in batches of like length. A call that fails is tried again text by text, so that
 * one bad text spoils no other; where every text fails, the error is thrown.
 */
export async function embedTexts(
  model: EmbeddingModel,
  texts: readonly string[],
  resources: EmbeddingResources,
): Promise<Embedded> {
  const different = [...new Set(texts)].filter((text) => text !== "").toSorted((a, b) => a.length - b.length)
  const size = Math.min(batchTexts, Math.max(1, (await model.maxEmbeddingsPerCall) ?? batchTexts))
  const answers = new Map<string, Answer>()
  const failures = new Map<string, unknown>()
  for (let from = 0; from < different.length; from += size) {
    const batch = different.slice(from, from + size)
    await embedBatch(model, batch, resources, answers, failures)
    if (answers.size === 0 && failures.size > 0) throw wholeFailure(model, failures)
    resources.onProgress?.(from + batch.length, different.length)
  }
  return assemble(model, texts, answers, failures, resources.expectedSize)
}

async function embedBatch(
  model: EmbeddingModel,
  batch: readonly string[],
  resources: EmbeddingResources,
  answers: Map<string, Answer>,
  failures: Map<string, unknown>,
): Promise<void> {
  try {
    const found = await callModel(model, batch, resources)
    batch.forEach((text, i) => answers.set(text, found[i] as Answer))
  } catch (error) {
    resources.abortSignal?.throwIfAborted()
    if (isDaydreamError(error)) throw error
    if (batch.length === 1) failures.set(batch[0] as string, error)
    else for (const text of batch) await embedBatch(model, [text], resources, answers, failures)
  }
}

/** Bytes of the text bound its tokens; a few more for marks at both ends. */
const mostTokens = (text: string): number => Buffer.byteLength(text) + 8

async function callModel(
  model: EmbeddingModel,
  batch: readonly string[],
  { prices, budget, abortSignal }: EmbeddingResources,
): Promise<readonly Answer[]> {
  abortSignal?.throwIfAborted()
  const costOf = (tokens: number) => priceOf(tokenUsage(model.modelId, tokens, 0), prices)
  const worst = batch.reduce((sum, text) => sum + mostTokens(text), 0)
  // Embedded models run on this machine: their core-seconds are counted in the outcome, not taken from the money cap.
  // A model that already reserves in this budget is not charged a second time.
  const isPaid = !isMetered(model, budget) && isBilled(model.modelId, prices)
  const reservation = isPaid ? budget.reserve(costOf(worst)) : undefined
  try {
    const result = await model.doEmbed({ values: [...batch], ...(abortSignal === undefined ? {} : { abortSignal }) })
    const tokens = result.usage?.tokens ?? estimate(batch)
    reservation?.settle(costOf(tokens))
    checkVectors(model, batch, result.embeddings)
    return shareTokens(batch, tokens).map((share, i) => ({ vector: result.embeddings[i] as number[], tokens: share }))
  } catch (error) {
    reservation?.release()
    throw error
  }
}

/** Where the model does not say: a token for about four bytes. */
const estimate = (batch: readonly string[]): number =>
  batch.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4) + 2, 0)

function checkVectors(model: EmbeddingModel, batch: readonly string[], vectors: readonly (readonly number[])[]): void {
  const { modelId } = model
  const bad = (problem: string) => rungErrors.bad_embedding({ modelId, problem })
  if (vectors.length !== batch.length) throw bad(`${vectors.length} for ${batch.length} texts`)
  const size = vectors[0]?.length ?? 0
  if (size === 0) throw bad("they are empty")
  for (const vector of vectors) {
    if (vector.length !== size) throw bad("they differ in length")
    if (!vector.every(Number.isFinite)) throw bad("one holds a value that is no number")
  }
}

function assemble(
  model: EmbeddingModel,
  texts: readonly string[],
  answers: ReadonlyMap<string, Answer>,
  failures: ReadonlyMap<string, unknown>,
  expectedSize?: number,
): Embedded {
  const columns = expectedSize ?? answers.values().next().value?.vector.length ?? 0
  const values = new Float32Array(texts.length * columns)
  const faults = new Map<number, RowFault>()
  const counted = new Set<string>()
  const tokens = texts.map((text, row) => {
    const answer = answers.get(text)
    if (failures.has(text)) faults.set(row, faultOf(model, failures.get(text)))
    if (answer === undefined) return 0
    if (answer.vector.length !== columns) {
      const problem = `${answer.vector.length} columns instead of ${columns}`
      throw rungErrors.bad_embedding({ modelId: model.modelId, problem })
    }
    values.set(answer.vector, row * columns)
    const isFirst = !counted.has(text)
    counted.add(text)
    return isFirst ? answer.tokens : 0
  })
  const isEmpty = texts.map((text) => !answers.has(text))
  return { matrix: normaliseRows({ rows: texts.length, columns, values }), tokens, isEmpty, faults }
}

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const failureOf = (model: EmbeddingModel, error: unknown) =>
  rungErrors.embedding_failed({ modelId: model.modelId, problem: problemOf(error) }, error)

function faultOf(model: EmbeddingModel, error: unknown): RowFault {
  const { code, texts } = failureOf(model, error)
  return { code, texts: { en: texts.en.message, zh: texts.zh.message }, isRetryable: true }
}

const wholeFailure = (model: EmbeddingModel, failures: ReadonlyMap<string, unknown>) =>
  failureOf(model, failures.values().next().value)

/** Throws the first failure: a fit needs every text. */
export function requireAll(model: EmbeddingModel, texts: readonly string[], embedded: Embedded): void {
  const first = embedded.faults.entries().next().value
  if (first === undefined) return
  throw rungErrors.embedding_failed({ modelId: model.modelId, problem: `${first[1].texts.en} (row ${first[0] + 1})` })
}

/** Loads the embedder on first use and checks that it is the one that the variant was made with. */
export function embedderOf(
  rung: string,
  load: (() => Promise<EmbeddingModel>) | undefined,
  expectedId?: string,
): () => Promise<EmbeddingModel> {
  return async () => {
    if (load === undefined) throw rungErrors.no_embedder({ rung })
    const model = await load()
    if (expectedId !== undefined && model.modelId !== expectedId) {
      throw rungErrors.other_embedder({ expected: expectedId, found: model.modelId })
    }
    return model
  }
}
