import type { Migration } from "@daydream/engine/storage"
import { closeBatch } from "./close-batch.ts"
import { openBatch } from "./open-batch.ts"
import { tables } from "./schema.ts"

/** The schema of the ledger. */
export const schemaName = "fabric_ledger"

export const migrations: readonly Migration[] = [
  { name: "tables", sql: tables },
  { name: "batches", sql: openBatch + closeBatch },
]
