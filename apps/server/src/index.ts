/**
 * The Daydream server: the fabric's gateway with its store, its models and the functions that were compiled. What is
 * heavy is loaded when it is called: a command that only asks where a server runs waits for none of it.
 */
import type { Store } from "@daydream/engine/storage"
import type { Schemas } from "@daydream/fabric/backup"
import type { Secrets } from "@daydream/fabric/secrets"
import type { OpenedState, StateOptions } from "./open-state.ts"
import type { RunningServer, ServerOptions } from "./start-server.ts"

export type { OpenedState, StateOptions } from "./open-state.ts"
export type { RunningServer, ServerOptions } from "./start-server.ts"
export { readLocalKey, readPlace } from "./state-folder.ts"
export type { ServerPlace } from "./state-folder.ts"

/** Starts a server. Throws `port_in_use`, `store_in_use`, `master_key_wrong` and what the store throws. */
export const startServer = async (options: ServerOptions = {}): Promise<RunningServer> =>
  (await import("./start-server.ts")).startServer(options)

/**
 * Opens the store of DATABASE_URL, else the embedded one of the folder, and the secrets. An embedded one is claimed:
 * `store_in_use` where a server or another command has it.
 */
export const openState = async (options: StateOptions): Promise<OpenedState> => (await import("./open-state.ts")).openState(options)

/** Every schema of a store. */
export const storeSchemas = async (): Promise<Schemas> => (await import("./prepare-store.ts")).storeSchemas

/** Brings every schema of the store up to date. */
export const prepareStore = async (store: Store, secrets: Secrets): Promise<void> =>
  (await import("./prepare-store.ts")).prepareStore(store, secrets)
