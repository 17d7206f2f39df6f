/** Carries a plan through the store, so that a worker on another machine needs no shared files. */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { Store } from "@daydream/engine/storage"
import { identifyPlan, planFiles } from "../run/index.ts"
import { schema } from "./tables.ts"

/** Puts the files of the plan at `path` into the store, once for each identity. */
export async function uploadPlan(store: Store, path: string, identity: string): Promise<void> {
  const known = await store.query(`select 1 from ${schema}.plan_file where plan_identity = $1 limit 1`, [identity])
  if (known.length > 0) return
  await store.transaction(async (client) => {
    for (const name of await planFiles(path)) {
      const bytes = zstdCompressSync(await readFile(name === "" ? path : join(path, name)))
      await client.query(`insert into ${schema}.plan_file values ($1, $2, $3) on conflict do nothing`, [identity, name, bytes])
    }
  })
}

/**
 * A local folder that holds the plan: `path` itself where it is the very plan (same machine), else a copy from the
 * store in the machine's temporary folder.
 */
export async function localPlan(store: Store, path: string, identity: string): Promise<string> {
  if (await isPlan(path, identity)) return path
  const copy = join(tmpdir(), `daydream-plan-${identity.slice(0, 32)}`)
  if (await isPlan(copy, identity)) return copy
  const partial = await mkdtemp(`${copy}-`)
  const files = await store.query<{ path: string; bytes: Buffer }>(
    `select path, bytes from ${schema}.plan_file where plan_identity = $1`, [identity])
  for (const file of files) {
    const target = join(partial, file.path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, zstdDecompressSync(file.bytes))
  }
  await rm(copy, { recursive: true, force: true })
  try {
    await rename(partial, copy)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    // Another worker on this machine was first.
    if (!(await isPlan(copy, identity))) throw error
  }
  return copy
}

const isPlan = (path: string, identity: string) =>
  identifyPlan(path).then((found) => found === identity, () => false)
