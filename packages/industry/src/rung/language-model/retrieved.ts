/** Asks a language model with the labelled examples that are most like the row. Holds training text. */
import type { Example, Explanation, KeyedRow, Reason, RowFault, RunOptions, Variant } from "@daydream/engine/function"
import { addUsage, operationUsage, tokenUsage } from "@daydream/engine/money"
import type { Usage } from "@daydream/engine/money"
import { createRandom, shuffle } from "@daydream/engine/random"
import { Neighbours } from "../../learner/index.ts"
import { embedTexts, embeddedText, embedderOf, requireAll } from "../embedding.ts"
import { failed } from "../outcomes.ts"
import { labelNumbers, priorsOf } from "../priors.ts"
import type { Resources, Rung, Task } from "../rung.ts"
import { askRow, emptyRowOutcome, languageModelOf, mapInOrder } from "./ask.ts"
import type { AskContext, Question } from "./ask.ts"
import { LexicalIndex } from "./lexical-index.ts"
import { buildPrompt } from "./prompt.ts"
import { languageOf, renderRow } from "./render.ts"
import { readRetrieved, retrievedFiles } from "./retrieved-parts.ts"
import type { RetrievedParts } from "./retrieved-parts.ts"
import { neighboursWanted, retrieve } from "./retrieve.ts"
import type { Near, Retrieved } from "./retrieve.ts"
import { dataLanguage, languageRows, rowTokens } from "./zero-shot.ts"

const kind = "llm-retrieved"

/** Known examples kept at most; more are sampled. */
const mostExamples = 20_000

/** Examples in a prompt, and about how many tokens of each. */
const shownExamples = 10
const exampleTokens = 100

/** Classes to choose among, where there are more. */
const mostCandidates = 20

/** Neighbours of rows, and what finding them took. */
interface Search {
  readonly near: readonly Near[]
  readonly usage: Usage
  readonly fault?: RowFault
}

type Searcher = (rows: readonly KeyedRow[], abortSignal?: AbortSignal) => Promise<readonly Search[]>

/** By characters and words of the rendered rows. */
function lexicalSearcher(parts: RetrievedParts): Searcher {
  let built: LexicalIndex | undefined
  return async (rows) => {
    built ??= new LexicalIndex(parts.known.map(({ text }) => text))
    const index = built
    return rows.map((row) => {
      const { neighbours, operations } = index.nearest(renderRow(parts.inputs, row.input, rowTokens), neighboursWanted)
      return { near: neighbours, usage: operationUsage(operations) }
    })
  }
}

/** By the embedder that the examples were embedded with. */
function embeddingSearcher(parts: RetrievedParts, embedding: NonNullable<RetrievedParts["embedding"]>, resources: Resources): Searcher {
  const { prices, budget } = resources
  const { modelId, vectors } = embedding
  const load = embedderOf(kind, resources.embedder, modelId)
  let built: Neighbours | undefined
  return async (rows, abortSignal) => {
    built ??= new Neighbours(vectors)
    const index = built
    const texts = rows.map((row) => embeddedText(parts.inputs, row.input))
    const { matrix, tokens, isEmpty, faults } =
      await embedTexts(await load(), texts, { prices, budget, abortSignal, expectedSize: vectors.columns })
    return rows.map((_, i) => {
      const fault = faults.get(i)
      const usage = addUsage(operationUsage(index.operations), tokenUsage(modelId, tokens[i] ?? 0, 0))
      if (fault !== undefined) return { near: [], usage, fault }
      const query = matrix.values.subarray(i * matrix.columns, (i + 1) * matrix.columns)
      // A row without text has no direction: it gets no examples.
      return { near: isEmpty[i] === true ? [] : index.nearest(query, neighboursWanted), usage }
    })
  }
}

function retrievedVariant(task: Task, parts: RetrievedParts, resources: Resources): Variant {
  const { signature: { inputs, output }, instruction } = task
  const { classes } = output
  const maker = { by: kind, classes, prices: resources.prices }
  const context: AskContext = { maker, field: output.name, model: languageModelOf(kind, resources, parts.modelId) }
  const search = parts.embedding === undefined ? lexicalSearcher(parts) : embeddingSearcher(parts, parts.embedding, resources)
  const { known, priors } = parts
  const limits = { examples: parts.shownExamples, candidates: parts.mostCandidates }
  const byFrequency = classes.map((_, index) => index).toSorted((a, b) => (priors[b] ?? 0) - (priors[a] ?? 0) || a - b)

  const choose = (text: string, found: Search): Retrieved =>
    retrieve(found.near, known, byFrequency, languageOf(text), limits)

  const questionOf = (text: string, found: Search): Question => {
    const { examples, candidates } = choose(text, found)
    const said = instruction === undefined ? {} : { instruction }
    const prompt = buildPrompt({
      language: parts.language, ...said, inputs, output,
      candidates: candidates.map((index) => classes[index] ?? ""),
      examples: examples.flatMap(({ row }) => {
        const example = known[row]
        return example === undefined ? [] : [{ text: example.text, label: classes[example.label] ?? "" }]
      }),
      row: text,
    })
    return { prompt, candidates, language: parts.language, usage: found.usage }
  }
  const outcomeOf = async (row: KeyedRow, found: Search, abortSignal?: AbortSignal) => {
    const text = renderRow(inputs, row.input, parts.rowTokens)
    if (text === "") return emptyRowOutcome(maker, row, priors)
    if (found.fault !== undefined) return failed(maker, row.key, found.fault)
    return askRow(context, row.key, questionOf(text, found), abortSignal)
  }

  async function* run(batches: AsyncIterable<readonly KeyedRow[]>, { abortSignal }: RunOptions = {}) {
    for await (const batch of batches) {
      abortSignal?.throwIfAborted()
      const found = await search(batch, abortSignal)
      yield await mapInOrder(batch, abortSignal, (row, index, signal) => outcomeOf(row, found[index] as Search, signal))
    }
  }

  const explain = async (row: KeyedRow): Promise<Explanation> => {
    const [found] = await search([row])
    const { output: answer, fault } = await outcomeOf(row, found as Search)
    const text = renderRow(inputs, row.input, parts.rowTokens)
    const { examples } = choose(text, found as Search)
    const reasons = examples.toReversed().flatMap(({ row: at, similarity }): readonly Reason[] => {
      const example = known[at]
      return example === undefined ? [] : [
        { kind: "example", text: example.text, weight: similarity, label: classes[example.label] ?? "" },
      ]
    })
    const note: readonly Reason[] = fault === undefined ? [] : [{ kind: "note", text: fault.texts.en }]
    return { output: answer ?? "", by: kind, reasons: [...note, ...reasons] }
  }
  return { kind, holdsTrainingText: true, run, save: () => retrievedFiles(parts), explain }
}

async function embedExamples(task: Task, examples: readonly Example[], resources: Resources): Promise<RetrievedParts["embedding"]> {
  if (resources.embedder === undefined) return undefined
  const { prices, budget, abortSignal, onProgress } = resources
  const model = await embedderOf(kind, resources.embedder)()
  const texts = examples.map(({ input }) => embeddedText(task.signature.inputs, input))
  const embedded = await embedTexts(model, texts, { prices, budget, abortSignal, onProgress })
  requireAll(model, texts, embedded)
  return embedded.matrix.columns === 0 ? undefined : { modelId: model.modelId, vectors: embedded.matrix }
}

async function fit(task: Task, examples: readonly Example[], resources: Resources): Promise<Variant> {
  resources.abortSignal?.throwIfAborted()
  const { inputs, output } = task.signature
  const { classes } = output
  const { modelId } = await languageModelOf(kind, resources)()
  const priors = priorsOf(labelNumbers(examples, classes), classes.length)
  const rendered = examples.map((example) => ({ example, text: renderRow(inputs, example.input, exampleTokens) }))
  const withText = rendered.filter(({ text }) => text !== "")
  const kept = withText.length <= mostExamples ? withText
    : shuffle(withText, createRandom(kind, "kept", resources.seed)).slice(0, mostExamples)
  const labels = labelNumbers(kept.map(({ example }) => example), classes)
  const known = kept.map(({ text }, i) => ({ text, label: labels[i] ?? 0, language: languageOf(text) }))
  const embedding = await embedExamples(task, kept.map(({ example }) => example), resources)
  const language = dataLanguage(known.slice(0, languageRows).map(({ text }) => text)) ?? "en"
  const parts: RetrievedParts = {
    kind, classes, inputs, modelId, language, known, priors, shownExamples, mostCandidates, rowTokens,
    ...(embedding === undefined ? {} : { embedding }),
  }
  return retrievedVariant(task, parts, resources)
}

/** The examples most like the row, of several classes; with many classes only those near the row are candidates. */
export const retrieved: Rung = {
  name: kind,
  needs: ["language-model"],
  mayUse: ["embedder"],
  minimumExamples: 4,
  fit,
  async load(task, files, resources) {
    return retrievedVariant(task, readRetrieved(kind, task.signature.output.classes, files), resources)
  },
}
