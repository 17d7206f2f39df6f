/** JSON (a list of objects) and JSON Lines. */
import type { Row } from "@daydream/engine/function"
import { openAside } from "./aside-file.ts"
import { encodeGb18030 } from "./gb18030.ts"
import type { TableWriter, TableWriterOptions } from "./table.ts"

export async function writeJson(path: string, options: TableWriterOptions): Promise<TableWriter> {
  const { columns, encoding } = options
  const isLines = options.format === "jsonl"
  const newline = options.newline ?? "\n"
  const encode = encoding === "gb18030" ? encodeGb18030 : (text: string) => Buffer.from(text, "utf8")
  const names = columns.map((name) => JSON.stringify(name))
  const toText = (row: Row): string =>
    `{${columns.map((name, i) => `${names[i]}:${JSON.stringify(row[name] ?? null)}`).join(",")}}`
  const file = await openAside(path)
  if (encoding === "utf-8-bom") await file.write(Buffer.from("\uFEFF"))
  if (!isLines) await file.write(encode("["))
  let isFirst = true
  return {
    write: async (rows) => {
      let text = ""
      for (const row of rows) {
        text += isLines ? toText(row) + newline : (isFirst ? newline : `,${newline}`) + toText(row)
        isFirst = false
      }
      if (text !== "") await file.write(encode(text))
    },
    close: async () => {
      if (!isLines) await file.write(encode(`${newline}]${newline}`))
      await file.close()
    },
    abort: () => file.abort(),
  }
}
