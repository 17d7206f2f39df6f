/** Helpers of the tests of this folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect } from "vitest"
import { DaydreamError } from "@daydream/engine/errors"
import type { Row } from "@daydream/engine/function"
import type { Table } from "./table.ts"

/** A folder of the test file's own; `file` writes into it and gives the path. */
export function testFolder() {
  let folder = ""
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "daydream-table-"))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return {
    path: (name: string) => join(folder, name),
    file: async (name: string, content: string | Uint8Array) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
  }
}

export async function allRows(table: Table, options: { fromRow?: number; chunkRows?: number } = {}): Promise<Row[]> {
  const rows: Row[] = []
  for await (const chunk of table.chunks(options)) rows.push(...chunk.rows)
  return rows
}

/** Expects an error of ours with this code whose message or hint holds these texts, English and Chinese. */
export async function expectError(promise: Promise<unknown>, code: string, en: readonly string[], zh: readonly string[]) {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof DaydreamError)) throw new Error(`expected ${code}, got ${String(error)}`)
  expect(error.code).toBe(code)
  for (const text of en) expect(`${error.texts.en.message} ${error.texts.en.hint}`).toContain(text)
  for (const text of zh) expect(`${error.texts.zh.message} ${error.texts.zh.hint}`).toContain(text)
  expect(error.exitCode).toBe(code === "disk_full" ? 1 : 2)
  return error
}
