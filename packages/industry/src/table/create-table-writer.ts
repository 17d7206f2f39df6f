/** Writes tables of any format. */
import { tableErrors } from "./errors.ts"
import { checkDelimiter } from "./delimited.ts"
import { nameColumns } from "./columns.ts"
import type { TableWriter, TableWriterOptions } from "./table.ts"
import { writeDelimited } from "./write-delimited.ts"
import { writeJson } from "./write-json.ts"
import { writeParquet } from "./write-parquet.ts"
import { writeXlsx } from "./write-xlsx.ts"

const encodings = ["utf-8", "utf-8-bom", "gb18030"] as const

const makers = {
  csv: writeDelimited, tsv: writeDelimited, json: writeJson, jsonl: writeJson, parquet: writeParquet, xlsx: writeXlsx,
} as const

/**
 * Opens a writer for `path`. Rows are written in the order of `options.columns`; a column that a row lacks is empty, and
 * what a row has beside them is left out. Nothing is visible under `path` before `close`. Throws `disk_full`,
 * `not_writable` and the limits of the format. A failed `close` or `write` leaves nothing behind after `abort`.
 */
export async function createTableWriter(path: string, options: TableWriterOptions): Promise<TableWriter> {
  const { encoding } = options
  if (encoding !== undefined && !encodings.includes(encoding)) {
    throw tableErrors.unsupported_encoding({ encoding, encodings })
  }
  checkDelimiter(options.delimiter)
  nameColumns(path, options.columns)
  return makers[options.format](path, options)
}
