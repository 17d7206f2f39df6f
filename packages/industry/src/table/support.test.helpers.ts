/** Helpers of the tests of this folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
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

/** What the error of ours that `promise` is rejected with lacks of this code and these English and Chinese texts. */
export async function lacking(promise: Promise<unknown>, code: string, en: readonly string[], zh: readonly string[]): Promise<string[]> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof DaydreamError)) return [`an error of ours in place of ${String(error)}`]
  const english = `${error.texts.en.message} ${error.texts.en.hint}`
  const chinese = `${error.texts.zh.message} ${error.texts.zh.hint}`
  return [
    ...(error.code === code ? [] : [`${code} in place of ${error.code}`]),
    ...en.filter((text) => !english.includes(text)).map((text) => `${text} in: ${english}`),
    ...zh.filter((text) => !chinese.includes(text)).map((text) => `${text} in: ${chinese}`),
    ...(error.exitCode === (code === "disk_full" ? 1 : 2) ? [] : [`another exit code than ${error.exitCode}`]),
  ]
}
