/** Finds imports that break the arrows between layers and folders. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { importsOf } from "./imports.ts"
import { layers, workspaceOf } from "./layers.ts"

export interface Breach {
  /** Path relative to the root. */
  readonly file: string
  readonly specifier: string
  readonly reason: string
}

interface Import {
  readonly file: string
  readonly specifier: string
}

const isTest = (file: string) =>
  /\.test\.(?:\w+\.)?ts$/u.test(file) || file.split("/").includes("testing") || file.startsWith("tests/")

/** All sources of the project below `root`, relative, with forward slashes. */
const sourcesOf = (root: string) =>
  globSync("{packages,apps,examples,benchmarks,tests,tools}/**/*.ts", {
    cwd: root,
    exclude: (name) => ["node_modules", "dist", ".work", "fixtures"].includes(name.split(/[/\\]/u).at(-1) as string),
  })
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted()

/** Path that a relative specifier means, relative to the root. */
const targetOf = ({ file, specifier }: Import) => posix.normalize(posix.join(posix.dirname(file), specifier))

function checkPackageImport(one: Import, root: string): string | undefined {
  const [, name, ...rest] = one.specifier.split("/") as [string, string, ...string[]]
  const workspace = workspaceOf(one.file)
  const allowed = layers[workspace]
  if (allowed === undefined) return `${workspace} is no layer that is known; add it to tools/arrows/layers.ts`
  if (workspace === `packages/${name}`) return "a package imports its own folders by a relative path"
  if (!allowed.includes(name)) return `${workspace} may import ${allowed.join(", ") || "nothing of ours"}, not ${name}`
  if (rest.length > 1) return "only the entrance of a folder is imported"
  const entrances = ["packages", "apps"].map((home) => [home, name, "src", ...rest, "index.ts"].join("/"))
  if (!entrances.some((path) => existsSync(join(root, path)))) return `there is no ${entrances[0]}`
  if (rest[0] === "testing" && !isTest(one.file) && !/^(?:examples|benchmarks)\//u.test(one.file))
    return "testing is for tests"
  return undefined
}

/** The first closed folder that is entered on the way from a file to its target, or undefined. */
function enteredFolder(from: string, target: string, root: string): string | undefined {
  const source = posix.dirname(from).split("/")
  const parts = posix.dirname(target).split("/")
  const shared = parts.findIndex((part, at) => source[at] !== part)
  if (shared === -1) return undefined
  for (let end = shared + 1; end <= parts.length; end++) {
    const folder = parts.slice(0, end).join("/")
    const isIdea = parts[end - 2] === "src"
    if (isIdea || existsSync(join(root, folder, "index.ts"))) return folder
  }
  return undefined
}

function checkRelativeImport(one: Import, root: string): string | undefined {
  const target = targetOf(one)
  if (!/\.(?:ts|json)$/u.test(target)) return "a relative import ends in .ts"
  if (!existsSync(join(root, target))) return `there is no ${target}`
  // Tools look at the project from outside: they may use any entrance, also one that is not published.
  if (one.file.startsWith("tools/") && target.endsWith("/index.ts")) return undefined
  if (workspaceOf(one.file) !== workspaceOf(target)) return "another workspace is imported by its package name"
  // Tests share helpers that are no part of any entrance.
  if (isTest(one.file) && isTest(target)) return undefined
  const folder = enteredFolder(one.file, target, root)
  // A folder within a folder has an entrance of its own.
  if (folder !== undefined && !target.endsWith("/index.ts")) return `only ${folder}/index.ts is imported from outside its folder`
  if (target.split("/").includes("testing") && !isTest(one.file)) return "testing is for tests"
  return undefined
}

/** Folder of a package or app that a file belongs to: "packages/engine/src/money". */
const ideaOf = (file: string) => /^((?:packages|apps)\/[^/]+\/src\/[^/]+)\//u.exec(file)?.[1]

/** Cycles between the folders of a package; each as the list of its folders. Tests do not count. */
function folderCycles(imports: readonly Import[]): string[][] {
  const edges = new Map<string, Set<string>>()
  for (const one of imports) {
    if (isTest(one.file) || !one.specifier.startsWith(".")) continue
    const [from, to] = [ideaOf(one.file), ideaOf(targetOf(one))]
    if (from !== undefined && to !== undefined && from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to))
  }
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (folder: string, path: readonly string[]): void => {
    const at = path.indexOf(folder)
    if (at !== -1) cycles.push([...path.slice(at), folder])
    else if (!done.has(folder)) {
      for (const next of edges.get(folder) ?? []) visit(next, [...path, folder])
      done.add(folder)
    }
  }
  for (const folder of edges.keys()) visit(folder, [])
  return cycles
}

/** Every import below `root` that breaks an arrow. */
export function findBreaches(root: string): Breach[] {
  const imports = sourcesOf(root).flatMap((file) =>
    importsOf(readFileSync(join(root, file), "utf8")).map((specifier) => ({ file, specifier })),
  )
  const breaches: Breach[] = []
  for (const one of imports) {
    let reason: string | undefined
    if (one.specifier.startsWith("@daydream/")) reason = checkPackageImport(one, root)
    else if (one.specifier.startsWith(".")) reason = checkRelativeImport(one, root)
    else if (one.specifier === "daydream") reason = "the command line is no library; start it as a process"
    if (reason !== undefined) breaches.push({ ...one, reason })
  }
  for (const cycle of folderCycles(imports))
    breaches.push({ file: cycle[0] as string, specifier: cycle.at(-2) as string, reason: `a cycle: ${cycle.join(" → ")}` })
  return breaches
}
