/**
 * Which rows the program drew at random for people to label. Their labels may judge; every other label that comes back
 * was asked for because it would teach, and may not.
 */
import { mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { atomicWriteFile } from "@daydream/engine/artifact"
import { groupHash } from "@daydream/engine/evaluation"
import type { KeyedRow, Signature } from "@daydream/engine/function"

const fileIn = (stateFolder: string) => join(stateFolder, "random-samples.json")

async function read(stateFolder: string): Promise<string[]> {
  const text = await readFile(fileIn(stateFolder), "utf8").catch(() => "[]")
  const value: unknown = JSON.parse(text)
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []
}

/** Adds the rows of a random sample. */
export async function rememberSample(stateFolder: string, rows: readonly KeyedRow[], signature: Signature): Promise<void> {
  if (rows.length === 0) return
  const known = new Set(await read(stateFolder))
  for (const row of rows) known.add(groupHash(row.input, signature))
  await mkdir(stateFolder, { recursive: true })
  await atomicWriteFile(fileIn(stateFolder), Buffer.from(`${JSON.stringify([...known].toSorted())}\n`))
}

/** Of `rows`, the keys of those that were not drawn at random. */
export async function advisedKeys(stateFolder: string, rows: readonly KeyedRow[], signature: Signature): Promise<Set<string>> {
  const drawn = new Set(await read(stateFolder))
  return new Set(rows.filter((row) => !drawn.has(groupHash(row.input, signature))).map((row) => row.key))
}
