/** One workspace from `src` to `dist`. */
import { spawnSync } from "node:child_process"
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** What is not published: tests, what only tests use (it needs vitest), and test data. */
const leftOut = ["**/*.test.ts", "**/*.test.*.ts", "**/testing/**", "**/fixtures/**", "**/__snapshots__/**"]

/**
 * Compiler options of one workspace. Other workspaces are seen through their built declarations, so those that it
 * depends on are built first.
 */
const compilerConfig = (root: string, workspace: string) => ({
  extends: join(root, "tsconfig.json"),
  compilerOptions: {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    customConditions: [],
    rootDir: join(root, workspace, "src"),
    outDir: join(root, workspace, "dist"),
    typeRoots: [join(root, "node_modules/@types")],
  },
  include: [join(root, workspace, "src")],
  exclude: leftOut.map((pattern) => join(root, workspace, "src", pattern)),
})

/** The compiler refused a workspace; it has said why. */
export class BuildError extends Error {
  constructor(workspace: string) {
    super(`${workspace} does not compile.`)
    this.name = "BuildError"
  }
}

function compile(root: string, workspace: string): void {
  const config = join(root, workspace, "dist", "tsconfig.json")
  writeFileSync(config, JSON.stringify(compilerConfig(root, workspace)))
  try {
    const tsc = join(root, "node_modules/typescript/bin/tsc")
    const { status } = spawnSync(process.execPath, [tsc, "-p", config], { stdio: "inherit" })
    if (status !== 0) throw new BuildError(workspace)
  } finally {
    rmSync(config)
  }
}

/**
 * The compiler rewrites `.ts` in imports of the JavaScript, but neither in declarations nor in
 * `new URL("./worker.ts", import.meta.url)`, by which workers and processes are started.
 */
export const rewriteExtensions = (code: string): string =>
  code
    .replaceAll(/(\bnew URL\(\s*["']\.[^"']*)\.ts(["']\s*,\s*import\.meta\.url)/gu, "$1.js$2")
    .replaceAll(/(\bfrom\s*["']\.[^"']*)\.ts(["'])/gu, "$1.js$2")
    .replaceAll(/(\bimport\(\s*["']\.[^"']*)\.ts(["']\s*\))/gu, "$1.js$2")

/** Builds `workspace` (a folder relative to `root`) anew. */
export function buildWorkspace(root: string, workspace: string): void {
  const source = join(root, workspace, "src")
  const target = join(root, workspace, "dist")
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  compile(root, workspace)
  for (const file of globSync("**/*.{js,d.ts}", { cwd: target })) {
    const code = readFileSync(join(target, file), "utf8")
    const rewritten = rewriteExtensions(code)
    if (rewritten !== code) writeFileSync(join(target, file), rewritten)
  }
  // Data beside the code (price lists, queries, glossaries) is read at run time.
  for (const file of globSync("**/*.*", { cwd: source, exclude: (name) => /fixtures|__snapshots__|\btesting\b|\.ts$/u.test(name) })) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    copyFileSync(join(source, file), join(target, file))
  }
}
