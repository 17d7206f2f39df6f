/** Asks a language model for one of several classes. */
import { isDaydreamError } from "../errors/index.ts"
import type { RowFault } from "../function/index.ts"
import type { Language } from "../language/index.ts"
import { addUsage, noUsage, tokenUsage } from "../money/index.ts"
import type { Usage } from "../money/index.ts"
import type { CallOptions, GenerateResult, MaybeScoringModel, Prompt } from "./model.ts"
import { countTokens } from "./usage.ts"

/** What is asked. The prompt must say what the classes are, and ask for the name of one alone. */
export interface GenerateClassOptions {
  readonly prompt: Prompt
  /** At least two different ones. */
  readonly classes: readonly string[]
  /** Name of the output, the field of a JSON answer; default "label". */
  readonly field?: string
  /** Language of the repair message; default English. */
  readonly language?: Language
  readonly abortSignal?: AbortSignal
}

/** The class that a model chose, or why it chose none. */
export interface ClassChoice {
  /** Position in `classes`; null where there is a fault. */
  readonly index: number | null
  /** One probability a class, summing to 1, where the model gives token probabilities; else null. */
  readonly probabilities: Float64Array | null
  readonly usage: Usage
  readonly fault?: RowFault
}

const MARKS = /^["'`“”‘’「」『』*]+|["'`“”‘’「」『』*.。!！]+$/gu

const normal = (text: string) =>
  text.normalize("NFKC").trim().replaceAll(MARKS, "").trim().replaceAll(/\s+/g, " ").toLowerCase()

/** The values that an answer may stand for: itself, or the value of a JSON string or one-field object within. */
function candidates(answer: string, field: string): readonly string[] {
  const bare = answer.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/i, "$1")
  try {
    const value: unknown = JSON.parse(bare)
    if (typeof value !== "object" || value === null) return [bare, String(value)]
    const fields = Object.entries(value)
    const found = fields.find(([name]) => name === field) ?? (fields.length === 1 ? fields[0] : undefined)
    return found === undefined || typeof found[1] === "object" ? [] : [String(found[1])]
  } catch {
    return [bare]
  }
}

/**
 * Position of the class that `answer` names, or null. Strict but for spaces, case, full-width letters, quotes, a final
 * stop, and JSON around it: a text that only mentions a class is no answer. An exact match goes before a tolerant one;
 * where two classes differ only in what is tolerated, the first is meant.
 */
export function readClass(answer: string, classes: readonly string[], field = "label"): number | null {
  for (const same of [(text: string) => text.trim(), normal]) {
    for (const candidate of candidates(answer, field)) {
      const index = classes.findIndex((name) => same(name) === same(candidate))
      if (index >= 0 && candidate.trim() !== "") return index
    }
  }
  return null
}

const repairText: Readonly<Record<Language, (classes: readonly string[]) => string>> = {
  en: (classes) =>
    `That is not one of the classes. Answer with exactly one of these and nothing else:\n${classes.join("\n")}`,
  zh: (classes) => `这不是给定的类别之一。请只回答下列类别中的一个，不要输出其他内容：\n${classes.join("\n")}`,
}

const textOf = (result: GenerateResult): string =>
  result.content.map((part) => (part.type === "text" ? part.text : "")).join("")

const notAClass = (answer: string): RowFault => ({
  code: "not_a_class",
  isRetryable: false,
  texts: {
    en: `The model answered "${answer.slice(0, 80)}", which is none of the classes.`,
    zh: `模型的回答“${answer.slice(0, 80)}”不是给定类别之一。`,
  },
})

function softmax(logits: readonly number[]): Float64Array {
  const top = Math.max(...logits)
  const masses = Float64Array.from(logits, (logit) => Math.exp(logit - top))
  const sum = masses.reduce((total, mass) => total + mass, 0)
  return masses.map((mass) => mass / sum)
}

/** By token probabilities; null where the model has none to give, or none of the classes was likely at all. */
async function chooseByScores(model: MaybeScoringModel, options: GenerateClassOptions): Promise<ClassChoice | null> {
  const { prompt, classes, abortSignal } = options
  try {
    const scores = await model.scoreContinuations?.({
      prompt, continuations: classes, ...(abortSignal === undefined ? {} : { abortSignal }),
    })
    if (scores === undefined) return null
    const usage = tokenUsage(model.modelId, scores.inputTokens, scores.outputTokens ?? 0)
    const [low, high] = [Math.min(...scores.logProbabilities), Math.max(...scores.logProbabilities)]
    // Also where all are impossible: the difference of two infinities is no number.
    if (!(high - low > 1e-9)) return { index: null, probabilities: null, usage }
    const probabilities = softmax(scores.logProbabilities)
    return { index: probabilities.indexOf(Math.max(...probabilities)), probabilities, usage }
  } catch (error) {
    if (isDaydreamError(error) && error.code === "no_token_probabilities") return null
    throw error
  }
}

/** Tokens of the longest class as JSON, with room for the field's name and white space. */
const answerTokens = (classes: readonly string[], field: string): number =>
  Math.max(...[...classes, field].map((text) => Buffer.byteLength(text))) + Buffer.byteLength(field) + 32

/**
 * Asks `model` for one of `classes`: by token probabilities where it has them, else for JSON by schema; a class name
 * without JSON is understood as well. An answer that is no class gets one chance of repair, then it is a fault of the
 * row. Whatever a text in the prompt says, the result is one of the classes or a fault. Errors of calls are thrown.
 */
export async function generateClass(model: MaybeScoringModel, options: GenerateClassOptions): Promise<ClassChoice> {
  const { prompt, classes, field = "label", language = "en", abortSignal } = options
  const scored = await chooseByScores(model, options)
  if (scored !== null && scored.index !== null) return scored
  let usage = scored?.usage ?? noUsage

  const ask = async (messages: Prompt): Promise<string> => {
    const call: CallOptions = {
      prompt: messages,
      temperature: 0,
      maxOutputTokens: answerTokens(classes, field),
      responseFormat: {
        type: "json",
        name: "answer",
        schema: {
          type: "object",
          properties: { [field]: { type: "string", enum: [...classes] } },
          required: [field],
          additionalProperties: false,
        },
      },
      ...(abortSignal === undefined ? {} : { abortSignal }),
    }
    const result = await model.doGenerate(call)
    const { inputTokens, outputTokens } = countTokens(model, call, result.usage, result.content)
    usage = addUsage(usage, tokenUsage(model.modelId, inputTokens, outputTokens))
    return textOf(result)
  }

  const first = await ask(prompt)
  const chosen = readClass(first, classes, field)
  if (chosen !== null) return { index: chosen, probabilities: null, usage }
  const second = await ask([
    ...prompt,
    { role: "assistant", content: [{ type: "text", text: first.slice(0, 500) || "…" }] },
    { role: "user", content: [{ type: "text", text: repairText[language](classes) }] },
  ])
  const repaired = readClass(second, classes, field)
  return repaired === null
    ? { index: null, probabilities: null, usage, fault: notAClass(second) }
    : { index: repaired, probabilities: null, usage }
}
