/** The embedded model takes part in play on a fresh server: it chooses by meaning, and every call of it is metered. */
import { spawn } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createDreamClient } from "@daydream/client"
import type { SessionEvent } from "@daydream/client"
import { expect, test } from "vitest"

const play = async (turn: AsyncIterable<SessionEvent>) => {
  const events: SessionEvent[] = []
  for await (const event of turn) events.push(event)
  return events
}

/** `daydream serve` as a process of its own. */
async function serve(folder: string) {
  const main = join(import.meta.dirname, "../../apps/cli/src/main.ts")
  const environment = { ...process.env, DATABASE_URL: "", DAYDREAM_MASTER_KEY: "" }
  const child = spawn(process.execPath, ["--conditions=source", main, "serve", "--port", "0", "--state", folder], {
    env: environment,
    stdio: "ignore",
  })
  const ended = new Promise((resolve) => {
    child.on("exit", resolve)
  })
  await expect.poll(() => existsSync(join(folder, "server.json")), { timeout: 60_000 }).toBe(true)
  const { address } = JSON.parse(readFileSync(join(folder, "server.json"), "utf8")) as { address: string }
  return {
    address,
    token: readFileSync(join(folder, "admin.key"), "utf8").trim(),
    stop: async () => {
      child.kill("SIGTERM")
      await ended
    },
  }
}

test("what a player means is found by the embedded model, through the gateway", async () => {
  const folder = mkdtempSync(join(tmpdir(), "daydream-play-"))
  // The embedded database's own user passes through it.
  chmodSync(folder, 0o755)
  cpSync(join(import.meta.dirname, "../../packages/dream/templates/zh"), join(folder, "dreams/lost_property"), {
    recursive: true,
  })
  const server = await serve(folder)
  try {
    const { address, token } = server
    const client = createDreamClient({ address, token })
    expect((await client.dreams()).model).toBe("chat")
    const session = await client.open({ dream: "lost_property", seed: "meaning" })
    await play(session.begin())
    await play(session.take(session.state?.suggestions[0]?.option ?? ""))
    const usage = async () => {
      const response = await fetch(`${address}/admin/v1/tenants/root/usage?groupBy=model`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const { rows } = (await response.json()) as {
        rows: { requests: number; failed: number; tokens: { input: number } }[]
      }
      return rows.map(({ requests, failed, tokens }) => ({ requests, failed, input: tokens.input }))
    }
    // The author's texts are read beforehand, in the background.
    const known = { requests: 0 }
    await expect
      .poll(
        async () => {
          const before = known.requests
          known.requests = (await usage())[0]?.requests ?? 0
          return known.requests > 5 && known.requests === before
        },
        { timeout: 240_000, interval: 10_000 }
      )
      .toBe(true)
    const events = await play(session.say("我手里这张旧纸条，能换回当年存下的那样物件吗"))
    expect(events.find((event) => event.type === "say" && event.character === "clerk")).toMatchObject({
      origin: "selected",
      line: "ticket-1",
    })
    expect(await usage()).toEqual([expect.objectContaining({ failed: 0 })])
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 400_000)
