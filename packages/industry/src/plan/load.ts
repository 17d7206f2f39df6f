/** Opens a plan's folder. */
import type { Variant, VariantFiles } from "@daydream/engine/function"
import type { EmbeddingModel, LanguageModel, TokenScorer } from "@daydream/engine/model"
import { createBudget, defaultPrices, noUsage, tokenUsage, type Budget, type PriceList } from "@daydream/engine/money"
import { compositeKinds, loadComposite, variantKind, type EmbedRows } from "../cascade/index.ts"
import { embeddedText, embedTexts, type Resources, type Rung, type Task } from "../rung/index.ts"
import { createPlan } from "./create.ts"
import { planErrors } from "./errors.ts"
import { readManifest, readVariantFiles } from "./folder.ts"
import type { PlanManifest } from "./manifest.ts"
import type { Plan } from "./plan.ts"
import { allRungs } from "./rungs.ts"

/** What a plan may need to run; models are opened by the references in its manifest. */
export interface PlanResources {
  readonly embedder?: (reference: string) => Promise<EmbeddingModel>
  readonly languageModel?: (reference: string) => Promise<LanguageModel & Partial<TokenScorer>>
  readonly prices?: PriceList
  readonly budget?: Budget
  /** Frees what the two above opened; called by `plan.close`. */
  readonly close?: () => Promise<void>
}

export interface LoadedPlan extends Plan {
  readonly folder: string
  readonly manifest: PlanManifest
}

/** Loads the plan at `folder`. Throws `plan_not_found`, `plan_damaged`, `plan_too_new`, `model_needed`. */
export async function loadPlan(folder: string, resources: PlanResources = {}): Promise<LoadedPlan> {
  const manifest = await readManifest(folder)
  const files = await readVariantFiles(folder, manifest)
  const { prices, ...rest } = rungResources(manifest, resources)
  const variant = await loadVariant(files, manifest.task, { prices, ...rest })
  const options = { name: manifest.name, task: manifest.task, variant, prices }
  const plan = createPlan(resources.close === undefined ? options : { ...options, close: resources.close })
  return { ...plan, folder, manifest }
}

function rungResources({ models }: PlanManifest, resources: PlanResources): Resources {
  const { embedder, languageModel } = resources
  const needed = (what: "embedder" | "language model", modelId: string) => () =>
    Promise.reject(planErrors.model_needed({ what, modelId }))
  return {
    prices: resources.prices ?? defaultPrices,
    budget: resources.budget ?? createBudget(null),
    seed: 0,
    ...(models.embedder === undefined
      ? {}
      : { embedder: embedder?.bind(undefined, models.embedder) ?? needed("embedder", models.embedder) }),
    ...(models.languageModel === undefined
      ? {}
      : { languageModel: languageModel?.bind(undefined, models.languageModel) ?? needed("language model", models.languageModel) }),
  }
}

/** Rebuilds a variant of any kind: compositions by the cascade folder, the rest by the rung of that name. */
export async function loadVariant(files: VariantFiles, task: Task, resources: Resources): Promise<Variant> {
  const kind = variantKind(files)
  const inner = (nested: VariantFiles) => loadVariant(nested, task, resources)
  const rung: Rung | undefined = allRungs.find((one) => one.name === kind)
  if (rung !== undefined && !(compositeKinds as readonly string[]).includes(kind)) return rung.load(task, files, resources)
  return loadComposite(files, { loadVariant: inner, embed: embedRowsWith(task, resources), prices: resources.prices })
}

/** Vectors of rows by the embedder of `resources`, opened on first use. */
export function embedRowsWith(task: Task, resources: Resources): EmbedRows {
  return async (rows, options) => {
    if (resources.embedder === undefined) throw planErrors.model_needed({ what: "embedder", modelId: "" })
    const model = await resources.embedder()
    const texts = rows.map((row) => embeddedText(task.signature.inputs, row.input))
    const { prices, budget } = resources
    const { matrix, tokens } = await embedTexts(model, texts, { prices, budget, abortSignal: options?.abortSignal })
    return {
      vectors: rows.map((_, i) => matrix.values.subarray(i * matrix.columns, (i + 1) * matrix.columns)),
      usage: tokens.map((count) => (count === 0 ? noUsage : tokenUsage(model.modelId, count, 0))),
    }
  }
}
