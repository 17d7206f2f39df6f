/** The Daydream server: the fabric's gateway with its store, its models and the functions that were compiled. */
export { openState } from "./open-state.ts"
export type { OpenedState, StateOptions } from "./open-state.ts"
export { prepareStore } from "./prepare-store.ts"
export { startServer } from "./start-server.ts"
export type { RunningServer, ServerOptions } from "./start-server.ts"
export { readLocalKey, readPlace } from "./state-folder.ts"
export type { ServerPlace } from "./state-folder.ts"
