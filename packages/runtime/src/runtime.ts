/** Opens models by id, each once. */
import type { EmbeddingModel, LanguageModel, MeaningReader, TokenScorer } from "@daydream/engine/model"
import { entryOf, errors, locateModel, pullModel } from "./catalogue/index.ts"
import type { EmbedderEntry, InstalledModel, LanguageModelEntry, ModelEntry, PullOptions, PullProgress } from "./catalogue/index.ts"
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
}

/** Embedded models by id. A second call for an id gives the same model. */
export interface Runtime extends AsyncDisposable {
  languageModel(modelId: string): Promise<LanguageModel & TokenScorer & MeaningReader>
  embeddingModel(modelId: string): Promise<EmbeddingModel>
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
  const { threads, contextTokens, sequences } = options
  const close = async () => {
    const models = [...opened.values()]
    opened.clear()
    await Promise.all(models.map((model) => model.then((loaded) => loaded.close(), () => undefined)))
  }
  return {
    languageModel: async (modelId) => {
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
        })
      })
    },
    embeddingModel: async (modelId) => {
      demandKind(modelId, "embedder", options)
      return once(modelId, async () => {
        const installed = await install(modelId, options)
        if (!isEmbedder(installed)) throw errors.wrong_model_kind({ modelId, kind: installed.entry.kind, wanted: "embedder" })
        const { createOnnxEmbedder } = await import("./onnx/index.ts")
        return createOnnxEmbedder({ installed, ...(threads === undefined ? {} : { threads }) })
      })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
