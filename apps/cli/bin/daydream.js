#!/usr/bin/env node
// Starts the program: from its sources in a clone, from `dist` in the published package.
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { constants } from "node:os"
import { fileURLToPath } from "node:url"

const oldest = 24
const source = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const isClone = existsSync(source)

/** Node of the clone's own `node` package where the one that runs this is too old. */
function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= oldest) return process.execPath
  const bundled = fileURLToPath(
    new URL(`../../../node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`, import.meta.url),
  )
  return isClone && existsSync(bundled) ? bundled : undefined
}

function launch(node) {
  const child = spawn(node, ["--conditions=source", source, ...process.argv.slice(2)], { stdio: "inherit" })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  child.on("error", (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

const node = findNode()
if (node === undefined) {
  console.error(`Daydream needs Node.js ${oldest} or newer; this is ${process.versions.node}. See https://nodejs.org`)
  console.error(`Daydream 需要 Node.js ${oldest} 或更高版本，当前版本为 ${process.versions.node}。`)
  process.exit(1)
} else if (isClone) launch(node)
else await import("../dist/main.js")
