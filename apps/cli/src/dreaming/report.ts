/** What a check and a run of tests found, for people and as JSON. */
import type { Coverage, DreamCheck, PlayReport } from "@daydream/dream/checking"
import type { DreamProblem } from "@daydream/dream/bundle"
import type { TestCoverage, TestReport, TestResult } from "@daydream/dream/dream-test"
import type { Localized } from "@daydream/engine/language"
import type { CommandContext } from "../frame/index.ts"
import type { OpenedDream } from "./open.ts"

const placeOf = ({ file, line, column }: DreamProblem) => (line === 0 ? file : `${file}:${line}:${column}`)
const severities = { error: { en: "error", zh: "错误" }, warning: { en: "warning", zh: "提醒" } } as const

/** Of each kind so many are shown; a dream under construction has hundreds of one kind. */
const shownOfKind = 5

/** Prints problems by file, each with its fix. */
export function printProblems(context: CommandContext, problems: readonly DreamProblem[], isAll: boolean): void {
  const counts = new Map<string, number>()
  for (const problem of problems) {
    const count = (counts.get(problem.code) ?? 0) + 1
    counts.set(problem.code, count)
    if (!isAll && count > shownOfKind) continue
    context.print(`${placeOf(problem)}  ${context.text(severities[problem.severity])}  ${context.text(problem.message)}`)
    context.print(`    ${context.text(problem.hint)}`)
  }
  const hidden = [...counts].flatMap(([code, count]) => (!isAll && count > shownOfKind ? [[code, count - shownOfKind] as const] : []))
  for (const [code, count] of hidden)
    context.print({ en: `… and ${count} more of ${code}; --all shows them.`, zh: `……另有 ${count} 处 ${code}，用 --all 全部列出。` })
  if (problems.length > 0) context.print()
}

export const problemDocuments = (context: CommandContext, problems: readonly DreamProblem[]) => problems.map(({ code, severity, file, line, column, message, hint }) =>
  ({ code, severity, file, line, column, message: context.text(message), hint: context.text(hint) }))

const dreamDocument = ({ dream, folder }: OpenedDream) => ({ id: dream?.id ?? null, folder, hash: dream?.hash ?? null, languages: dream?.languages ?? [] })

const share = ({ met, of }: Coverage | TestCoverage) => `${met}/${of}`

const names = {
  lines: { en: "lines", zh: "台词" }, storyLines: { en: "story lines", zh: "故事行" }, topics: { en: "topics", zh: "话题" },
  moves: { en: "moves", zh: "动作" }, scenes: { en: "scenes", zh: "场景" }, endings: { en: "endings", zh: "结局" },
} as const satisfies Readonly<Record<string, Localized>>

const coverageLine = (context: CommandContext, coverage: Readonly<Record<string, Coverage | TestCoverage>>) =>
  Object.entries(coverage).map(([name, one]) => `${context.text(names[name as keyof typeof names])} ${share(one)}`).join(context.language === "zh" ? "，" : ", ")

const joined = (path: readonly string[]) => (path.length === 0 ? "—" : path.join(" → "))

/** Prints how the dream was played. */
export function printPlay(context: CommandContext, play: PlayReport): void {
  const { turns, places, endings, lines, storyLines, topics, scenes, isCutByTime } = play
  context.print({ en: `Played ${turns} turns, ${places} situations.`, zh: `走了 ${turns} 轮，见到 ${places} 种局面。` })
  context.print(coverageLine(context, { lines, storyLines, topics, scenes }))
  for (const { name, path } of endings)
    context.print({ en: `Ending ${name} (${path.length} inputs): ${joined(path)}`, zh: `结局 ${name}（${path.length} 步）：${joined(path)}` })
  if (isCutByTime) context.note({ en: "Stopped by the clock; --time gives it longer.", zh: "时间已到，用 --time 可延长。" })
  context.print()
}

/** The last line: how many of each. */
export function printVerdict(context: CommandContext, problems: readonly DreamProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error").length
  const warnings = problems.length - errors
  context.print(errors > 0
    ? { en: `${errors} error(s), ${warnings} warning(s).`, zh: `${errors} 处错误，${warnings} 处提醒。` }
    : { en: `No errors, ${warnings} warning(s).`, zh: `没有错误，${warnings} 处提醒。` })
}

/** The document of `daydream dream check --json`. */
export function checkDocument(context: CommandContext, opened: OpenedDream, problems: readonly DreamProblem[], check: DreamCheck | null) {
  const errors = problems.filter(({ severity }) => severity === "error").length
  return {
    dream: dreamDocument(opened), isSound: errors === 0, errors, warnings: problems.length - errors,
    problems: problemDocuments(context, problems), play: check?.play ?? null,
  }
}

const percent = (value: number) => `${Math.round(value * 100)} %`

/** Prints one test as it ends. */
export function printResult(context: CommandContext, { name, file, line, trials, passed, interval, isPassed, failures }: TestResult): void {
  const range = `${percent(interval.low)}–${percent(interval.high)}`
  context.print(`${isPassed ? "✓" : "✗"} ${name}  ${passed}/${trials}${trials > 1 ? `  ${range}` : ""}${isPassed ? "" : `  ${file}:${line}`}`)
  for (const { after, message } of failures.slice(0, shownOfKind))
    context.print(context.language === "zh" ? `    “${after}”之后：${message.zh}` : `    after "${after}": ${message.en}`)
  if (failures.length > shownOfKind) context.print({ en: `    … and ${failures.length - shownOfKind} more`, zh: `    ……另有 ${failures.length - shownOfKind} 处` })
}

/** Prints what the tests have met. */
export function printCoverage(context: CommandContext, { coverage, results }: TestReport): void {
  context.print()
  context.print({ en: `Met: ${coverageLine(context, coverage)}`, zh: `覆盖：${coverageLine(context, coverage)}` })
  const failed = results.filter(({ isPassed }) => !isPassed).length
  context.print(failed === 0
    ? { en: `All ${results.length} tests pass.`, zh: `${results.length} 项测试全部通过。` }
    : { en: `${failed} of ${results.length} tests fail.`, zh: `${results.length} 项测试中有 ${failed} 项未通过。` })
}

/** The document of `daydream dream test --json`. */
export const testDocument = (context: CommandContext, opened: OpenedDream, report: TestReport, problems: readonly DreamProblem[]) => ({
  dream: dreamDocument(opened), isPassed: report.isPassed && problems.every(({ severity }) => severity !== "error"), problems: problemDocuments(context, problems),
  tests: report.results.map(({ failures, ...result }) =>
    ({ ...result, failures: failures.map(({ message, ...failure }) => ({ ...failure, message: context.text(message) })) })),
  coverage: report.coverage,
})
