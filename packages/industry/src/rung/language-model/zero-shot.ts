/** Asks a language model with nothing but the instruction, the classes and the row: works without any label. */
import type { Example, Explanation, KeyedRow, RunOptions, Variant, VariantFiles } from "@daydream/engine/function"
import { languages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import { noUsage } from "@daydream/engine/money"
import { labelNumbers, priorsOf } from "../priors.ts"
import type { Resources, Rung, Task } from "../rung.ts"
import { headOf, jsonBytes } from "../variant-files.ts"
import type { VariantHead } from "../variant-files.ts"
import { askRow, emptyRowOutcome, languageModelOf, mapInOrder } from "./ask.ts"
import type { AskContext, Question } from "./ask.ts"
import { buildPrompt, systemMessage } from "./prompt.ts"
import { languageOf, renderRow } from "./render.ts"

const kind = "llm-zero-shot"
const formatVersion = 1

/** About how many tokens of a row the model reads; longer rows are cut. */
export const rowTokens = 800

interface Head extends VariantHead {
  readonly modelId: string
  /** Language of the prompt; left out where no data was seen: then the row's own. */
  readonly language?: Language
  readonly rowTokens: number
  /** Frequencies of the classes, for rows that say nothing; left out where no label was seen. */
  readonly priors?: readonly number[]
  /** The prompt as it was, to be read by people; running builds it from the plan's signature. */
  readonly systemMessage: string
}

/** Language of the rows seen; undefined where they hold no letters. Names of columns and classes often differ in it. */
export function dataLanguage(texts: readonly string[]): Language | undefined {
  const said = texts.join("\n")
  return /\p{L}/u.test(said) ? languageOf(said) : undefined
}

function zeroShotVariant(task: Task, head: Head, resources: Resources): Variant {
  const { signature: { inputs, output }, instruction } = task
  const { classes } = output
  const maker = { by: kind, classes, prices: resources.prices }
  const context: AskContext = { maker, field: output.name, model: languageModelOf(kind, resources, head.modelId) }
  const priors = head.priors === undefined ? undefined : Float64Array.from(head.priors)

  const questionOf = (text: string): Question => {
    const language = head.language ?? languageOf(text)
    const said = instruction === undefined ? {} : { instruction }
    const prompt = buildPrompt({ language, ...said, inputs, output, candidates: classes, examples: [], row: text })
    return { prompt, candidates: classes.map((_, index) => index), language, usage: noUsage }
  }
  const outcomeOf = async (row: KeyedRow, abortSignal?: AbortSignal) => {
    const text = renderRow(inputs, row.input, head.rowTokens)
    return text === "" ? emptyRowOutcome(maker, row, priors) : askRow(context, row.key, questionOf(text), abortSignal)
  }

  async function* run(batches: AsyncIterable<readonly KeyedRow[]>, { abortSignal }: RunOptions = {}) {
    for await (const batch of batches) {
      abortSignal?.throwIfAborted()
      yield await mapInOrder(batch, abortSignal, (row, _, signal) => outcomeOf(row, signal))
    }
  }

  const explain = async (row: KeyedRow): Promise<Explanation> => {
    const { output: answer, fault } = await outcomeOf(row)
    const text = fault?.texts.en ?? systemMessage({
      language: head.language ?? "en", ...(instruction === undefined ? {} : { instruction }), inputs, output, candidates: classes,
    })
    return { output: answer ?? "", by: kind, reasons: [{ kind: "note", text }] }
  }

  const save = (): VariantFiles => ({ "variant.json": jsonBytes(head) })
  return { kind, holdsTrainingText: false, run, save, explain }
}

/** Texts that tell the language of the data. */
export const languageRows = 50

async function fit(task: Task, examples: readonly Example[], resources: Resources): Promise<Variant> {
  resources.abortSignal?.throwIfAborted()
  const { inputs, output } = task.signature
  const { classes } = output
  const { modelId } = await languageModelOf(kind, resources)()
  const language = dataLanguage(examples.slice(0, languageRows).map(({ input }) => renderRow(inputs, input, 60)))
  const priors = examples.length === 0 ? {} : { priors: [...priorsOf(labelNumbers(examples, classes), classes.length)] }
  const prompt = systemMessage({
    language: language ?? "en", ...(task.instruction === undefined ? {} : { instruction: task.instruction }), inputs, output,
    candidates: classes,
  })
  const head: Head = {
    kind, formatVersion, classes, modelId, ...(language === undefined ? {} : { language }), rowTokens, ...priors,
    systemMessage: prompt,
  }
  return zeroShotVariant(task, head, resources)
}

/** Instruction, glossary, class names and the row; by token probabilities where the model has them. */
export const zeroShot: Rung = {
  name: kind,
  needs: ["language-model"],
  minimumExamples: 0,
  fit,
  async load(task, files, resources) {
    const head = headOf<Head>(files, { kind, formatVersion, classes: task.signature.output.classes })
    const isKnown = head.language === undefined || languages.includes(head.language)
    return zeroShotVariant(task, isKnown ? head : { ...head, language: "en" }, resources)
  },
}
