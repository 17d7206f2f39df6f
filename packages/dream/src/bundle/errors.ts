/** Errors of reading dreams. */
import { defineErrors } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"
import type { DreamProblem } from "./model.ts"

const shown = 40

const placeOf = ({ file, line, column }: DreamProblem) => (line === 0 ? file : `${file}:${line}:${column}`)

/** Problems as lines `file:line:column: message hint`, errors first; at most 40, then how many more. */
export function describeDreamProblems(problems: readonly DreamProblem[], language: Language): string {
  const ordered = problems.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1))
  const lines = ordered.slice(0, shown).map((problem) =>
    language === "zh"
      ? `${placeOf(problem)}：${problem.message.zh}${problem.hint.zh}`
      : `${placeOf(problem)}: ${problem.message.en} ${problem.hint.en}`)
  const more = problems.length - shown
  if (more > 0) lines.push(language === "zh" ? `……另有 ${more} 处。` : `… and ${more} more.`)
  return lines.join("\n")
}

const errorsOf = (problems: readonly DreamProblem[]) => problems.filter(({ severity }) => severity === "error")

export const bundleErrors = defineErrors({
  invalid_dream: {
    en: (f: { problems: readonly DreamProblem[] }) => ({
      message: `The dream cannot be read:\n${describeDreamProblems(errorsOf(f.problems), "en")}`,
      hint: "Mend the places named above; each line says how.",
    }),
    zh: (f) => ({
      message: `无法读取这个梦境：\n${describeDreamProblems(errorsOf(f.problems), "zh")}`,
      hint: "请修改上面列出的位置，每行都说明了改法。",
    }),
  },
  dream_unknown: {
    en: (f: { id: string; known: readonly string[] }) => ({
      message: `There is no dream "${f.id}".`,
      hint: f.known.length > 0 ? `The dreams are: ${f.known.join(", ")}.` : "Make one with: daydream dream new <folder>.",
    }),
    zh: (f) => ({
      message: `没有名为“${f.id}”的梦境。`,
      hint: f.known.length > 0 ? `现有的梦境：${f.known.join("、")}。` : "可以新建一个：daydream dream new <文件夹>。",
    }),
  },
  dream_folder_missing: {
    en: (f: { folder: string }) => ({
      message: `"${f.folder}" is no folder.`,
      hint: "Name the folder that holds dream.yaml.",
    }),
    zh: (f) => ({ message: `“${f.folder}”不是文件夹。`, hint: "请给出 dream.yaml 所在的文件夹。" }),
  },
  dream_too_large: {
    en: (f: { folder: string; files: number; bytes: number }) => ({
      message: `"${f.folder}" holds more than ${f.files} files or ${f.bytes} bytes.`,
      hint: "A dream is text: keep pictures, sounds and builds elsewhere.",
    }),
    zh: (f) => ({
      message: `“${f.folder}”超过了 ${f.files} 个文件或 ${f.bytes} 字节。`,
      hint: "梦境由文字组成，图片、声音和构建产物请放在别处。",
    }),
  },
  dream_link: {
    en: (f: { path: string }) => ({
      message: `"${f.path}" is a link.`,
      hint: "Put the file itself into the dream's folder; links are not followed.",
    }),
    zh: (f) => ({ message: `“${f.path}”是链接。`, hint: "请把文件本身放进梦境的文件夹，链接不会被读取。" }),
  },
})
