export { shareHealth, sharingMigrations, sharingSchema } from "./share-health.ts"
export type { SharingOptions } from "./share-health.ts"
