/** Every schema of the fabric, up to date: what a backup is restored into. */
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "@daydream/fabric/admin"
import { fabricSchemas } from "@daydream/fabric/backup"
import type { Secrets } from "@daydream/fabric/secrets"

export async function prepareStore(store: Store, secrets: Secrets): Promise<void> {
  for (const [schema, migrations] of fabricSchemas) await store.migrate(schema, migrations)
  await openAdminParts(store, secrets)
}
