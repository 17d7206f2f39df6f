/** The layers of the project and who may import whom; ARCHITECTURE.md tells why. */

/** What a workspace may import of ours. `types` marks one that may import types only. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  "packages/engine": [],
  "packages/runtime": ["engine"],
  "packages/industry": ["engine"],
  "packages/fabric": ["engine"],
  "packages/dream": ["engine"],
  "packages/trust": ["engine"],
  // Runs where none of ours is installed.
  "packages/client": [],
  "apps/server": ["engine", "runtime", "industry", "fabric", "dream", "trust"],
  "apps/cli": ["engine", "runtime", "industry", "fabric", "dream", "trust", "server"],
  examples: ["engine", "runtime", "industry", "fabric", "dream", "trust", "client", "server"],
  benchmarks: ["engine", "runtime", "industry", "fabric", "dream", "trust"],
  tests: ["engine", "runtime", "industry", "fabric", "dream", "trust", "client", "server"],
  tools: [],
}

/** Workspace of a path relative to the root: "packages/engine", "apps/cli", "examples". */
export function workspaceOf(path: string): string {
  const [first, second] = path.split("/") as [string, string?]
  return first === "packages" || first === "apps" ? `${first}/${second}` : first
}
