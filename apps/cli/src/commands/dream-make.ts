/** `daydream dream make`: a personal dream from a wish. */
import { defineCommand } from "../frame/index.ts"
import type { MakeCommandOptions } from "../wishing/index.ts"

export const dreamMake = defineCommand<MakeCommandOptions>({
  name: "make",
  description: { en: "make a personal dream from a wish", zh: "用一个愿望生成个人梦境" },
  details: {
    en: "A story skeleton of ours is filled by a model, step by step; every text is checked, and the dream is played to all of its\nendings before you see it. Everything in it is marked as generated. Your taste takes part: the language and\nthe tone that you like, and what you do not want to read of. On the embedded model it takes minutes.",
    zh: "由模型逐步填写我们的故事骨架；每处文字都经过检查，并在交给你之前走通所有结局。\n其中的全部内容都会标明由 AI 生成。你的偏好会起作用：语言、语气，以及不想看到的内容。使用内嵌模型需要几分钟。",
  },
  arguments: [{ name: "<wish>", description: { en: "one or two sentences", zh: "一两句话" } }],
  options: [
    { flags: "--out <folder>", description: { en: "where to write it (default: dreams in the state folder)", zh: "写到哪里（默认为状态文件夹中的 dreams）" } },
    { flags: "--state <folder>", default: ".daydream", description: { en: "state folder", zh: "状态文件夹" } },
    { flags: "--language <language>", choices: ["en", "zh"], description: { en: "language of the dream (default: the one you prefer, else that of the wish)", zh: "梦境的语言（默认为你偏好的语言，否则与愿望相同）" } },
    { flags: "--tone <words>", description: { en: "how it is to sound, for example warm (default: by your taste)", zh: "语气，例如 温暖（默认按你的偏好）" } },
    { flags: "--without <kinds>", description: { en: "contents that are not wanted, for example fear,death (beside those of your taste)", zh: "不想看到的内容，例如 fear,death（另加你偏好中的）" } },
    { flags: "--model <id>", description: { en: "model that writes; none: the skeleton's own words alone", zh: "用于写作的模型；none 表示只用骨架自带的文字" } },
    { flags: "--seed <text>", default: "1", description: { en: "another seed makes another dream of the same wish", zh: "换一个种子，同一个愿望会变成另一个梦" } },
  ],
  async run(context, [wish = ""], options) {
    const { makeFromWish } = await import("../wishing/index.ts")
    return makeFromWish(context, wish, options)
  },
})
