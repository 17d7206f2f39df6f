/** `daydream play`: a dream in the terminal. */
import { defineCommand } from "../frame/index.ts"
import type { PlayOptions } from "../playing/index.ts"

export const play = defineCommand<PlayOptions>({
  name: "play",
  description: { en: "play a dream in the terminal", zh: "在终端里玩一个梦境" },
  details: {
    en: "Say or do what you like, or take a suggestion by its number; /help lists the commands.\nThe game is kept in the state folder: play it again to go on. Lines may also come from a file or a pipe.",
    zh: "可以说任何话、做任何事，或输入编号选用建议；/帮助 列出命令。\n进度保存在状态文件夹中，再次运行即可继续。也可以从文件或管道逐行输入。",
  },
  arguments: [{ name: "<dream>", description: { en: "a dream's name, its folder, or a character card", zh: "梦境的名字、文件夹，或角色卡" } }],
  options: [
    { flags: "--state <folder>", default: ".daydream", description: { en: "folder in which games are kept", zh: "保存进度的文件夹" } },
    { flags: "--new", description: { en: "begin anew, although one is under way", zh: "重新开始，不接着上次" } },
    { flags: "--session <id>", description: { en: "go on with this one", zh: "继续指定的会话" } },
    { flags: "--import <file>", description: { en: "go on with a session that was written by /export", zh: "从 /导出 写出的文件继续" } },
    { flags: "--language <language>", choices: ["en", "zh"], description: { en: "language of the dream, where it has several", zh: "梦境的语言（有多种时）" } },
    { flags: "--dials <settings>", description: { en: "how it is to be, for example fear=low,pace=slow (default: your taste)", zh: "调节项，例如 fear=low,pace=slow（默认按你的口味）" } },
    { flags: "--without <kinds>", description: { en: "content that you do not want, for example fear,violence", zh: "不想看到的内容，例如 fear,violence" } },
    { flags: "--age <band>", choices: ["child", "teen", "adult", "unknown"], default: "unknown", description: { en: "who plays: under 14, under 18, from 18 on; unknown counts as a teen", zh: "玩家年龄：child 为 14 岁以下，teen 为 14 至 17 岁，adult 为成年；未知按 teen 处理" } },
    { flags: "--model <id>", description: { en: "model that understands and words; none: the author's words alone (default: one that is here already)", zh: "用于理解和措辞的模型；none 表示只用作者的文字（默认用本机已有的模型）" } },
    { flags: "--seed <text>", description: { en: "equal seeds and inputs give equal games", zh: "相同的种子与输入得到相同的过程" } },
  ],
  async run(context, [dream = ""], options) {
    const { playDream } = await import("../playing/index.ts")
    return playDream(context, dream, options)
  },
})
