/** Every schema of the fabric, up to date: what a backup is restored into. */
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "@daydream/fabric/admin"
import { openReplies } from "@daydream/fabric/replies"
import type { Secrets } from "@daydream/fabric/secrets"
import { sharingMigrations, sharingSchema } from "@daydream/fabric/sharing"

export async function prepareStore(store: Store, secrets: Secrets): Promise<void> {
  await openAdminParts(store, secrets)
  const replies = await openReplies(store, { holder: "prepare" })
  await replies.close()
  await store.migrate(sharingSchema, sharingMigrations)
}
