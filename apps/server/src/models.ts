/** Models of this process, opened when they are first called. */
import { parseModelReference, providerFromEnvironment } from "@daydream/engine/model"
import type { EmbeddingModel, MaybeScoringModel } from "@daydream/engine/model"
import type { Log } from "@daydream/fabric/observability"
import { createRuntime } from "@daydream/runtime"
import type { PullProgress, Runtime } from "@daydream/runtime"
import { serverErrors } from "./errors.ts"

type Environment = Readonly<Record<string, string | undefined>>

export interface Models extends AsyncDisposable {
  readonly runtime: Runtime
  /** Models as plans name them: `local/id` is one of this process, every other one of the server that the environment names. */
  readonly forPlans: {
    embedder(reference: string): Promise<EmbeddingModel>
    languageModel(reference: string): Promise<MaybeScoringModel>
  }
}

export function openModels(environment: Environment, log: Log): Models {
  const told = new Map<string, number>()
  const onProgress = ({ modelId, doneBytes, totalBytes }: PullProgress) => {
    // A line a tenth: a log is no progress bar.
    const tenth = totalBytes > 0 ? Math.floor((doneBytes * 10) / totalBytes) : 0
    if (told.get(modelId) === tenth) return
    told.set(modelId, tenth)
    log.info({ model: modelId, percent: tenth * 10 }, "a model is fetched")
  }
  const runtime = createRuntime({ env: environment, onProgress })
  const server = (modelId: string) => {
    const models = providerFromEnvironment(environment)
    if (models === null) throw serverErrors.no_model_server({ modelId })
    return models
  }
  return {
    runtime,
    forPlans: {
      embedder: async (reference) => {
        const { kind, modelId } = parseModelReference(reference)
        return kind === "local" ? runtime.embeddingModel(modelId) : server(modelId).embeddingModel(modelId)
      },
      languageModel: async (reference) => {
        const { kind, modelId } = parseModelReference(reference)
        return kind === "local" ? runtime.languageModel(modelId) : server(modelId).languageModel(modelId)
      },
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  }
}
