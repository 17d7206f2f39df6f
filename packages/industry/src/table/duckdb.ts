/** DuckDB as a reader and writer of Parquet: in memory, no extensions, few threads. */
import { DuckDBInstance } from "@duckdb/node-api"
import type { DuckDBConnection } from "@duckdb/node-api"

/** A text as an SQL string. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name as an SQL identifier. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Calls `use` with a connection to a database of its own, and closes both. */
export async function openDuckDb(): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2", memory_limit: "1GB", autoinstall_known_extensions: "false", autoload_known_extensions: "false",
  })
  const connection = await instance.connect()
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
