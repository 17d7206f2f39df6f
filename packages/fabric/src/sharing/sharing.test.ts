import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { createHealthBoard } from "../routing/index.ts"
import type { HealthBoard } from "../routing/index.ts"
import { shareHealth } from "./index.ts"

let folder: string
let store: Store

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-sharing-"))
  chmodSync(folder, 0o755)
  store = await openStore({ folder })
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const boardOf = (replica: string) => createHealthBoard({ now: Date.now, replica })
const share = (board: HealthBoard) => shareHealth(store, { board, exportMs: 10 })
const stateOf = (board: HealthBoard, target: string) => board.health.get(target)?.breaker ?? "unknown"

function breakDown(board: HealthBoard, target: string) {
  for (let i = 0; i < 20; i++) board.begin(target)?.fail({ kind: "status", status: 503, message: "down", afterFirstToken: false })
}

test("a breaker that opens in one replica opens in the others, also in one that starts later, and closes again", async () => {
  const [first, second, late] = [boardOf("a"), boardOf("b"), boardOf("c")]
  const shares = [await share(first), await share(second)]
  breakDown(first, "pool/model")
  expect(stateOf(first, "pool/model")).toBe("open")
  await expect.poll(() => stateOf(second, "pool/model"), { timeout: 20_000 }).toBe("open")
  shares.push(await share(late))
  expect(stateOf(late, "pool/model")).toBe("open")
  second.merge([{ target: "pool/model", breaker: "open", notBefore: 0, openings: 1, at: Date.now() + 1_000, by: "b" }])
  second.begin("pool/model")?.succeed()
  await expect.poll(() => [stateOf(first, "pool/model"), stateOf(late, "pool/model")], { timeout: 20_000 }).toEqual(["closed", "closed"])
  for (const one of shares) await one.close()
})

test("what one closes with is still told, and older news never overwrites newer", async () => {
  const [first, second] = [boardOf("a"), boardOf("b")]
  const shared = await share(first)
  breakDown(first, "pool/other")
  await shared.close()
  await store.query("update fabric_sharing.breaker set at = 9e15, openings = 7 where target = 'pool/other'")
  const again = await share(second)
  expect(stateOf(second, "pool/other")).toBe("open")
  await again.close()
  const behind = boardOf("x")
  breakDown(behind, "pool/other")
  await (await share(behind)).close()
  const [row] = await store.query("select openings from fabric_sharing.breaker where target = 'pool/other'")
  expect(row).toEqual({ openings: 7 })
})
