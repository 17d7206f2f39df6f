export type { ConfigurationSource, Pool, Snapshot } from "./configuration.ts"
