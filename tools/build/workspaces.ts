/** The publishable workspaces, each after those that it depends on. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestOf = (root: string, folder: string) =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest

/** Folders of the workspaces that are published, relative to `root`, dependencies first. */
export function workspacesInOrder(root: string): string[] {
  const folders = globSync("{packages,apps}/*", { cwd: root })
    .map((folder) => folder.replaceAll("\\", "/"))
    .filter((folder) => existsSync(join(root, folder, "package.json")) && !manifestOf(root, folder).private)
  const byName = new Map(folders.map((folder) => [manifestOf(root, folder).name, folder]))
  const ordered: string[] = []
  const visit = (folder: string): void => {
    if (ordered.includes(folder)) return
    for (const name of Object.keys(manifestOf(root, folder).dependencies ?? {})) {
      const needed = byName.get(name)
      if (needed !== undefined) visit(needed)
    }
    ordered.push(folder)
  }
  for (const folder of folders.toSorted()) visit(folder)
  return ordered
}
