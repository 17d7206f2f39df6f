/** Every schema of the fabric with its steps: what a backup may hold, and how an older one becomes one of today. */
import type { Migration } from "@daydream/engine/storage"
import { alertsMigrations, alertsSchema } from "../alerts/index.ts"
import { configurationMigrations, configurationSchema } from "../configuration/index.ts"
import { ledgerMigrations, ledgerSchema } from "../ledger/index.ts"
import { repliesMigrations, repliesSchema } from "../replies/index.ts"
import { secretsMigrations, secretsSchema } from "../secrets/index.ts"
import { sharingMigrations, sharingSchema } from "../sharing/index.ts"
import { tenancyMigrations, tenancySchema } from "../tenancy/index.ts"

export type Schemas = ReadonlyMap<string, readonly Migration[]>

/** In the order in which they are made. */
export const fabricSchemas: Schemas = new Map([
  [secretsSchema, secretsMigrations], [tenancySchema, tenancyMigrations], [configurationSchema, configurationMigrations],
  [ledgerSchema, ledgerMigrations], [alertsSchema, alertsMigrations], [repliesSchema, repliesMigrations], [sharingSchema, sharingMigrations],
])
