export type { RowChunk, Table, TableFacts, TableFormat, TableWriter, TableWriterOptions } from "./table.ts"
