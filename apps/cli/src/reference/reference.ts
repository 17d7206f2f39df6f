/** The command line's reference as Markdown: the very help texts that the program prints. */
import type { Language } from "@daydream/engine/language"
import { runProgram, type CommandDefinition, type Io } from "../frame/index.ts"

/** Words of every command that there is: [["compile"], ["models"], ["models", "list"], …]. */
export function commandPaths(definitions: readonly CommandDefinition[]): string[][] {
  return definitions.flatMap((one) => [[one.name], ...commandPaths(one.subcommands ?? []).map((path) => [one.name, ...path])])
}

/** What `daydream <path> --help` prints on 80 columns. */
async function helpOf(path: readonly string[], language: Language, definitions: readonly CommandDefinition[]) {
  let printed = ""
  const io: Io = {
    stdout: { write: (text) => (printed += text), columns: 80 },
    stderr: { write: () => {} },
    environment: {},
    systemLocale: language,
    now: () => 0,
    abortSignal: new AbortController().signal,
    writeLog: () => undefined,
  }
  await runProgram([...path, "--help", "--lang", language], io, definitions, "")
  return printed.trimEnd()
}

const words = {
  title: { en: "Command-line reference", zh: "命令行参考" },
  generated: {
    en: "This page is written by `npm run docs:cli` from the program's own help; do not edit it by hand.",
    zh: "本页由 `npm run docs:cli` 根据程序自带的帮助生成，请勿手工修改。",
  },
} as const

/** The whole page in one language. */
export async function renderReference(language: Language, definitions: readonly CommandDefinition[]): Promise<string> {
  const sections = [`# ${words.title[language]}`, words.generated[language]]
  for (const path of [[], ...commandPaths(definitions)])
    sections.push(`## ${["daydream", ...path].join(" ")}`, `\`\`\`text\n${await helpOf(path, language, definitions)}\n\`\`\``)
  return `${sections.join("\n\n")}\n`
}
