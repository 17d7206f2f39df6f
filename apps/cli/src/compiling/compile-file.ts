/** Reads, compiles, saves and shows: the work of `daydream compile`. */
import { basename, extname, join } from "node:path"
import type { CertifiedMetric } from "@daydream/engine/evaluation"
import type { Signature } from "@daydream/engine/function"
import { createBudget, parseMoney } from "@daydream/engine/money"
import { openDeltaLedger } from "@daydream/industry/certificate"
import { compileTask, savePlan, type CompileOptions } from "@daydream/industry/compile"
import type { Task } from "@daydream/industry/rung"
import type { CommandContext } from "../frame/index.ts"
import { createModelSources, type ModelSources } from "../models/index.ts"
import { readPrices } from "../prices/index.ts"
import { compileReporter } from "../view/index.ts"
import { advisedKeys, rememberSample } from "./advice-state.ts"
import { chooseModels } from "./choose-models.ts"
import { compilationDocument } from "./document.ts"
import { showEstimate } from "./estimate.ts"
import { compileCommandErrors } from "./errors.ts"
import type { CompileCommandOptions } from "../options/index.ts"
import { readMaterial, type Material } from "./read.ts"
import { showCompilation } from "./result.ts"

const defaultTarget = 0.95

/** Compiles the table at `path`; what it returns is the JSON document of the command. */
export async function compileFile(context: CommandContext, path: string, command: CompileCommandOptions) {
  const prices = await readPrices(command.prices, command.state)
  const budget = createBudget(command.maxCost === undefined ? null : parseMoney(command.maxCost, prices.currency))
  const material = await readMaterial(context, path, command)
  const name = basename(path, extname(path))
  const folder = command.out ?? `${name}.plan`
  const cacheFolder = join(command.state, "cache")
  await using sources = createModelSources(context, { prices, budget, cacheFolder })
  const { signature } = material
  const task: Task = command.instruction === undefined ? { signature } : { signature, instruction: command.instruction }
  const options: CompileOptions = {
    ...(await optionsOf(context, command, material, sources)),
    name,
    prices,
    budget,
  }
  if (command.dryRun === true) return showEstimate(context, task, material, options)
  const compilation = await compileTask(name, task, material.examples, options)
  const { currency } = prices
  await savePlan(folder, compilation, { now: Date.now(), currency, metric: options.metric.name })
  await rememberSample(command.state, compilation.suggestions?.randomSample ?? [], signature)
  showCompilation(context, { compilation, folder, metric: options.metric.name, currency, budget })
  return compilationDocument(compilation, { folder, currency, spent: budget.spent, report: material.report })
}

async function optionsOf(
  context: CommandContext,
  command: CompileCommandOptions,
  material: Material,
  sources: ModelSources,
): Promise<Omit<CompileOptions, "name" | "prices" | "budget">> {
  const { fit, choose, certify } = (await import("@daydream/engine/evaluation")).defaultFractions
  return {
    target: command.target ?? defaultTarget,
    metric: metricOf(command, material.signature),
    delta: command.delta,
    all: command.all === true,
    ...(command.rungs === undefined ? {} : { rungs: command.rungs }),
    abstain: command.abstain,
    other: command.other === true,
    ...(command.time === undefined ? {} : { timeColumn: command.time }),
    ...(material.times === undefined ? {} : { times: material.times }),
    fractions: { fit, choose, certify },
    fitOnly: await advisedKeys(command.state, material.examples.filter(({ key }) => material.added.has(key)), material.signature),
    corrections: material.corrections,
    modelRows: command.modelRows,
    seconds: command.within ?? Number.POSITIVE_INFINITY,
    seed: command.seed,
    ...(await chooseModels(context, command, material, sources)),
    ledger: openDeltaLedger(join(command.state, "certificates")),
    unlabelled: material.unlabelled,
    suggest: "when-refused",
    abortSignal: context.abortSignal,
    onEvent: compileReporter(context),
    now: Date.now,
  }
}

function metricOf(command: CompileCommandOptions, { output }: Signature): CertifiedMetric {
  const { metric, positive } = command
  if (metric === "accuracy") return { name: "accuracy" }
  if (positive === undefined) throw compileCommandErrors.positive_needed({ metric, classes: output.classes })
  if (!output.classes.includes(positive)) throw compileCommandErrors.no_such_class({ given: positive, classes: output.classes })
  return { name: metric, positive }
}
