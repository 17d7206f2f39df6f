/** Compiling from a program: a function and examples in, a typed plan out. */
import type { AIFunction, Example, InputIssue, Outcome, Row } from "@daydream/engine/function"
import { defaultFractions } from "@daydream/engine/evaluation"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { spendDelta, type DeltaLedger, type RecordedAttempt } from "../certificate/index.ts"
import { createPlan, type Plan, type PlanManifest } from "../plan/index.ts"
import { compileTask, type Compilation } from "./compile.ts"
import { compileErrors } from "./errors.ts"
import type { CompileOptions } from "./options.ts"
import { savePlan } from "./save.ts"

/** A labelled example in the program's own types. */
export interface LabelledInput {
  readonly input: Readonly<Record<string, unknown>>
  /** A class, or true and false where the output is a boolean. */
  readonly output: string | boolean
}

/** Options of {@link compile}; all but the target have defaults. */
export type LibraryOptions = Pick<CompileOptions, "target"> & Partial<Omit<CompileOptions, "name" | "target">>

/** A row with its typed answer. */
export interface TypedOutcome<Output> extends Outcome {
  readonly input: Row
  /** The answer in the function's type; null where the row was left to people or failed. */
  readonly value: Output | null
}

/** A compiled function. */
export interface CompiledFunction<Input, Output> extends Omit<Compilation, "variant"> {
  readonly plan: Plan
  /** Answers one input. */
  call(input: Input): Promise<TypedOutcome<Output>>
  /** Answers many, in order, at constant memory. */
  run(inputs: AsyncIterable<Input> | Iterable<Input>): AsyncIterable<TypedOutcome<Output>>
  /** Writes the plan as a folder, for `loadPlan` and `daydream run`. */
  save(folder: string): Promise<PlanManifest>
}

/**
 * Compiles `fn` from examples: measures ways of answering from the cheapest up, and certifies the one that is chosen.
 *
 *     const compiled = await compile(isSpam, examples, { target: 0.97 })
 *     for await (const { value, confidence } of compiled.run(mails)) …
 *
 * Without `ledger`, attempts on the same rows are remembered as long as the process lives. Throws what
 * {@link compileTask} throws, and `bad_example` for an example that does not fit the function.
 */
export async function compile<Input, Output>(
  fn: AIFunction<Input, Output>,
  examples: Iterable<LabelledInput>,
  options: LibraryOptions,
): Promise<CompiledFunction<Input, Output>> {
  const full: CompileOptions = { ...libraryDefaults(), ...options, name: fn.name }
  const { signature, instruction } = fn
  const task = instruction === undefined ? { signature } : { signature, instruction }
  const rows = await Promise.all([...examples].map((example, i) => toExample(fn, example, i)))
  const { variant, ...compilation } = await compileTask(fn.name, task, rows, full)
  const plan = createPlan({ name: fn.name, task, variant, prices: full.prices })
  async function* run(inputs: AsyncIterable<Input> | Iterable<Input>): AsyncIterable<TypedOutcome<Output>> {
    for await (const outcome of plan.run(parsed(fn, inputs))) yield { ...outcome, value: valueOf(fn, outcome) }
  }
  return {
    ...compilation,
    plan,
    run,
    call: async (input) => {
      for await (const outcome of run([input])) return outcome
      throw new Error("A plan gave no outcome for a row.")
    },
    save: (folder) => {
      const save = { now: full.now(), currency: full.prices.currency, metric: full.metric.name }
      return savePlan(folder, { ...compilation, variant }, save)
    },
  }
}

/** A ledger that forgets with the process. */
function createMemoryLedger(): DeltaLedger {
  const made: RecordedAttempt[] = []
  return {
    attempts: async () => made,
    begin: async ({ createdAt, ...attempt }) => {
      const spend = spendDelta(made, attempt)
      if (!spend.isRepeated) made.push({ ...attempt, attempt: spend.attempt, deltaSpent: spend.deltaSpent, createdAt })
      return spend
    },
  }
}

// One a process: a second compilation on the same rows knows of the first.
const sharedLedger: DeltaLedger = createMemoryLedger()

const libraryDefaults = (): Omit<CompileOptions, "name" | "target"> => ({
  metric: { name: "accuracy" },
  delta: 0.05,
  all: false,
  abstain: true,
  other: false,
  fractions: defaultFractions,
  modelRows: 200,
  seconds: Number.POSITIVE_INFINITY,
  seed: 1,
  prices: defaultPrices,
  budget: createBudget(null),
  ledger: sharedLedger,
  suggest: "never",
  now: Date.now,
})

async function toExample<I, O>(fn: AIFunction<I, O>, { input, output }: LabelledInput, index: number): Promise<Example> {
  const key = String(index + 1)
  const parsed = await fn.parseInput(input)
  if (parsed.issues !== undefined) throw compileErrors.bad_example({ example: key, problem: issueText(parsed.issues) })
  return { key, input: parsed.row, label: labelOf(fn, output, key) }
}

function labelOf<I, O>({ signature }: AIFunction<I, O>, output: string | boolean, key: string): string {
  const { classes, type } = signature.output
  // Of a boolean's classes in plain form the first means true; a Boolean schema names them "true" and "false".
  const label = typeof output === "boolean" && type === "boolean" && !classes.includes(String(output)) ? classes[output ? 0 : 1] : String(output)
  if (label === undefined || !classes.includes(label))
    throw compileErrors.bad_example({ example: key, problem: `"${String(output)}" is not one of ${classes.join(", ")}` })
  return label
}

async function* parsed<I, O>(fn: AIFunction<I, O>, inputs: AsyncIterable<I> | Iterable<I>): AsyncIterable<Row> {
  let number = 0
  for await (const input of inputs) {
    number++
    const parsed = await fn.parseInput(input)
    if (parsed.issues !== undefined) throw compileErrors.bad_input({ row: String(number), problem: issueText(parsed.issues) })
    yield parsed.row
  }
}

const issueText = (issues: readonly InputIssue[]) => issues.map(({ field, message }) => `${field}: ${message}`).join("; ")

const valueOf = <I, O>(fn: AIFunction<I, O>, outcome: Outcome): O | null =>
  outcome.status === "answered" && outcome.output !== null ? fn.toOutput(outcome.output) : null
