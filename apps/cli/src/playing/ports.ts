/** What a game's turns are decided with: a model where there is one, the author's words alone where there is none. */
import { join } from "node:path"
import type { Dream } from "@daydream/dream/bundle"
import { createMeaningChooser, createModelChooser, createModelSpeaker, createWordChooser, routingTexts } from "@daydream/dream/turn"
import type { Ports } from "@daydream/dream/turn"
import { openKeyedCache } from "@daydream/engine/artifact"
import type { KeyedCache } from "@daydream/engine/artifact"
import type { Language } from "@daydream/engine/language"
import { parseModelReference, providerFromEnvironment, withEmbeddingCache } from "@daydream/engine/model"
import type { EmbeddingModel } from "@daydream/engine/model"
import { createRuntime, defaultModels, locateModel } from "@daydream/runtime"
import type { CommandContext } from "../frame/index.ts"
import { createPullReporter } from "../models/index.ts"

export interface OpenPorts extends AsyncDisposable {
  readonly ports: Ports
}

interface PortChoice {
  /** An id, `none`, or nothing: then an embedded model is taken only where it is on this machine already. */
  readonly model: string | undefined
  readonly dream: Dream
  readonly language: Language
  readonly state: string
}

const wordsAlone: OpenPorts = { ports: { choose: createWordChooser() }, [Symbol.asyncDispose]: async () => undefined }

async function referenceOf({ environment }: CommandContext, named: string | undefined): Promise<string | null> {
  if (named === "none") return null
  if (named !== undefined) return named
  const server = providerFromEnvironment(environment)?.languageModelId
  if (server !== undefined) return server
  return (await locateModel(defaultModels.languageModel, { env: environment })) === undefined ? null : defaultModels.languageModel
}

/** Vectors of what the author wrote are kept on disk; of what the player says, nowhere. */
function keepingAuthored(model: EmbeddingModel, texts: readonly string[], cache: KeyedCache): EmbeddingModel {
  const authored = new Set(texts)
  const cached = withEmbeddingCache(model, cache)
  return {
    specificationVersion: "v4", provider: model.provider, modelId: model.modelId,
    maxEmbeddingsPerCall: model.maxEmbeddingsPerCall, supportsParallelCalls: model.supportsParallelCalls,
    doEmbed: (options) => (options.values.every((value) => authored.has(value)) ? cached : model).doEmbed(options),
  }
}

/** Opens the ports. A large model on a server words and talks; one of this machine reads meanings and words notes. */
export async function openPorts(context: CommandContext, { model: named, dream, language, state }: PortChoice): Promise<OpenPorts> {
  const reference = await referenceOf(context, named)
  if (reference === null) {
    if (dream.freedom === "talk")
      context.note({
        en: `This dream talks freely and needs a model. To have one here: daydream models pull ${defaultModels.languageModel}`,
        zh: `这个梦境可以自由对话，需要模型。在本机下载：daydream models pull ${defaultModels.languageModel}`,
      })
    return wordsAlone
  }
  const { kind, modelId } = parseModelReference(reference)
  const server = kind === "local" ? null : providerFromEnvironment(context.environment)
  if (server !== null) {
    const model = server.languageModel(modelId)
    return { ports: { choose: createModelChooser(model), say: createModelSpeaker(model) }, [Symbol.asyncDispose]: async () => undefined }
  }
  if (dream.freedom === "talk")
    context.note({
      en: `The embedded model ${modelId} is too small for free talk: it forgets and contradicts itself. A model on a server does better (DAYDREAM_MODEL_URL).`,
      zh: `内嵌模型 ${modelId} 太小，不适合自由对话：会前后矛盾。使用服务器上的模型效果更好（DAYDREAM_MODEL_URL）。`,
    })
  return openEmbedded(context, modelId, { dream, language, state })
}

async function openEmbedded(context: CommandContext, modelId: string, { dream, language, state }: Omit<PortChoice, "model">): Promise<OpenPorts> {
  const reporter = createPullReporter(context)
  const runtime = createRuntime({ env: context.environment, abortSignal: context.abortSignal, onProgress: (step) => reporter.onProgress(step) })
  const closing = new AbortController()
  const model = await runtime.languageModel(modelId)
  reporter.finish()
  const texts = routingTexts(dream, language)
  const cache = await openKeyedCache(join(state, "cache", "meanings"))
  const choose = createMeaningChooser(keepingAuthored(model.meanings, texts, cache))
  // In the background: until it is done, words stand in.
  const preparing = choose.prepare(texts, { abortSignal: closing.signal }).catch(() => undefined)
  return {
    ports: { choose, say: createModelSpeaker(model) },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await preparing
      await cache.close()
      await runtime.close()
    },
  }
}
