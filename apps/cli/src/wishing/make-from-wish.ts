/** `daydream dream make`: a wish becomes a dream's folder. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { crisisHelp } from "@daydream/dream/safety"
import { checkMade, colourOf, languageOfWish, makeDream, readSkeletons } from "@daydream/dream/wish"
import type { MadeDream } from "@daydream/dream/wish"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import type { Language } from "@daydream/engine/language"
import type { CommandContext } from "../frame/index.ts"
import { createModelSources } from "../models/index.ts"
import { ownDreams, readContentOptions, writeDream } from "../playing/index.ts"
import { makeErrors } from "./errors.ts"
import { tasteOf } from "./taste-of.ts"

export interface MakeCommandOptions {
  readonly state: string
  readonly out?: string
  readonly language?: Language
  readonly tone?: string
  readonly without?: string
  readonly model?: string
  readonly seed: string
}

/** Makes the dream and writes it; the document of `--json` says how each text came about. */
export async function makeFromWish(context: CommandContext, wish: string, options: MakeCommandOptions) {
  if (options.out !== undefined && existsSync(options.out)) throw makeErrors.folder_taken({ folder: options.out })
  const reference = options.model === "none" ? undefined : await modelFor(context, options.model)
  const without = readContentOptions(options.without)
  const taste = await tasteOf(context.environment, options.state)
  const language = options.language ?? taste.language ?? languageOfWish(wish)
  const colour = colourOf({ ...taste, without: [...new Set([...taste.without, ...without])] }, language, options.tone)
  const progress = context.progress({ en: "making a dream", zh: "正在造梦" }, { total: 100, unit: { en: "%", zh: "%" } })
  await using sources = createModelSources(context, { prices: defaultPrices, budget: createBudget(null), cacheFolder: join(options.state, "cache") })
  const model = reference === undefined ? undefined : await sources.languageModel(reference).open()
  const made = await makeDream(wish, {
    skeletons: readSkeletons, check: checkMade, seed: options.seed, modelName: reference ?? "none", abortSignal: context.abortSignal,
    language, colour, ...(model === undefined ? {} : { model }),
    onProgress: ({ share }) => progress.update(Math.round(share * 100)),
  })
  progress.dismiss()
  if (made === null) {
    context.print(crisisHelp)
    return { made: false, help: context.text(crisisHelp) }
  }
  const folder = options.out ?? join(ownDreams(options.state), made.id)
  if (existsSync(folder)) throw makeErrors.folder_taken({ folder })
  await writeDream(folder, made.files)
  tell(context, made, folder, options)
  return { made: true, folder, id: made.id, language: made.language, skeleton: made.skeleton, tone: colour.tone, without: colour.without ?? [], slots: made.slots, repaired: made.repaired }
}

function tell(context: CommandContext, made: MadeDream, folder: string, { out }: MakeCommandOptions): void {
  const byModel = made.slots.filter(({ by, slot }) => by === "model" && !made.repaired.includes(slot)).length
  context.print({
    en: `Made ${folder}: every ending can be reached; ${byModel} of ${made.slots.length} texts by the model, the others from the skeleton "${made.skeleton}".`,
    zh: `已生成 ${folder}：每个结局都能走到；${made.slots.length} 处文字中有 ${byModel} 处由模型写成，其余来自骨架“${made.skeleton}”。`,
  })
  context.print({ en: `AI-generated. Play it: daydream play ${out ?? made.id}`, zh: `内容由 AI 生成。开始玩：daydream play ${out ?? made.id}` })
}

/** The model that is named, that of the user's server, or an embedded one that is here already. */
async function modelFor(context: CommandContext, named: string | undefined): Promise<string | undefined> {
  const { providerFromEnvironment } = await import("@daydream/engine/model")
  const { defaultModels, locateModel } = await import("@daydream/runtime")
  if (named !== undefined) return named
  const server = providerFromEnvironment(context.environment)?.languageModelId
  if (server !== undefined) return server
  const isHere = (await locateModel(defaultModels.languageModel, { env: context.environment })) !== undefined
  if (!isHere)
    context.note({
      en: `There is no model on this machine: the texts come from the skeleton alone. To have one: daydream models pull ${defaultModels.languageModel}`,
      zh: `本机没有模型：文字全部来自骨架。下载模型：daydream models pull ${defaultModels.languageModel}`,
    })
  return isHere ? defaultModels.languageModel : undefined
}
