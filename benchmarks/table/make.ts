/** Makes a table of about 100 bytes a row, the same on every machine. */
import { createRandom } from "@daydream/engine/random"
import { createTableWriter } from "@daydream/industry/table"
import type { Row } from "@daydream/engine/function"

export const columns = ["id", "text", "amount", "date", "label"] as const

/** Rows in batches of 10,000. Every tenth text holds a comma and quotes, every hundredth Chinese and a line break. */
export function* makeRows(count: number): Generator<Row[]> {
  const random = createRandom("table-benchmark")
  const letters = "abcdefghijklmnopqrstuvwxyz"
  const word = () => Array.from({ length: 2 + random.integer(8) }, () => letters[random.integer(26)]).join("")
  const words = Array.from({ length: 2_000 }, word)
  for (let start = 0; start < count; start += 10_000) {
    yield Array.from({ length: Math.min(10_000, count - start) }, (_, i) => {
      const id = start + i
      const text = Array.from({ length: 10 }, () => words[random.integer(words.length)]).join(" ")
      const extra = id % 100 === 0 ? ", 中文“引号”\nnext line" : id % 10 === 0 ? ', and "quoted"' : ""
      const date = `2024-${String(1 + (id % 12)).padStart(2, "0")}-${String(1 + (id % 28)).padStart(2, "0")}`
      return { id, text: text + extra, amount: Math.round(random.next() * 100_000) / 100, date, label: "abc"[id % 3] ?? "a" }
    })
  }
}

/** Writes the rows as `format` at `path`. */
export async function makeTable(path: string, format: "csv" | "jsonl" | "parquet" | "xlsx", count: number): Promise<void> {
  const writer = await createTableWriter(path, { format, columns })
  for (const rows of makeRows(count)) await writer.write(rows)
  await writer.close()
}
