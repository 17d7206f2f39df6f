import { existsSync } from "node:fs"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openTasteStore } from "@daydream/dream/taste"
import { openStore } from "@daydream/engine/storage"
import { afterAll, expect, test } from "vitest"
import { commands } from "../commands/index.ts"
import { runProgram } from "../frame/index.ts"
import type { Io } from "../frame/index.ts"

const root = await mkdtemp(join(tmpdir(), "daydream-wishing-"))
await chmod(root, 0o755)
afterAll(() => rm(root, { recursive: true, force: true }))

async function run(...argv: string[]) {
  let out = ""
  let err = ""
  const io: Io = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    environment: {},
    systemLocale: "en",
    now: () => 0,
    abortSignal: new AbortController().signal,
    writeLog: () => "/logs/errors.log",
  }
  const code = await runProgram(["dream", "make", ...argv, "--model", "none"], io, commands, "1.2.3")
  return { code, out, err, json: () => JSON.parse(out) as Record<string, never> }
}

test("a wish becomes a folder, which is not written over, and no store is made for a taste", async () => {
  const state = join(root, "plain")
  const made = await run("find the missing cat", "--state", state, "--without", "death", "--json")
  expect(made.code).toBe(0)
  expect(made.json()).toMatchObject({ made: true, language: "en", skeleton: "lost-thing", tone: null, without: ["death"], repaired: [] })
  expect(existsSync(join(String(made.json()["folder"]), "dream.yaml"))).toBe(true)
  expect(existsSync(join(state, "postgres"))).toBe(false)
  const again = await run("find the missing cat", "--state", state)
  expect(again.code).not.toBe(0)
  expect(again.err).toContain("is there already")
})

test("the player's taste gives language, tone and what is left out; what the command says goes before it", async () => {
  const state = join(root, "tasted")
  const store = await openStore({ folder: join(state, "postgres"), connections: 2 })
  const tastes = await openTasteStore(store)
  await tastes.set("root/owner", { without: ["fear"], language: "zh" })
  await tastes.learn("root/owner", { kind: "set", dial: "tone", position: 0 })
  await store.close()
  const made = await run("a stolen pocket watch", "--state", state, "--without", "death", "--json")
  expect(made.json()).toMatchObject({ language: "zh", tone: "温暖、轻快", without: ["fear", "death"] })
  const said = await run("a stolen pocket watch", "--state", state, "--language", "en", "--tone", "silly", "--seed", "2", "--json")
  expect(said.json()).toMatchObject({ language: "en", tone: "silly", without: ["fear"] })
}, 60_000)
