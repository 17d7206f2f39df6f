/** Entrance of the `daydream` program. */
import { readFileSync } from "node:fs"
import { commands } from "./commands/index.ts"
import { processIo, runProgram } from "./frame/index.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }

process.exitCode = await runProgram(process.argv.slice(2), processIo(version), commands, version)
