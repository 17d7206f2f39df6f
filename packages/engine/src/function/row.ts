/** One value of a table as its format holds it. CSV gives strings; dates are ISO 8601 strings; `null` is missing. */
export type Cell = string | number | boolean | null

/** One row of a table, by column name. */
export type Row = Readonly<Record<string, Cell>>

/** A row with its identity: in a table the number of the data row, from "1". */
export interface KeyedRow {
  readonly key: string
  readonly input: Row
}
