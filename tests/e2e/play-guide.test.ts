/** The commands of the guide to the play API, run as they stand there. */
import { spawn, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { newFolder } from "./fabric-setting.ts"
import { startPlaySetting } from "./play-setting.ts"
import type { PlaySetting } from "./play-setting.ts"

const hasCurl = spawnSync("curl", ["--version"]).status === 0

let setting: PlaySetting

beforeAll(async () => {
  setting = await startPlaySetting()
})

afterAll(async () => {
  await setting[Symbol.asyncDispose]()
})

/** Runs while this process, in which the server is, goes on. */
async function run(script: string, cwd: string): Promise<{ readonly status: number | null; readonly out: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd })
  const out: Buffer[] = []
  child.stdout.on("data", (data: Buffer) => out.push(data))
  child.stderr.on("data", (data: Buffer) => out.push(data))
  const status = await new Promise<number | null>((resolve) => {
    child.on("close", resolve)
  })
  return { status, out: Buffer.concat(out).toString() }
}

describe.each(["play-api.md", "play-api.zh.md"])("the guide %s", (name) => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/guides", name), "utf8")
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block)

  test.skipIf(!hasCurl)("shows commands that work, one after the other", async () => {
    expect(blocks.length).toBeGreaterThan(4)
    const folder = newFolder()
    mkdirSync(join(folder, "work"))
    symlinkSync(setting.folder, join(folder, "work/.daydream"))
    // Refusals are no success here, as they are for curl by itself.
    const script = blocks
      .join("\necho; echo ---\n")
      .replaceAll("curl -s", "curl --fail-with-body -s")
      .replaceAll("http://127.0.0.1:7777", setting.server.address)
    const { status, out } = await run(script, join(folder, "work"))
    rmSync(folder, { recursive: true, force: true })
    expect([status, status === 0 ? "" : out.slice(-2_000)]).toEqual([0, ""])
    const outputs = out.split("---\n")
    expect(outputs[0]).toContain('"lighthouse"')
    expect(outputs[2]).toContain('"type":"committed"')
    expect(outputs[3]).toContain("event: committed\n")
    expect(outputs[4]).toContain('"isInterrupted":false')
  })
})
