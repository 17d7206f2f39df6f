import type { Migration } from "@daydream/engine/storage"
import { delivery } from "./delivery.ts"
import { keeping } from "./keeping.ts"
import { recoverExpired } from "./recovery.ts"
import { tables } from "./schema.ts"
import { takeBuckets } from "./take.ts"
import { writeBatch } from "./write-batch.ts"

/** The schema of the ledger. */
export const schemaName = "fabric_ledger"

export const migrations: readonly Migration[] = [
  { name: "tables", sql: tables },
  { name: "batches", sql: writeBatch + recoverExpired },
  { name: "keeping", sql: keeping },
  { name: "delivery of alerts", sql: delivery },
  { name: "takes without a request", sql: takeBuckets },
]
