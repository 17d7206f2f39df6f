/** Every schema of dreams with its steps, in the order in which they are made: for backups. */
import type { Migration } from "@daydream/engine/storage"
import { memoryMigrations, memorySchema } from "./memory/index.ts"
import { sessionMigrations, sessionSchema } from "./session/index.ts"
import { tasteMigrations, tasteSchema } from "./taste/index.ts"

export const dreamSchemas: ReadonlyMap<string, readonly Migration[]> = new Map([
  [memorySchema, memoryMigrations], [sessionSchema, sessionMigrations], [tasteSchema, tasteMigrations],
])
