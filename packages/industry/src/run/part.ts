/** A part: the answers to consecutive rows, small and compressed. The rows themselves stay in the input file. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { Outcome, RowFault } from "@daydream/engine/function"

/** What is kept of an outcome. */
export interface Answer {
  readonly status: Outcome["status"]
  readonly output: string | null
  readonly confidence: number
  readonly by: string
  readonly fault?: Pick<RowFault, "code" | "texts">
}

export const toAnswer = (outcome: Outcome): Answer => ({
  status: outcome.status,
  output: outcome.output,
  confidence: outcome.confidence,
  by: outcome.by,
  ...(outcome.fault === undefined ? {} : { fault: { code: outcome.fault.code, texts: outcome.fault.texts } }),
})

const statuses = ["answered", "review", "other", "failed"] as const

interface StoredPart {
  readonly version: 1
  /** Every distinct output and rung name once; the columns below point into it, -1 is null. */
  readonly words: readonly string[]
  readonly status: readonly number[]
  readonly output: readonly number[]
  readonly confidence: readonly number[]
  readonly by: readonly number[]
  /** By position in the part. */
  readonly faults: Readonly<Record<string, Answer["fault"]>>
}

/** Bytes of a part; the same answers give the same bytes. */
export function encodePart(answers: readonly Answer[]): Buffer {
  const places = new Map<string, number>()
  const place = (word: string) => {
    const known = places.get(word)
    if (known !== undefined) return known
    places.set(word, places.size)
    return places.size - 1
  }
  const faults: Record<string, Answer["fault"]> = {}
  const columns = { status: [] as number[], output: [] as number[], confidence: [] as number[], by: [] as number[] }
  for (const [index, answer] of answers.entries()) {
    columns.status.push(statuses.indexOf(answer.status))
    columns.output.push(answer.output === null ? -1 : place(answer.output))
    columns.confidence.push(answer.confidence)
    columns.by.push(place(answer.by))
    if (answer.fault !== undefined) faults[index] = answer.fault
  }
  const part: StoredPart = { version: 1, words: [...places.keys()], ...columns, faults }
  return zstdCompressSync(JSON.stringify(part))
}

/** The answers in the bytes of {@link encodePart}. */
export function decodePart(bytes: Uint8Array): Answer[] {
  const part = JSON.parse(zstdDecompressSync(bytes).toString("utf8")) as StoredPart
  return part.status.map((status, index) => {
    const output = part.output[index] ?? -1
    const fault = part.faults[index]
    return {
      status: statuses[status] ?? "failed",
      output: output < 0 ? null : (part.words[output] ?? null),
      confidence: part.confidence[index] ?? 0,
      by: part.words[part.by[index] ?? -1] ?? "",
      ...(fault === undefined ? {} : { fault }),
    }
  })
}
