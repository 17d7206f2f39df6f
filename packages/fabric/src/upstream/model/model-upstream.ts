/** Models in this process as an upstream that speaks OpenAI's chat and embeddings. */
import type { EmbeddingModelV4, LanguageModelV4 } from "@ai-sdk/provider"
import type { TokenScorer } from "@daydream/engine/model"
import { UpstreamFault } from "../fault.ts"
import type { Upstream } from "../upstream.ts"
import { refuse } from "./body-fault.ts"
import { chat } from "./chat.ts"
import type { ChatTraits } from "./chat.ts"
import { createDeadlines } from "./deadlines.ts"
import { embeddings } from "./embeddings.ts"
import { faultOf } from "./model-failure.ts"

/** Opens models by id; a second call for an id gives the same model. */
export interface ModelSource {
  languageModel(id: string): Promise<LanguageModelV4 & Partial<TokenScorer>>
  embeddingModel(id: string): Promise<EmbeddingModelV4>
}

interface ModelUpstreamOptions extends ModelSource, ChatTraits {
  readonly now?: (() => number) | undefined
}

function modelUpstream(options: ModelUpstreamOptions): Upstream {
  const { now = Date.now } = options
  return {
    dialects: ["openai-chat", "openai-embeddings"],
    acceptsPrefill: options.acceptsPrefill,
    call: async (request, { signal, timeouts }) => {
      const isEmbedding = request.dialect === "openai-embeddings"
      const deadlines = createDeadlines(signal, timeouts, request.isStream || (options.alwaysStreams && !isEmbedding))
      const secrets = { secret: null, hosts: [], body: request.body, model: request.model }
      // After an abort the model's own error is only an echo.
      const fault = (error: unknown) => {
        const told = error instanceof UpstreamFault ? error : deadlines.reason ?? faultOf(error, secrets, now(), deadlines.hasBegun)
        // Of a whole answer the caller has nothing before its end.
        return told instanceof UpstreamFault && told.failure.afterFirstToken && !request.isStream
          ? new UpstreamFault({ ...told.failure, afterFirstToken: false }, told.cause) : told
      }
      const context = { request, traits: options, deadlines, now, fault }
      try {
        if (isEmbedding) return await embeddings((id) => options.embeddingModel(id), context)
        if (request.dialect === "openai-chat") return await chat((id) => options.languageModel(id), context)
        throw refuse("unsupported_value", "The model does not have this interface.", 404)
      } catch (error) {
        const told = fault(error)
        // What still runs for this call has no more use.
        deadlines.cancel()
        deadlines.close()
        throw told
      }
    },
    close: async () => undefined,
  }
}

/**
 * Makes an upstream of the embedded models. They go on from a half-said answer, and batch calls that come together; a call
 * that is aborted ends after the batch that is under way. Who opened the models closes them.
 */
export const createEmbeddedUpstream = (source: ModelSource & { readonly now?: () => number }): Upstream =>
  modelUpstream({
    languageModel: (id) => source.languageModel(id), embeddingModel: (id) => source.embeddingModel(id), now: source.now,
    acceptsPrefill: true, reportsLogprobs: true, alwaysStreams: true,
  })

/** An AI SDK provider, of specification version 4. */
export interface SdkProvider {
  languageModel(id: string): LanguageModelV4
  embeddingModel(id: string): EmbeddingModelV4
}

/** Makes an upstream of an AI SDK provider, which keeps its own addresses and keys. */
export const createSdkUpstream = (
  provider: SdkProvider, options: { readonly acceptsPrefill?: boolean; readonly now?: () => number } = {},
): Upstream => modelUpstream({
  languageModel: async (id) => provider.languageModel(id), embeddingModel: async (id) => provider.embeddingModel(id), now: options.now,
  acceptsPrefill: options.acceptsPrefill ?? false, reportsLogprobs: false, alwaysStreams: false,
})
