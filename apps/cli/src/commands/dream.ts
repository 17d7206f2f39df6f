/** `daydream dream`: dreams as their authors see them. */
import type { Language } from "@daydream/engine/language"
import { defineCommand } from "../frame/index.ts"
import { dreamMake } from "./dream-make.ts"

const dreamArgument = { name: "<dream>", description: { en: "a dream's folder, or its name", zh: "梦境的文件夹或名字" } }
const stateOption = { flags: "--state <folder>", default: ".daydream", description: { en: "folder that holds your own dreams", zh: "存放自己的梦境的文件夹" } }
const allOption = { flags: "--all", description: { en: "show every problem, not the first few of each kind", zh: "列出每一处问题，而不是每类前几处" } }

/** Exit code where the work was done and its answer is no. */
const unsoundExitCode = 1

const newCommand = defineCommand<{ readonly language?: Language }>({
  name: "new",
  description: { en: "begin a dream of your own from a small one that can be played", zh: "从一个可玩的小梦境开始写自己的梦境" },
  arguments: [{ name: "<folder>", description: { en: "folder to write", zh: "写入的文件夹" } }],
  options: [{ flags: "--language <language>", choices: ["en", "zh"], description: { en: "language of the dream (default: that of the interface)", zh: "梦境的语言（默认与界面相同）" } }],
  details: {
    en: "The folder holds dream.yaml, world.yaml, characters/, lore/, story.ink and tests/. Change what you like, check it, play it.",
    zh: "文件夹内有 dream.yaml、world.yaml、characters/、lore/、story.ink 和 tests/。随意修改，然后检查、试玩。",
  },
  async run(context, [folder = ""], options) {
    const { scaffoldDream } = await import("../dreaming/index.ts")
    const language = options.language ?? context.language
    const { id, files } = await scaffoldDream(folder, language)
    context.print({ en: `Wrote ${folder}: ${files.join(", ")}.`, zh: `已写出 ${folder}：${files.join("、")}。` })
    context.print({ en: "Next:", zh: "接下来：" })
    for (const verb of ["play", "dream check", "dream test"]) context.print(`  daydream ${verb} ${folder}`)
    return { folder, id, language, files }
  },
})

interface CheckOptions {
  readonly state: string
  readonly turns: number
  readonly time: number
  readonly all?: boolean
}

const check = defineCommand<CheckOptions>({
  name: "check",
  description: { en: "read a dream closely, and play it through by itself", zh: "仔细检查一个梦境，并自动把它走一遍" },
  arguments: [dreamArgument],
  options: [
    { flags: "--turns <number>", kind: "integer", default: 8000, description: { en: "turns to play", zh: "自动走的轮数" } },
    { flags: "--time <duration>", kind: "duration", default: 120, description: { en: "how long to play at most, for example 2m", zh: "最多走多久，例如 2m" } },
    allOption, stateOption,
  ],
  details: {
    en: "Texts, sheets, story and world are read; then every suggestion is taken, in every language and with every dial, without a model.\nWhat was not reached counts only as far as the search went.\nExit code 1: there are errors.",
    zh: "先检查文字、角色表、故事与世界，再在每种语言、每个旋钮下逐一选取建议，不用模型。\n“从未到达”只就所走的轮数而言。\n退出码 1 表示有错误。",
  },
  async run(context, [given = ""], options) {
    const { checkDocument, openDream, printPlay, printProblems, printVerdict } = await import("../dreaming/index.ts")
    const { checkDream, orderFindings } = await import("@daydream/dream/checking")
    const { readDreamTests } = await import("@daydream/dream/dream-test")
    const opened = await openDream(given, options.state)
    const { dream, files } = opened
    const progress = context.progress({ en: "Playing", zh: "正在试走" }, { total: options.turns, unit: { en: "turns", zh: "轮" } })
    const result = dream === undefined ? null : await checkDream(dream, {
      turns: options.turns, abortSignal: context.abortSignal, onProgress: (turns) => progress.update(turns),
      until: { now: () => performance.now(), time: performance.now() + options.time * 1000 },
    })
    progress.dismiss()
    const ofTests = dream === undefined ? [] : readDreamTests(dream, files).problems
    const problems = orderFindings([...opened.problems, ...ofTests, ...(result?.findings ?? [])])
    printProblems(context, problems, options.all === true)
    if (result !== null) printPlay(context, result.play)
    printVerdict(context, problems)
    const document = checkDocument(context, opened, problems, result)
    if (!document.isSound) context.setExitCode(unsoundExitCode)
    return document
  },
})

interface TestOptions {
  readonly state: string
  readonly repeat: number
  readonly model?: string
}

const test = defineCommand<TestOptions>({
  name: "test",
  description: { en: "run the author's tests of a dream", zh: "运行作者为梦境写的测试" },
  arguments: [dreamArgument],
  options: [
    { flags: "--repeat <number>", kind: "integer", default: 1, description: { en: "how often each test is run", zh: "每项测试运行的次数" } },
    { flags: "--model <id>", description: { en: "model that understands and words (default: the author's words alone)", zh: "用于理解和措辞的模型（默认只用作者的文字）" } },
    stateOption,
  ],
  details: {
    en: "Without a model the result is the same on every machine. Of repeated tests the pass rate is shown with its 95 % interval (Wilson).\nExit code 1: a test fails.",
    zh: "不用模型时，结果在任何机器上都一样。重复运行时给出通过率及其 95% 区间（Wilson）。\n退出码 1 表示有测试未通过。",
  },
  async run(context, [given = ""], options) {
    const { dreamingErrors, openDream, printCoverage, printProblems, printResult, testDocument } = await import("../dreaming/index.ts")
    const { bundleErrors } = await import("@daydream/dream/bundle")
    const { readDreamTests, runDreamTests } = await import("@daydream/dream/dream-test")
    const { openPorts } = await import("../playing/index.ts")
    const opened = await openDream(given, options.state)
    const { dream, problems, folder } = opened
    if (dream === undefined) throw bundleErrors.invalid_dream({ problems })
    const read = readDreamTests(dream, opened.files)
    printProblems(context, read.problems, true)
    if (read.tests.length === 0 && read.problems.length === 0) throw dreamingErrors.no_tests({ folder })
    await using open = await openPorts(context, {
      model: options.model ?? "none", dream, language: dream.languages[0] ?? context.language, state: options.state,
    })
    const report = await runDreamTests(dream, read.tests, {
      ports: open.ports, repeat: options.repeat, abortSignal: context.abortSignal, onResult: (result) => printResult(context, result),
    })
    printCoverage(context, report)
    const document = testDocument(context, opened, report, read.problems)
    if (!document.isPassed) context.setExitCode(unsoundExitCode)
    return document
  },
})

const list = defineCommand<{ readonly state: string }>({
  name: "list",
  description: { en: "dreams at hand: your own and those that are shipped", zh: "现有的梦境：自己的和自带的" },
  options: [stateOption],
  async run(context, _args, options) {
    const { dreamsOf } = await import("../playing/index.ts")
    const listings = await dreamsOf(options.state).list()
    const nameOf = (names: Readonly<Partial<Record<Language, string>>> | undefined) => names?.[context.language] ?? Object.values(names ?? {})[0] ?? ""
    const dreams = listings.map(({ id, folder, dream, problems }) => ({
      id, name: nameOf(dream?.names), summary: nameOf(dream?.summary), author: dream?.author ?? "", languages: dream?.languages ?? [],
      minutes: dream?.minutes ?? null, rating: dream?.rating ?? null, contents: dream?.contents ?? [], folder,
      isReadable: dream !== undefined, errors: problems.filter(({ severity }) => severity === "error").length,
    }))
    if (dreams.length === 0) context.print({ en: "There are no dreams yet. Begin one: daydream dream new my-dream", zh: "还没有梦境。新建一个：daydream dream new my-dream" })
    else context.table({
      columns: [
        { title: { en: "name", zh: "名字" } }, { title: { en: "title", zh: "标题" } }, { title: { en: "languages", zh: "语言" } },
        { title: { en: "minutes", zh: "分钟" }, align: "right" }, { title: { en: "for", zh: "对象" } }, { title: { en: "summary", zh: "简介" }, maximumWidth: 80 },
      ],
      rows: dreams.map(({ id, name, languages, minutes, rating, summary, isReadable, errors }) => [
        id, name, languages.join(" "), String(minutes ?? ""), rating ?? "",
        isReadable ? summary : context.text({ en: `cannot be read: ${errors} error(s)`, zh: `无法读取：${errors} 处错误` }),
      ]),
    })
    return { dreams }
  },
})

export const dream = defineCommand({
  name: "dream",
  description: { en: "write dreams: begin, check, test, list", zh: "编写梦境：新建、检查、测试、列出" },
  subcommands: [newCommand, dreamMake, check, test, list],
})
