/** The store and the secrets of a state folder, for the server and for commands that work without one. */
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openSecrets } from "@daydream/fabric/secrets"
import type { Secrets } from "@daydream/fabric/secrets"
import { prepareState } from "./state-folder.ts"

type Environment = Readonly<Record<string, string | undefined>>

export interface OpenedState extends AsyncDisposable {
  readonly store: Store
  readonly secrets: Secrets
}

export interface StateOptions {
  readonly state: string
  readonly environment: Environment
  /** Most connections of this process to the store. */
  readonly connections?: number
  /** False: others may be at work on an embedded store; for reading. */
  readonly claims?: boolean
  /** Another process got an embedded store while its database was away. */
  readonly onLost?: () => void
}

/** Who has it is the one process that serves, or works without a server, on an embedded store. */
const claimName = "fabric"

/**
 * Opens the store of DATABASE_URL, else the embedded one of the folder. An embedded one is claimed: `store_in_use` where
 * a server or another command has it. Replicas share a database of the user's.
 */
export async function openState({ state, environment, connections, claims = true, onLost }: StateOptions): Promise<OpenedState> {
  prepareState(state)
  const url = environment["DATABASE_URL"]
  const store = await openStore({
    ...(url === undefined || url === "" ? { folder: join(state, "postgres") } : { url }),
    ...(connections === undefined ? {} : { connections }),
  })
  try {
    const release = claims && store.kind === "embedded" ? await store.claim(claimName, onLost === undefined ? {} : { onLost }) : undefined
    const masterKey = environment["DAYDREAM_MASTER_KEY"]
    const secrets = await openSecrets({ folder: state, ...(masterKey === undefined || masterKey === "" ? {} : { masterKey }) })
    return {
      store, secrets,
      [Symbol.asyncDispose]: async () => {
        await release?.()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}
