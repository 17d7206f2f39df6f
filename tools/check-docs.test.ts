import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { problemsOf, readMarkdown, twinProblems, type Project } from "./docs/index.ts"

let root: string
let project: Project

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "daydream-docs-"))
  mkdirSync(join(root, "packages/engine"), { recursive: true })
  writeFileSync(join(root, "packages/engine/package.json"), "{}")
  project = {
    root,
    scripts: ["start", "check"],
    commands: [["compile"], ["models"], ["models", "pull"]],
    help: (command) => (command === "compile" ? "  --target <share>  --json" : "  --json"),
  }
})

afterAll(() => rmSync(root, { recursive: true }))

const problems = (text: string) => problemsOf(readMarkdown(text), "A.md", project)

test("a document that names only what exists has no problems", () => {
  const text = `# A
See \`packages/engine\`, \`packages/*/package.json\` and [this](packages/engine/package.json#top), not [that](https://example.org).
\`npm run check\`, \`npm start\`, \`daydream models list|pull\`, \`daydream compile mails.csv --target 0.97\`
\`\`\`sh
npm ci && npm start   # --everything
npx daydream compile a.csv --json | head
\`\`\`
\`\`\`text
daydream prints --anything
\`\`\`
`
  expect(problems(text)).toEqual([])
})

test.each([
  ["a path", "`packages/motor/src`", "A.md:1: there is no packages/motor/src"],
  ["a pattern that nothing matches", "`packages/*/nothing.ts`", "A.md:1: there is no packages/*/nothing.ts"],
  ["a link", "[x](docs/x.md)", "A.md:1: a link to docs/x.md, which is not there"],
  ["a script", "```sh\nnpm run fly\n```", 'A.md:2: there is no npm script "fly"'],
  ["the test script", "`npm test`", 'A.md:1: there is no npm script "test"'],
  ["a command", "`npx daydream dance`", 'A.md:1: there is no command "daydream dance"'],
  ["an option", "`daydream compile a.csv --aim 1`", 'A.md:1: "daydream compile" has no option --aim'],
  ["an option that only begins like one", "`daydream compile a.csv --tar 1`", 'A.md:1: "daydream compile" has no option --tar'],
])("%s that does not exist is named with its line", (_what, text, problem) => {
  expect(problems(text)).toEqual([problem])
})

test("twins must have the same headings and commands; comments may differ", () => {
  const english = readMarkdown("# A\n## B\n```sh\nnpm start # go\n```")
  const chinese = (text: string) => twinProblems(english, readMarkdown(text), "A.md", "A.zh.md")
  expect(chinese("# 甲\n## 乙\n```sh\nnpm start # 开始\n```")).toEqual([])
  expect(chinese("# 甲\n```sh\nnpm start\n```")).toHaveLength(1)
  expect(chinese("# 甲\n## 乙\n```sh\nnpm test\n```")).toHaveLength(1)
  expect(chinese("# 甲\n## 乙\n")).toHaveLength(1)
})
