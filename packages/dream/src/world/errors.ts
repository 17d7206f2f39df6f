/** Errors of reading a world. */
import { defineErrors } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"
import type { WorldProblem } from "./problem.ts"

const shown = 40

/** Problems as lines `file:line:column: message hint`, errors first; at most 40, then how many more. */
export function describeProblems(problems: readonly WorldProblem[], language: Language): string {
  const ordered = problems.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1))
  const lines = ordered
    .slice(0, shown)
    .map(({ file, line, column, message, hint }) =>
      language === "zh"
        ? `${file}:${line}:${column}：${message.zh}${hint.zh}`
        : `${file}:${line}:${column}: ${message.en} ${hint.en}`,
    )
  const more = problems.length - shown
  if (more > 0) lines.push(language === "zh" ? `……另有 ${more} 处。` : `… and ${more} more.`)
  return lines.join("\n")
}

export const worldErrors = defineErrors({
  invalid_world: {
    en: (f: { problems: readonly WorldProblem[] }) => ({
      message: `The world cannot be read:\n${describeProblems(f.problems, "en")}`,
      hint: "Mend the places named above; each line says how.",
    }),
    zh: (f) => ({
      message: `无法读取这个世界：\n${describeProblems(f.problems, "zh")}`,
      hint: "请修改上面列出的位置，每行都说明了改法。",
    }),
  },
})
