import type { KeyedRow } from "./row.ts"

/** A labelled row. `label` is one of the signature's classes. */
export interface Example extends KeyedRow {
  readonly label: string
}
