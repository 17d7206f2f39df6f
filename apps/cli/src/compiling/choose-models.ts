/** Which models a compilation may use where the user names none. */
import { providerFromEnvironment } from "@daydream/engine/model"
import type { CompileOptions } from "@daydream/industry/compile"
import { defaultModels, locateModel } from "@daydream/runtime"
import type { CommandContext } from "../frame/index.ts"
import type { ModelSources } from "../models/index.ts"
import type { CompileCommandOptions } from "../options/index.ts"
import type { Material } from "./read.ts"

const chineseEmbedder = "multilingual-e5-small"

/**
 * The embedder is small and is fetched when a rung needs it; a language model is large and is used only where it is
 * already here, named, or on the user's server.
 */
export async function chooseModels(
  context: CommandContext,
  command: CompileCommandOptions,
  material: Material,
  sources: ModelSources,
): Promise<Pick<CompileOptions, "embedder" | "languageModel">> {
  const server = providerFromEnvironment(context.environment)
  const languageModel = command.model ?? server?.languageModelId ?? (await installed(context, defaultModels.languageModel))
  const embedder = await embedderFor(context, command, material, server?.embeddingModelId)
  return {
    ...(embedder === undefined ? {} : { embedder: sources.embedder(embedder) }),
    ...(languageModel === undefined ? {} : { languageModel: sources.languageModel(languageModel) }),
  }
}

async function embedderFor(
  context: CommandContext,
  command: CompileCommandOptions,
  material: Material,
  onServer: string | undefined,
): Promise<string | undefined> {
  if (command.embedder === false) return undefined
  if (typeof command.embedder === "string") return command.embedder
  if (onServer !== undefined) return onServer
  const chinese = isMainlyChinese(material) ? await installed(context, chineseEmbedder) : undefined
  return chinese ?? defaultModels.embeddingModel
}

const installed = async (context: CommandContext, modelId: string) =>
  (await locateModel(modelId, { env: context.environment })) === undefined ? undefined : modelId

const sampleRows = 200

/** More Han characters than Latin letters in the first rows. */
function isMainlyChinese({ examples, unlabelled, signature }: Material): boolean {
  const rows = [...examples.slice(0, sampleRows), ...unlabelled.slice(0, sampleRows)]
  const text = rows.map((row) => signature.inputs.map((field) => row.input[field.name] ?? "").join(" ")).join(" ")
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  return count(/\p{Script=Han}/gu) * 2 > count(/\p{Script=Latin}/gu)
}
