/** Compiled functions of a folder, served as they are and replaced when their plans are. */
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import type { KeyedRow, Outcome, Row } from "@daydream/engine/function"
import { addUsage, createBudget, noUsage, priceOf } from "@daydream/engine/money"
import type { Nano, PriceList, Usage } from "@daydream/engine/money"
import type { JsonObject } from "@daydream/fabric/call"
import type { FunctionAnswer, FunctionHost, FunctionRun, ServedFunction } from "@daydream/fabric/gateway"
import type { Log } from "@daydream/fabric/observability"
import { wireErrors } from "@daydream/fabric/wire"
import { loadPlan } from "@daydream/industry/plan"
import type { LoadedPlan, PlanResources } from "@daydream/industry/plan"

export interface FunctionsOptions {
  readonly folder: string
  readonly resources: Pick<PlanResources, "embedder" | "languageModel">
  readonly prices: PriceList
  readonly log: Log
  /** Milliseconds between two looks at the folder; 2,000 unless set. */
  readonly lookMs?: number
}

const suffix = ".plan"
const named = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

interface Kept {
  /** Changes whenever the plan does. */
  readonly mark: string
  readonly plan: LoadedPlan
  readonly served: ServedFunction
  running: number
  isReplaced: boolean
}

export interface Functions extends FunctionHost, AsyncDisposable {
  /** Looks at the folder now. */
  refresh(): Promise<void>
}

/** Opens the plans `<folder>/<name>.plan`. A plan that cannot be read is told in the log; its older version goes on. */
export async function openFunctions(options: FunctionsOptions): Promise<Functions> {
  const kept = new Map<string, Kept>()
  const faulty = new Map<string, string>()
  let looking: Promise<void> | undefined

  const release = async (one: Kept) => {
    if (!one.isReplaced || one.running > 0) return
    await one.plan.close().catch((err: unknown) => options.log.warn({ err }, "a plan could not be closed"))
  }
  const drop = async (name: string) => {
    const one = kept.get(name)
    if (one === undefined) return
    kept.delete(name)
    one.isReplaced = true
    await release(one)
  }
  const load = async (name: string, mark: string) => {
    if (kept.get(name)?.mark === mark || faulty.get(name) === mark) return
    try {
      const resources = { ...options.resources, prices: options.prices, budget: createBudget(null) }
      const plan = await loadPlan(join(options.folder, `${name}${suffix}`), resources)
      const one: Kept = { mark, plan, running: 0, isReplaced: false, served: serve(name, plan, options.prices, {
        begin: () => void (one.running += 1),
        end: () => {
          one.running -= 1
          void release(one)
        },
      }) }
      await drop(name)
      kept.set(name, one)
      faulty.delete(name)
      options.log.info({ function: name }, "a function is served")
    } catch (err) {
      faulty.set(name, mark)
      options.log.warn({ err, function: name }, "a function's plan cannot be opened")
    }
  }
  const look = async () => {
    const marks = await marksOf(options.folder)
    for (const name of kept.keys()) if (!marks.has(name)) await drop(name)
    for (const name of faulty.keys()) if (!marks.has(name)) faulty.delete(name)
    for (const [name, mark] of marks) await load(name, mark)
  }
  const refresh = () => (looking ??= look().finally(() => {
    looking = undefined
  }))
  await refresh()
  const lookAgain = () => void refresh().catch((err: unknown) => {
    options.log.warn({ err }, "the functions' folder cannot be read")
  })
  const timer = setInterval(lookAgain, options.lookMs ?? 2_000)
  timer.unref()
  return {
    find: (name) => kept.get(name)?.served,
    names: () => [...kept.keys()],
    refresh,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking?.catch(() => undefined)
      for (const name of kept.keys()) await drop(name)
    },
  }
}

/** Plans of the folder, by name, with what changes when they do. No folder: no functions. */
async function marksOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
    throw error
  })
  const marks = new Map<string, string>()
  for (const entry of entries) {
    const name = entry.name.slice(0, -suffix.length)
    if (!entry.name.endsWith(suffix) || !named.test(name)) continue
    const facts = await stat(join(folder, entry.name, "plan.json")).catch(() => undefined)
    if (facts !== undefined) marks.set(name, `${facts.ino} ${facts.mtimeMs} ${facts.size}`)
  }
  return marks
}

function serve(
  name: string, plan: LoadedPlan, prices: PriceList, use: { readonly begin: () => void; readonly end: () => void },
): ServedFunction {
  const { inputs } = plan.task.signature
  const [only] = inputs
  const mostOfRow = mostTokensOfRow(plan)
  const mostCost = mostCostOfRow(plan, prices)
  return {
    name,
    textInput: inputs.length === 1 && only?.type === "text" ? only.name : null,
    mostCost: (rows) => mostCost * BigInt(rows.length),
    mostTokens: (rows) => ({ input: mostOfRow.input * rows.length, output: mostOfRow.output * rows.length }),
    run: async (rows, { signal }) => {
      const keyed = rows.map((row, at) => keyedRow(plan, row, at))
      use.begin()
      try {
        const outcomes: Outcome[] = []
        for await (const batch of plan.runBatches(inBatches(keyed), { abortSignal: signal })) outcomes.push(...batch)
        return runOf(outcomes, prices)
      } finally {
        use.end()
      }
    },
  }
}

/** The row in the plan's own inputs; what it does not have is missing, what the plan does not know is refused. */
function keyedRow({ task: { signature } }: LoadedPlan, row: JsonObject, at: number): KeyedRow {
  const known = new Set(signature.inputs.map((input) => input.name))
  const unknown = Object.keys(row).find((name) => !known.has(name))
  if (unknown !== undefined) {
    const [told, inputs] = [unknown.slice(0, 100), [...known].join(", ")]
    throw wireErrors.bad_request({ param: "input", problem: {
      en: `there is no input "${told}"; the inputs are: ${inputs}.`, zh: `没有名为“${told}”的输入；现有输入：${inputs}。`,
    } })
  }
  const input = Object.fromEntries([...known].map((name) => [name, row[name] ?? null])) as Row
  return { key: String(at + 1), input }
}

async function* inBatches(rows: readonly KeyedRow[], size = 256): AsyncIterable<readonly KeyedRow[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}

function runOf(outcomes: readonly Outcome[], prices: PriceList): FunctionRun {
  const usage = addUsage(...outcomes.map((outcome) => outcome.usage))
  const sum = (side: "inputTokens" | "outputTokens") => usage.tokens.reduce((total, one) => total + one[side], 0)
  return {
    answers: outcomes.map(answerOf),
    tokens: {
      input: sum("inputTokens"), cachedInput: 0, cacheWrite: 0, imageInput: 0, audioInput: 0, output: sum("outputTokens"),
      reasoning: 0, audioOutput: 0, isEstimated: false,
    },
    cost: priceOf(usage, prices),
  }
}

const answerOf = ({ status, output, confidence, by, fault }: Outcome): FunctionAnswer => ({
  status, output, confidence, by, ...(fault === undefined ? {} : { fault: { code: fault.code, message: fault.texts.en } }),
})

/**
 * Tokens of one row at most. Prompts are cut to what an embedded model's conversation holds, whatever model is asked; an
 * answer out of form is asked again, after the same prompt.
 */
const mostPromptTokens = 4_096
const mostEmbeddedTokens = 512
const timesAsked = 2
/** Far beyond what the numerics of any rung count for one row. */
const mostOperations = 100_000_000

/** An answer is one class as JSON; a token is a byte or more. */
function mostAnswerTokens({ task: { signature: { output } } }: LoadedPlan): number {
  const longest = output.type === "enum" ? Math.max(0, ...output.classes.map((name) => Buffer.byteLength(JSON.stringify(name)))) : 16
  return longest + 2 * Buffer.byteLength(output.name) + 64
}

interface RowTokens {
  readonly embedded: number
  readonly prompt: number
  readonly answer: number
}

const rowTokens = (plan: LoadedPlan): RowTokens => ({
  embedded: plan.manifest.models.embedder === undefined ? 0 : mostEmbeddedTokens,
  ...(plan.manifest.models.languageModel === undefined ? { prompt: 0, answer: 0 }
    : { prompt: timesAsked * mostPromptTokens, answer: timesAsked * mostAnswerTokens(plan) }),
})

function mostTokensOfRow(plan: LoadedPlan): { readonly input: number; readonly output: number } {
  const { embedded, prompt, answer } = rowTokens(plan)
  return { input: embedded + prompt, output: answer }
}

/** What a row may cost at most. Whatever it costs beyond is the operator's: a tenant is charged no more. */
function mostCostOfRow(plan: LoadedPlan, prices: PriceList): Nano {
  const { embedder, languageModel } = plan.manifest.models
  const { embedded, prompt, answer } = rowTokens(plan)
  const most: Usage = addUsage(
    { ...noUsage, operations: mostOperations },
    embedder === undefined ? noUsage : { operations: 0, tokens: [{ modelId: embedder, inputTokens: embedded, outputTokens: 0 }] },
    languageModel === undefined ? noUsage : { operations: 0, tokens: [{ modelId: languageModel, inputTokens: prompt, outputTokens: answer }] },
  )
  return priceOf(most, prices)
}
