import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openTasteStore } from "@daydream/dream/taste"
import { makeBackup, restoreBackup } from "@daydream/fabric/backup"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openState } from "./open-state.ts"
import { prepareStore, storeSchemas } from "./prepare-store.ts"

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-backup-all-"))
  await chmod(base, 0o755)
})
afterAll(() => rm(base, { recursive: true, force: true }))

const opened = async (name: string) => {
  const state = await openState({ state: join(base, name), environment: {} })
  await prepareStore(state.store, state.secrets)
  return state
}

test("a backup holds what players have, and is restored only where nobody has anything", async () => {
  const file = join(base, "all.tar")
  const mustBeEmpty = ["dream_session.session", "dream_taste.taste"]
  await using first = await opened("first")
  await (await openTasteStore(first.store)).learn("ann", { kind: "set", dial: "fear", position: 1 })
  await makeBackup(first.store, file, { now: new Date(0), schemas: storeSchemas })
  await expect(restoreBackup(first.store, file, { schemas: storeSchemas, mustBeEmpty })).rejects.toThrow(/dream_taste/u)
  await using second = await opened("second")
  await restoreBackup(second.store, file, { schemas: storeSchemas, mustBeEmpty })
  expect((await (await openTasteStore(second.store)).of("ann")).dials.fear?.position).toBe(1)
})
