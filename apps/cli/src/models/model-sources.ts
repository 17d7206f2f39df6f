/** Which models a command uses, and how they are opened: embedded ones by the runtime, others on the user's server. */
import { join } from "node:path"
import { openKeyedCache, type KeyedCache } from "@daydream/engine/artifact"
import {
  parseModelReference, providerFromEnvironment, withBudget, withCache, withEmbeddingBudget, withEmbeddingCache,
  withEmbeddingRetry, withRetry, type EmbeddingModel, type MaybeScoringModel, type ServerModels,
} from "@daydream/engine/model"
import type { Budget, PriceList } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"
import type { ModelSource } from "@daydream/industry/compile"
import { catalogue, createRuntime, type Runtime } from "@daydream/runtime"
import type { CommandContext } from "../frame/index.ts"
import { modelErrors } from "./errors.ts"
import { createPullReporter } from "./pull-reporter.ts"

export interface ModelSourcesOptions {
  readonly prices: PriceList
  readonly budget: Budget
  /** Folder that keeps answers and vectors, so that nothing is paid for twice. */
  readonly cacheFolder: string
  /** False: vectors are not kept on disk, as where millions of rows are each embedded once. Default true. */
  readonly keepsVectors?: boolean
}

/** Models opened on first use, cached on disk, retried and held to the budget. Dispose of it to free them. */
export interface ModelSources extends AsyncDisposable {
  languageModel(reference: string): ModelSource<MaybeScoringModel>
  embedder(reference: string): ModelSource<EmbeddingModel>
}

/** "qwen2.5-coder-1.5b" and "local/qwen2.5-coder-1.5b" are the embedded model; every other id is one of the user's server. */
export function canonicalReference(reference: string): string {
  const isEmbedded = catalogue.some((entry) => entry.id === reference.trim())
  return isEmbedded ? `local/${reference.trim()}` : reference.trim()
}

/** Makes the sources for one command. */
export function createModelSources(context: CommandContext, options: ModelSourcesOptions): ModelSources {
  const reporter = createPullReporter(context)
  const runtime = createRuntime({ env: context.environment, abortSignal: context.abortSignal, onProgress: (step) => reporter.onProgress(step) })
  const retry = { random: createRandom("retry", process.pid) }
  let opening: Promise<KeyedCache> | undefined
  const openCache = () => (opening ??= openKeyedCache(join(options.cacheFolder, "models")))
  const languageModel = async (reference: string) => {
    const model = await openLanguageModel(runtime, context, reference)
    reporter.finish()
    return withCache(withRetry(withBudget(model, options), retry), await openCache())
  }
  const embedder = async (reference: string) => {
    const model = await openEmbedder(runtime, context, reference)
    reporter.finish()
    const reliable = withEmbeddingRetry(withEmbeddingBudget(model, options), retry)
    return options.keepsVectors === false ? reliable : withEmbeddingCache(reliable, await openCache())
  }
  return {
    languageModel: (name) => source(canonicalReference(name), languageModel),
    embedder: (name) => source(canonicalReference(name), embedder),
    async [Symbol.asyncDispose]() {
      await runtime.close()
      await (await opening)?.close()
    },
  }
}

function source<M>(reference: string, open: (reference: string) => Promise<M>): ModelSource<M> {
  let opened: Promise<M> | undefined
  return { reference, open: () => (opened ??= open(reference)) }
}

async function openLanguageModel(runtime: Runtime, context: CommandContext, reference: string): Promise<MaybeScoringModel> {
  const { kind, modelId } = parseModelReference(reference)
  return kind === "local" ? runtime.languageModel(modelId) : serverFor(context, modelId).languageModel(modelId)
}

async function openEmbedder(runtime: Runtime, context: CommandContext, reference: string): Promise<EmbeddingModel> {
  const { kind, modelId } = parseModelReference(reference)
  return kind === "local" ? runtime.embeddingModel(modelId) : serverFor(context, modelId).embeddingModel(modelId)
}

function serverFor(context: CommandContext, modelId: string): ServerModels {
  const server = providerFromEnvironment(context.environment)
  if (server === null) throw modelErrors.no_model_server({ modelId })
  return server
}
