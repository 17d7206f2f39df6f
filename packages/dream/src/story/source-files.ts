/** The author's files before ink reads them: includes that stay in the folder, sizes that stay sane. */
import { finding } from "./finding.ts"
import type { StoryFinding } from "./finding.ts"

/** One file of a story. */
export interface StoryFile {
  readonly name: string
  readonly text: string
}

const largest = 2_000_000
const deepest = 24

/** How deep brackets stand in one another; ink's parser takes exponential time in it. */
function depthOf(text: string): number {
  let depth = 0
  let most = 0
  for (const sign of text)
    if (sign === "(" || sign === "{" || sign === "[") most = Math.max(most, ++depth)
    else if (sign === ")" || sign === "}" || sign === "]") depth = Math.max(0, depth - 1)
    else if (sign === "\n" && depth > deepest) break
  return most
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, (all) => all.replace(/[^\n]/g, "")).replace(/\/\/.*$/gm, "")

/** What keeps these files from being compiled. */
export function checkFiles(files: readonly StoryFile[], main: string): StoryFinding[] {
  const byName = new Map(files.map(({ name, text }) => [name, text]))
  if (!byName.has(main)) return [finding("no_files", { file: null, line: null })]
  const size = files.reduce((sum, { text }) => sum + text.length, 0)
  const heavy = size > largest ? main : files.find(({ text }) => depthOf(text) > deepest)?.name
  if (heavy !== undefined) return [finding("too_large", { file: heavy, line: null })]
  const findings: StoryFinding[] = []
  const seen = new Set([main])
  const visit = (file: string) => {
    for (const [index, text] of withoutComments(byName.get(file) ?? "").split("\n").entries()) {
      const name = /^\s*INCLUDE[ \t]+(.*?)\s*$/.exec(text)?.[1]
      if (name === undefined) continue
      const location = { file, line: index + 1 }
      if (/[/\\\0]|^\.\.?$|^[a-z]:/i.test(name)) findings.push(finding("include_path", location, { name }))
      else if (!byName.has(name)) findings.push(finding("include_missing", location, { name, files: files.map((one) => one.name).join(", ") }))
      else if (seen.has(name)) findings.push(finding("include_cycle", location, { name }))
      else {
        seen.add(name)
        visit(name)
      }
    }
  }
  visit(main)
  return findings
}
