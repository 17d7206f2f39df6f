/** Which models the user has set up, by environment variables. */
import { modelErrors } from "./errors.ts"
import type { EmbeddingModel, MaybeScoringModel } from "./model.ts"
import { createOpenAICompatibleProvider } from "./openai-compatible.ts"
import type { OpenAICompatibleOptions } from "./openai-compatible.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What a user named: an embedded model, or a model of a server. */
export type ModelReference =
  | { readonly kind: "local"; readonly modelId: string }
  | { readonly kind: "server"; readonly modelId: string }

/** Reads "local/qwen2.5-coder-1.5b" (embedded) or any other id (of the user's server). Throws `bad_model_reference`. */
export function parseModelReference(text: string): ModelReference {
  const trimmed = text.trim()
  const [, modelId] = /^local\/(.*)$/.exec(trimmed) ?? []
  if (trimmed === "" || modelId === "" || /[\s\p{Cc}]/u.test(trimmed)) throw modelErrors.bad_model_reference({ text })
  return modelId === undefined ? { kind: "server", modelId: trimmed } : { kind: "local", modelId }
}

/** Models of the user's servers. */
export interface ServerModels {
  /** `modelId` in place of the one that is set. Scores where the server reports token probabilities. */
  languageModel(modelId?: string): MaybeScoringModel
  embeddingModel(modelId?: string): EmbeddingModel
  /** Ids as set, undefined where there is none. */
  readonly languageModelId?: string
  readonly embeddingModelId?: string
}

const get = (environment: Environment, name: string): string | undefined => environment[name]?.trim() || undefined

/**
 * The servers named by `DAYDREAM_MODEL_URL`, `_KEY`, `_NAME`, and by `DAYDREAM_EMBEDDER_URL`, `_KEY`, `_NAME`; an
 * embedder without a URL of its own is on the model's server and uses its key. Null where neither URL is set. Throws
 * `model_setting_missing` where a model is asked for whose URL or name is not set.
 */
export function providerFromEnvironment(
  environment: Environment, more: Omit<OpenAICompatibleOptions, "baseUrl"> = {},
): ServerModels | null {
  const model = { url: get(environment, "DAYDREAM_MODEL_URL"), key: get(environment, "DAYDREAM_MODEL_KEY") }
  const ownUrl = get(environment, "DAYDREAM_EMBEDDER_URL")
  // A key is never sent to another server than the one that it was set for.
  const embedder = ownUrl === undefined
    ? { url: model.url, key: get(environment, "DAYDREAM_EMBEDDER_KEY") ?? model.key }
    : { url: ownUrl, key: get(environment, "DAYDREAM_EMBEDDER_KEY") }
  if (model.url === undefined && embedder.url === undefined) return null
  const languageModelId = get(environment, "DAYDREAM_MODEL_NAME")
  const embeddingModelId = get(environment, "DAYDREAM_EMBEDDER_NAME")
  const need = (value: string | undefined, variable: string, given: string): string => {
    if (value === undefined) throw modelErrors.model_setting_missing({ variable, given })
    return value
  }
  const providerAt = (url: string, key: string | undefined) =>
    createOpenAICompatibleProvider({ ...more, baseUrl: url, ...(key === undefined ? {} : { apiKey: key }) })
  return {
    ...(languageModelId === undefined ? {} : { languageModelId }),
    ...(embeddingModelId === undefined ? {} : { embeddingModelId }),
    languageModel: (modelId) => {
      const url = need(model.url, "DAYDREAM_MODEL_URL", "DAYDREAM_EMBEDDER_URL")
      const id = need(modelId ?? languageModelId, "DAYDREAM_MODEL_NAME", "DAYDREAM_MODEL_URL")
      return providerAt(url, model.key).scoringModel(id)
    },
    embeddingModel: (modelId) => {
      const url = need(embedder.url, "DAYDREAM_EMBEDDER_URL", "DAYDREAM_EMBEDDER_NAME")
      const given = ownUrl === undefined ? "DAYDREAM_MODEL_URL" : "DAYDREAM_EMBEDDER_URL"
      const id = need(modelId ?? embeddingModelId, "DAYDREAM_EMBEDDER_NAME", given)
      return providerAt(url, embedder.key).embeddingModel(id)
    },
  }
}
