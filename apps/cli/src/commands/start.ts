/** `daydream start`: the main job on real mails, from a fresh clone. */
import { defineCommand } from "../frame/index.ts"
import type { StartOptions } from "../options/index.ts"

export const start = defineCommand<StartOptions>({
  name: "start",
  description: { en: "see the main job at work: a certified spam filter from 6,046 real mails", zh: "看主要工作如何完成：用 6,046 封真实邮件生成经认证的垃圾邮件过滤器" },
  options: [{ flags: "--state <folder>", default: ".daydream", description: { en: "folder of everything that it makes", zh: "存放所有生成内容的文件夹" } }],
  async run(context, _args, options) {
    const { runDemonstration } = await import("../starting/index.ts")
    return runDemonstration(context, options)
  },
})
