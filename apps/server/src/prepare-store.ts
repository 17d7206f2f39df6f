/** Every schema of the store, up to date: what a backup holds, and what it is restored into. */
import { dreamSchemas } from "@daydream/dream"
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "@daydream/fabric/admin"
import { fabricSchemas } from "@daydream/fabric/backup"
import type { Schemas } from "@daydream/fabric/backup"
import type { Secrets } from "@daydream/fabric/secrets"

/** The fabric's schemas, and those of dreams. */
export const storeSchemas: Schemas = new Map([...fabricSchemas, ...dreamSchemas])

export async function prepareStore(store: Store, secrets: Secrets): Promise<void> {
  for (const [schema, migrations] of storeSchemas) await store.migrate(schema, migrations)
  await openAdminParts(store, secrets)
}
