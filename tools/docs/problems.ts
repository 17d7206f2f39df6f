/** What documents name and the project does not have. */
import { existsSync, globSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Markdown, Named } from "./markdown.ts"

export interface Project {
  readonly root: string
  /** Names of the scripts of the root package.json. */
  readonly scripts: readonly string[]
  /** Words of every command of the program. */
  readonly commands: readonly (readonly string[])[]
  /** Help of a command by its words joined with a space; "" is the program's own. */
  readonly help: (command: string) => string
}

const rootFolders = /^(?:packages|apps|docs|tools|examples|benchmarks|tests|\.ci)\//u
const rootFiles = /^(?:package\.json|tsconfig\.json|vitest\.config\.ts|vitest\.model\.config\.ts|knip\.json|LICENSE|[A-Z]+(?:\.zh)?\.md)$/u

/** True where `path`, which may hold `*`, `…` or `{a,b}`, is there. */
function isThere(root: string, path: string): boolean {
  const pattern = path.replaceAll("…", "*").replace(/\/$/u, "")
  return /[*{]/u.test(pattern) ? globSync(pattern, { cwd: root }).length > 0 : existsSync(join(root, pattern))
}

function pathProblems(markdown: Markdown, file: string, root: string): string[] {
  const problems: string[] = []
  for (const { line, text } of markdown.spans) {
    const isPath = (rootFolders.test(text) || rootFiles.test(text)) && !/[\s<>]/u.test(text)
    if (isPath && !isThere(root, text)) problems.push(`${file}:${line}: there is no ${text}`)
  }
  for (const { line, text } of markdown.links) {
    if (/^(?:[a-z]+:|#)/u.test(text)) continue
    const target = text.split("#")[0] as string
    if (!existsSync(join(root, dirname(file), target))) problems.push(`${file}:${line}: a link to ${target}, which is not there`)
  }
  return problems
}

/** The simple commands of a shell line, its comment left out. */
export function simpleCommands(line: string): string[] {
  const code = line.replace(/^\$\s+/u, "").replace(/(?:^|\s)#.*$/u, "")
  return code.split(/&&|\|\||[|;]/u).map((one) => one.trim()).filter((one) => one !== "")
}

function scriptProblem(command: string, scripts: readonly string[]): string | undefined {
  const name = /^npm run ([\w:.-]+)/u.exec(command)?.[1] ?? /^npm (start|test)\b/u.exec(command)?.[1]
  return name !== undefined && !scripts.includes(name) ? `there is no npm script "${name}"` : undefined
}

function commandProblems(command: string, project: Project): string[] {
  const words = command.replace(/^npx\s+/u, "").replace(/^npm run daydream -- /u, "daydream ").split(/\s+/u)
  if (words[0] !== "daydream" || words.length === 1 || words[1] === "…") return []
  const path = words.slice(1).filter((word) => !word.startsWith("-"))
  const known = project.commands
    .filter((one) => one.every((word, at) => word === path[at] || path[at]?.split("|").includes(word)))
    .toSorted((a, b) => b.length - a.length)[0]
  if (known === undefined && path.length > 0 && path[0] !== "help") return [`there is no command "daydream ${path[0]}"`]
  const help = project.help(known?.join(" ") ?? "")
  return words
    .filter((word) => word.startsWith("--"))
    .map((word) => word.split("=")[0] as string)
    .filter((option) => !new RegExp(`(?:^|[\\s,])${option}(?![\\w-])`, "u").test(help))
    .map((option) => `"daydream ${known?.join(" ") ?? ""}" has no option ${option}`)
}

/** Every path, npm script and daydream command that `markdown` names and that does not exist. */
export function problemsOf(markdown: Markdown, file: string, project: Project): string[] {
  const named: Named[] = [...markdown.spans, ...markdown.code]
  const problems = pathProblems(markdown, file, project.root)
  for (const { line, text } of named)
    for (const command of simpleCommands(text)) {
      const script = scriptProblem(command, project.scripts)
      const found = [...(script === undefined ? [] : [script]), ...commandProblems(command, project)]
      problems.push(...found.map((problem) => `${file}:${line}: ${problem}`))
    }
  return problems
}

/** Where a document and its twin in the other language differ: the levels of their headings, the commands in their code. */
export function twinProblems(markdown: Markdown, twin: Markdown, file: string, twinFile: string): string[] {
  const levels = (one: Markdown) => one.headings.map((heading) => heading.level).join(" ")
  const commands = (one: Markdown) =>
    one.code.flatMap(({ text }) => simpleCommands(text)).filter((text) => /^(?:npm|npx|daydream|git|node)\b/u.test(text))
  const problems: string[] = []
  if (levels(markdown) !== levels(twin)) problems.push(`${twinFile}: its headings are not those of ${file}`)
  const [ours, theirs] = [commands(markdown), commands(twin)]
  const at = ours.findIndex((command, index) => command !== theirs[index])
  if (at !== -1 || ours.length !== theirs.length)
    problems.push(`${twinFile}: its commands are not those of ${file}, from "${ours[at] ?? theirs[ours.length] ?? ""}" on`)
  return problems
}
