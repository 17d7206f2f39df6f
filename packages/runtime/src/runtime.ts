/** Opens models by id, each once. */
import type { EmbeddingModel, LanguageModel, MeaningReader, TokenScorer } from "@daydream/engine/model"
import { entryOf, errors, locateModel, prefixFolder, pullModel } from "./catalogue/index.ts"
import type { EmbedderEntry, InstalledModel, LanguageModelEntry, ModelEntry, PullOptions, PullProgress } from "./catalogue/index.ts"
import { openPrefixStore } from "./prefixes/index.ts"
import type { LlamaModel } from "./llama/index.ts"
import type { OnnxEmbedder } from "./onnx/index.ts"

/** How a runtime opens models. */
export interface RuntimeOptions extends Omit<PullOptions, "onProgress"> {
  /** Hears of downloads. */
  readonly onProgress?: (progress: PullProgress) => void
  /** False: a model that is not on this machine is an error (`model_not_installed`). By default it is fetched. */
  readonly allowDownload?: boolean
  /** Threads that compute, for each model; by default one a core for embedders, one less for language models. */
  readonly threads?: number
  /** Tokens that one conversation with a language model may hold, prompt and answer; by default 4096. */
  readonly contextTokens?: number
  /** Conversations that a language model holds at once; by default 4. */
  readonly sequences?: number
  /**
   * Where language models keep what they have read of prompts' beginnings that are marked as lasting (see
   * `LlamaModelOptions`); by default 1 GiB in the cache folder. False: nowhere.
   */
  readonly prefixCache?: { readonly folder?: string; readonly capacity?: number } | false
}

/** Embedded models by id. A second call for an id gives the same model. */
export interface Runtime extends AsyncDisposable {
  languageModel(modelId: string): Promise<LanguageModel & TokenScorer & MeaningReader>
  /** An embedder; of a language model's id with `/meaning` behind it, what that model takes texts to mean. */
  embeddingModel(modelId: string): Promise<EmbeddingModel>
  /** Removes the saved beginnings of `scope`, or all, and what opened models hold of anything that they read. */
  forgetPrefixes(scope?: string): Promise<void>
  /** Frees every model that was opened. */
  close(): Promise<void>
}

type Opened = LlamaModel | OnnxEmbedder

const isEmbedder = (installed: InstalledModel): installed is InstalledModel & { entry: EmbedderEntry } =>
  installed.entry.kind === "embedder"

const isLanguageModel = (installed: InstalledModel): installed is InstalledModel & { entry: LanguageModelEntry } =>
  installed.entry.kind === "llm"

/** Checks the id and the kind before a gigabyte is fetched for nothing. */
function demandKind(modelId: string, wanted: ModelEntry["kind"], options: RuntimeOptions): ModelEntry {
  const entry = entryOf(modelId, options.catalogue)
  if (entry.kind !== wanted) throw errors.wrong_model_kind({ modelId, kind: entry.kind, wanted })
  return entry
}

async function install(modelId: string, options: RuntimeOptions): Promise<InstalledModel> {
  const installed = await locateModel(modelId, options)
  if (installed !== undefined) return installed
  if (options.allowDownload !== false) return pullModel(modelId, options)
  const bytes = entryOf(modelId, options.catalogue).files.reduce((sum, file) => sum + file.bytes, 0)
  throw errors.model_not_installed({ modelId, bytes })
}

/** Behind a language model's id: what it takes texts to mean. */
const meaningSuffix = "/meaning"

/** Makes a runtime. Nothing is loaded before a model is asked for. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const opened = new Map<string, Promise<Opened>>()
  const once = <M extends Opened>(modelId: string, open: () => Promise<M>): Promise<M> => {
    const known = opened.get(modelId) as Promise<M> | undefined
    if (known !== undefined) return known
    const opening = open()
    opened.set(modelId, opening)
    // A failed opening is not kept: the next call tries again.
    opening.catch(() => opened.delete(modelId))
    return opening
  }
  const { threads, contextTokens, sequences, prefixCache = {} } = options
  const prefixes = prefixCache === false ? undefined : { ...prefixCache, folder: prefixCache.folder ?? prefixFolder(options.env) }
  const close = async () => {
    const models = [...opened.values()]
    opened.clear()
    await Promise.all(models.map((model) => model.then((loaded) => loaded.close(), () => undefined)))
  }
  const languageModel: Runtime["languageModel"] = async (modelId) => {
    demandKind(modelId, "llm", options)
    return once(modelId, async () => {
      const installed = await install(modelId, options)
      if (!isLanguageModel(installed)) throw errors.wrong_model_kind({ modelId, kind: installed.entry.kind, wanted: "llm" })
      // The native library is loaded only where a language model is wanted.
      const { createLlamaModel } = await import("./llama/index.ts")
      return createLlamaModel({
        installed,
        ...(threads === undefined ? {} : { threads }),
        ...(contextTokens === undefined ? {} : { contextTokens }),
        ...(sequences === undefined ? {} : { sequences }),
        ...(prefixes === undefined ? {} : { prefixCache: prefixes }),
      })
    })
  }
  return {
    languageModel,
    embeddingModel: async (modelId) => {
      if (modelId.endsWith(meaningSuffix)) return (await languageModel(modelId.slice(0, -meaningSuffix.length))).meanings
      demandKind(modelId, "embedder", options)
      return once(modelId, async () => {
        const installed = await install(modelId, options)
        if (!isEmbedder(installed)) throw errors.wrong_model_kind({ modelId, kind: installed.entry.kind, wanted: "embedder" })
        const { createOnnxEmbedder } = await import("./onnx/index.ts")
        return createOnnxEmbedder({ installed, ...(threads === undefined ? {} : { threads }) })
      })
    },
    forgetPrefixes: async (scope) => {
      if (prefixes !== undefined) await openPrefixStore(prefixes).drop(scope)
      const models = await Promise.all([...opened.values()].map((model) => model.catch(() => undefined)))
      for (const model of models) if (model !== undefined && "forgetPrefixes" in model) await model.forgetPrefixes(scope)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
