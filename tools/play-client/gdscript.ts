/** A strict look at GDScript's shape, for machines without its own parser: blocks, brackets, texts, indentation. */

export interface ScriptProblem {
  readonly line: number
  readonly problem: string
}

const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" }
const opens = /^\s*(?:(?:static\s+)?func\b|if\b|elif\b|else\b|for\b|while\b|match\b|class\s+\w)/
const longest = 100

/** The code of a line, with its texts emptied and its comment gone; null where a text is not closed. */
function bare(line: string): string | null {
  let code = ""
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] as string
    if (sign === "#") break
    if (sign !== '"' && sign !== "'") {
      code += sign
      continue
    }
    let end = at + 1
    while (end < line.length && line[end] !== sign) end += line[end] === "\\" ? 2 : 1
    if (end >= line.length) return null
    code += sign + sign
    at = end
  }
  return code.trimEnd()
}

/** What is wrong with the form of a script; empty where nothing was found. */
export function problemsOfScript(text: string): ScriptProblem[] {
  const problems: ScriptProblem[] = []
  const open: { readonly sign: string; readonly line: number }[] = []
  let depth = 0
  let mustOpen = false
  for (const [index, line] of text.split("\n").entries()) {
    const tell = (problem: string) => problems.push({ line: index + 1, problem })
    if (line.length > longest) tell(`longer than ${longest}`)
    if (/\s$/.test(line)) tell("ends in white space")
    const code = bare(line)
    if (code === null) {
      tell("a text is not closed")
      continue
    }
    if (code.trim() === "") continue
    const isContinued = open.length > 0
    const indent = /^\t*/.exec(line)?.[0].length ?? 0
    if (/^\t* /.test(line)) tell("indented with spaces")
    if (!isContinued) {
      if (mustOpen ? indent !== depth + 1 : indent > depth) tell("indentation does not fit")
      depth = indent
    }
    for (const sign of code) {
      if ("([{".includes(sign)) open.push({ sign, line: index + 1 })
      else if (sign in pairs && open.pop()?.sign !== pairs[sign]) tell(`"${sign}" closes nothing`)
    }
    if (open.length > 0) continue
    const isBlock = code.endsWith(":")
    const isArm = /^\s*(?:""(?:,\s*"")*|\w[\w.]*|_):$/.test(code)
    if (!isContinued && opens.test(code) && !code.includes(":")) tell("a block begins with a colon")
    mustOpen = isBlock && (isContinued || opens.test(code) || isArm)
    if (isBlock && !mustOpen) tell("a colon that begins nothing")
  }
  for (const { sign, line } of open) problems.push({ line, problem: `"${sign}" is not closed` })
  return problems
}
