/** The taste of whoever plays on this machine's own store. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { emptyTaste, openTasteStore } from "@daydream/dream/taste"
import type { Taste } from "@daydream/dream/taste"
import { openStore } from "@daydream/engine/storage"

/** The same player as in `daydream play`. */
const player = "root/owner"

/** What the player likes; where nothing was ever played, there is no store, and none is made for this. */
export async function tasteOf(environment: Readonly<Record<string, string | undefined>>, state: string): Promise<Taste> {
  const url = environment["DATABASE_URL"]
  const folder = join(state, "postgres")
  if ((url === undefined || url === "") && !existsSync(folder)) return emptyTaste
  const store = await openStore(url === undefined || url === "" ? { folder, connections: 2 } : { url, connections: 2 })
  try {
    return await (await openTasteStore(store)).of(player)
  } finally {
    await store.close()
  }
}
