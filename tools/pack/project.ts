/** An empty project that installs our packages from tarballs, as a user would from a registry. */
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"

/** A program ended with another code than expected. */
export class CommandFailed extends Error {
  constructor(command: string, output: string) {
    super(`${command}\n${output}`)
    this.name = "CommandFailed"
  }
}

/** Runs a program in `folder` on the Node that runs us; gives its stdout. Throws `CommandFailed`. */
export function run(folder: string, command: string, args: readonly string[]): string {
  const path = [join(folder, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter)
  // What npm tells its scripts about the outer project must not reach the inner one.
  const outside = Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle|config_local_prefix)/u.test(name))
  const env = { ...Object.fromEntries(outside), PATH: path }
  const result = spawnSync(command, args, { cwd: folder, env, encoding: "utf8", shell: process.platform === "win32" })
  if (result.status !== 0)
    throw new CommandFailed([command, ...args].join(" "), `${result.stdout}${result.stderr}${result.error?.message ?? ""}`)
  return result.stdout
}

interface Packed {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Packs a workspace into `folder`; gives its name, the tarball's name and the files in it. */
export function pack(workspace: string, folder: string): Packed {
  const [packed] = JSON.parse(run(workspace, "npm", ["pack", "--json", "--pack-destination", folder])) as [Packed]
  return packed
}

/** Writes the manifest of an empty project in `folder` that uses `packages`, and installs it. */
export function install(root: string, folder: string, packages: readonly Packed[]): void {
  const tarballs = Object.fromEntries(packages.map((one) => [one.name, `file:./${one.filename}`]))
  const { overrides } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { overrides: object }
  const manifest = { private: true, type: "module", dependencies: tarballs, overrides: { ...overrides, ...tarballs } }
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest))
  writeFileSync(join(folder, ".npmrc"), readFileSync(join(root, ".npmrc")))
  run(folder, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"])
}
