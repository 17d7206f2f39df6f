/**
 * `npm run check:docs`: fails where a document names what is not there, where twins differ, or where a generated
 * reference (command line, admin API) is not what the program says. With `--write` (`npm run docs:cli`) it writes them.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { commandPaths, renderReference } from "../apps/cli/src/reference/index.ts"
import { adminDocument } from "../packages/fabric/src/admin/index.ts"
import { problemsOf, readMarkdown, twinProblems, type Project } from "./docs/index.ts"

const references = { en: "docs/reference/cli.md", zh: "docs/reference/cli.zh.md" } as const
const adminReference = "docs/reference/admin.openapi.json"
const renderAdmin = () => `${JSON.stringify(adminDocument(), undefined, 2)}\n`

const documents = globSync(["*.md", "{packages,apps,docs,benchmarks,examples,tests,tools}/**/*.md"], {
  exclude: (path) => /(?:^|[/\\])(?:node_modules|dist|\.work)(?:[/\\]|$)/u.test(path),
}).map((path) => path.replaceAll("\\", "/"))

/** Help of each command, as the reference shows it. */
function helpByCommand(reference: string): Map<string, string> {
  const sections = reference.split(/^## daydream ?/mu).slice(1)
  return new Map(sections.map((section) => [section.slice(0, section.indexOf("\n")), section]))
}

async function findProblems(): Promise<string[]> {
  const reference = await renderReference("en")
  const helps = helpByCommand(reference)
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> }
  const project: Project = {
    root: ".",
    scripts: Object.keys(scripts),
    commands: commandPaths(),
    help: (command) => helps.get(command) ?? "",
  }
  const problems: string[] = []
  for (const file of documents) {
    const markdown = readMarkdown(readFileSync(file, "utf8"))
    problems.push(...problemsOf(markdown, file, project))
    const twin = file.replace(/\.md$/u, ".zh.md")
    if (existsSync(twin)) problems.push(...twinProblems(markdown, readMarkdown(readFileSync(twin, "utf8")), file, twin))
  }
  if (!documents.includes("README.zh.md")) problems.push("README.zh.md is missing")
  for (const language of ["en", "zh"] as const) {
    const written = existsSync(references[language]) ? readFileSync(references[language], "utf8") : ""
    if (written !== (await renderReference(language)))
      problems.push(`${references[language]}: not what the program prints; run npm run docs:cli`)
  }
  if (!existsSync(adminReference) || readFileSync(adminReference, "utf8") !== renderAdmin())
    problems.push(`${adminReference}: not what the code says; run npm run docs:cli`)
  return problems
}

if (process.argv.includes("--write")) {
  mkdirSync("docs/reference", { recursive: true })
  for (const language of ["en", "zh"] as const) writeFileSync(references[language], await renderReference(language))
  writeFileSync(adminReference, renderAdmin())
} else {
  const problems = await findProblems()
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(`Documents: ${documents.length} read, everything they name is there.`)
}
