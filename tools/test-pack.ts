/**
 * `npm run test:pack`: builds and packs every package, installs the tarballs in an empty project, imports every
 * entrance, type-checks a program against them, and runs the command line from a table to labelled rows.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { workspacesInOrder } from "./build/index.ts"
import { CommandFailed, install, pack, run } from "./pack/index.ts"

const root = process.cwd()
const folder = mkdtempSync(join(tmpdir(), "daydream-pack-"))

/** Entrances of a package by what its tarball holds: "@daydream/engine", "@daydream/engine/money", … */
const entrancesOf = (name: string, files: readonly { readonly path: string }[]) =>
  files.flatMap(({ path }) => {
    const match = /^dist\/(?:([^/]+)\/)?index\.js$/u.exec(path)
    return match ? [match[1] === undefined ? name : `${name}/${match[1]}`] : []
  })

function writeTable(path: string): void {
  const topics = { refund: "money back return paid twice", delivery: "parcel late courier address" } as const
  const lines = ["text,label"]
  for (let row = 0; row < 300; row++)
    for (const [label, words] of Object.entries(topics)) {
      const parts = words.split(" ")
      lines.push(`${parts[row % parts.length]} ${parts[(row * 7 + 1) % parts.length]} case ${row},${label}`)
    }
  writeFileSync(path, `${lines.join("\n")}\n`)
}

function checkLibrary(entrances: readonly string[]): void {
  const imports = entrances.map((entrance, at) => `import * as e${at} from ${JSON.stringify(entrance)}`)
  const program = `${imports.join("\n")}\nexport const all = [${entrances.map((_, at) => `e${at}`).join(", ")}]\n`
  writeFileSync(join(folder, "all.ts"), program)
  run(folder, process.execPath, ["--input-type=module", "-e", entrances.map((one) => `await import("${one}")`).join("\n")])
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"]
  run(folder, process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, "--ignoreConfig", "all.ts"])
}

function checkProgram(): void {
  const { version } = JSON.parse(readFileSync(join(root, "apps/cli/package.json"), "utf8")) as { version: string }
  const printed = run(folder, "daydream", ["--version"]).trim()
  if (printed !== version) throw new CommandFailed("daydream --version", `printed ${printed}, not ${version}`)
  writeTable(join(folder, "mails.csv"))
  run(folder, "daydream", ["compile", "mails.csv", "--input", "text", "--output", "label", "--target", "0.9", "--json"])
  run(folder, "daydream", ["run", "mails.plan", "mails.csv", "--out", "labelled.csv", "--json"])
  const rows = readFileSync(join(folder, "labelled.csv"), "utf8").trim().split("\n").length - 1
  if (rows !== 600) throw new CommandFailed("daydream run", `labelled ${rows} rows of 600`)
}

/** Runs one step and says so; a failure names the step and ends the program. */
function step(name: string, work: () => void): void {
  const start = performance.now()
  try {
    work()
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    console.error(`${name}: failed\n${error.message}`)
    rmSync(folder, { recursive: true })
    process.exit(1)
  }
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

step("build", () => {
  const { status } = spawnSync(process.execPath, [join(root, "tools/build.ts")], { stdio: "inherit" })
  if (status !== 0) throw new CommandFailed("npm run build", "")
})
const packed = workspacesInOrder(root).map((workspace) => pack(join(root, workspace), folder))
step("install the tarballs in an empty project", () => install(root, folder, packed))
step("import and type-check every entrance", () =>
  checkLibrary(packed.filter((one) => one.name.startsWith("@daydream/")).flatMap((one) => entrancesOf(one.name, one.files))),
)
step("run the installed program", checkProgram)
if (existsSync(folder)) rmSync(folder, { recursive: true })
