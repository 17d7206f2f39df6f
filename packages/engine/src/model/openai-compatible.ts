/** Any server with an OpenAI-compatible API as a provider of models. */
import { parseAddress } from "./address.ts"
import type { Resolve } from "./address.ts"
import { translateCallError } from "./call-error.ts"
import type { CallOrigin } from "./call-error.ts"
import { withCompleteAnswers } from "./complete-streams.ts"
import { modelErrors } from "./errors.ts"
import { createGuardedFetch } from "./guarded-fetch.ts"
import { loadSdk } from "./load-sdk.ts"
import type { EmbeddingModel, LanguageModel, ModelProvider, ScoreOptions, TokenScorer } from "./model.ts"
import { withStructuredFallback } from "./structured-output.ts"
import type { Quirks } from "./structured-output.ts"
import { readTokenSteps, scoreFromSteps } from "./top-logprobs.ts"
import { scoringOutputBound } from "./usage.ts"

/** Where a server is and how it is called. */
export interface OpenAICompatibleOptions {
  /** Where the API begins, e.g. "https://api.example.com/v1". */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer`; appears in no error and no log. */
  readonly apiKey?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Names the provider in usage and cache keys; default: the host. */
  readonly name?: string
  /** Longest silence of the server in milliseconds; default 300,000. */
  readonly idleTimeoutMs?: number
  /** Most texts in one embedding call; default 96 (some servers take only 10). */
  readonly maxEmbeddingsPerCall?: number
  readonly resolve?: Resolve
  readonly now?: () => number
}

/** Models of one server. */
export interface OpenAICompatibleProvider extends ModelProvider {
  /** The same model with the capability to score, for servers that report `top_logprobs`. */
  scoringModel(modelId: string): LanguageModel & TokenScorer
}

type Body = Record<string, unknown>

const requestBody = (quirks: Quirks, extra: Body) => (body: Body): Body => {
  const { max_tokens, temperature, ...rest } = body
  const field = quirks.usesMaxCompletionTokens ? "max_completion_tokens" : "max_tokens"
  const limit = max_tokens === undefined ? {} : { [field]: max_tokens }
  return { ...rest, ...limit, ...(temperature === undefined || quirks.refusesTemperature ? {} : { temperature }), ...extra }
}

/** A model that is made at its first call, with every error in our words. */
function lazyLanguageModel(
  provider: string, modelId: string, make: () => Promise<LanguageModel>, translate: (error: unknown) => unknown,
): LanguageModel {
  const guard = async <T>(call: (model: LanguageModel) => PromiseLike<T>): Promise<T> => {
    try {
      return await call(await make())
    } catch (error) {
      throw translate(error)
    }
  }
  return {
    specificationVersion: "v4", provider, modelId, supportedUrls: {},
    doGenerate: (options) => guard((model) => model.doGenerate(options)),
    doStream: (options) => guard((model) => model.doStream(options)),
  }
}

/**
 * Models of an OpenAI-compatible server: chat, streams, tools, structured output (by schema, in JSON mode, or in words,
 * as the server can), embeddings. A cut or failed stream fails; it never ends as a short success. Requests go to the
 * checked address alone. Throws `address_refused`; calls throw the `model_…` errors, with `isRetryable` set.
 */
export function createOpenAICompatibleProvider(options: OpenAICompatibleOptions): OpenAICompatibleProvider {
  const address = parseAddress(options.baseUrl)
  const { apiKey, headers = {}, now = Date.now } = options
  const name = (options.name ?? address.host).replaceAll(/[^A-Za-z0-9]+/g, "-")
  const fetch = createGuardedFetch({
    ...(options.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: options.idleTimeoutMs }),
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
  })
  const originOf = (modelId: string): CallOrigin =>
    ({ modelId, host: address.host, secrets: [apiKey ?? "", ...Object.values(headers)], now })
  const build = async (quirks: Quirks, extra: Body) => (await loadSdk()).createOpenAICompatible({
    baseURL: address.href,
    name,
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: { ...headers },
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: requestBody(quirks, extra),
  })
  const languageModelWith = (modelId: string, extra: Body) => {
    const quirks: Quirks = { usesMaxCompletionTokens: false, refusesTemperature: false }
    const translate = (error: unknown) => translateCallError(error, originOf(modelId))
    const make = async () => (await build(quirks, extra)).languageModel(modelId)
    const model = lazyLanguageModel(`${name}.chat`, modelId, make, translate)
    return withCompleteAnswers(withStructuredFallback(model, quirks), translate)
  }
  const languageModel = (modelId: string) => languageModelWith(modelId, {})
  return {
    languageModel,
    embeddingModel: (modelId) => {
      const quirks: Quirks = { usesMaxCompletionTokens: false, refusesTemperature: false }
      const make = async () => (await build(quirks, {})).embeddingModel(modelId)
      return lazyEmbeddingModel(`${name}.embedding`, make, options.maxEmbeddingsPerCall ?? 96, originOf(modelId))
    },
    scoringModel: (modelId) => ({
      ...languageModel(modelId),
      supportedUrls: {},
      scoreContinuations: scorer(modelId, (most) => languageModelWith(modelId, { logprobs: true, top_logprobs: most })),
    }),
  }
}

/** Servers allow 20 rivals a token (OpenAI, vLLM) or 5 (others). */
const RIVALS = [20, 5]

/** Scores by one short answer with the log probabilities of its tokens. Throws `no_token_probabilities`. */
function scorer(modelId: string, ask: (rivals: number) => LanguageModel): TokenScorer["scoreContinuations"] {
  const models = RIVALS.map(ask)
  let usable = 0
  return async ({ prompt, continuations, abortSignal }: ScoreOptions) => {
    for (; usable < models.length; usable++) {
      try {
        const result = await models[usable]?.doGenerate({
          prompt, temperature: 0, maxOutputTokens: scoringOutputBound(continuations),
          ...(abortSignal === undefined ? {} : { abortSignal }),
        })
        const steps = readTokenSteps(result?.response?.body)
        if (result === undefined) break
        if (steps === null) {
          usable = models.length
          const { inputTokens, outputTokens } = result.usage
          throw modelErrors.no_token_probabilities({
            modelId, inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0,
          })
        }
        return {
          logProbabilities: scoreFromSteps(steps, continuations),
          inputTokens: result.usage.inputTokens.total ?? 0,
          outputTokens: result.usage.outputTokens.total ?? steps.length,
        }
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "model_refused_request")) throw error
      }
    }
    throw modelErrors.no_token_probabilities({ modelId, inputTokens: 0, outputTokens: 0 })
  }
}

/** An embedder that is made at its first call; one vector a text, errors in our words. */
function lazyEmbeddingModel(
  provider: string, make: () => Promise<EmbeddingModel>, maxEmbeddingsPerCall: number, origin: CallOrigin,
): EmbeddingModel {
  const { modelId, host } = origin
  return {
    specificationVersion: "v4",
    provider,
    modelId,
    maxEmbeddingsPerCall,
    supportsParallelCalls: true,
    async doEmbed(options) {
      try {
        const result = await (await make()).doEmbed(options)
        if (result.embeddings.length !== options.values.length) {
          const detail = `${result.embeddings.length} vectors for ${options.values.length} texts`
          throw modelErrors.model_bad_response({ modelId, host, detail })
        }
        return result
      } catch (error) {
        throw translateCallError(error, origin)
      }
    },
  }
}
