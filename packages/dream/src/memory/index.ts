/** The memory of characters: what they keep, what comes to mind, and what a player makes them forget. */
export type {
  EpisodeEvent, FactEvent, Memory, MemoryEdit, MemoryEvent, MemorySource, ReflectionEvent, RelationEvent,
} from "./event.ts"
export { createHolderMemory } from "./holder-memory.ts"
export type { HolderMemory, HolderMemoryView, HolderState, Timed } from "./holder-memory.ts"
export { defaultWeights, recallParts, recencyOf } from "./recall.ts"
export type { Recalled, RecallPart, RecallQuery, RecallWeights } from "./recall.ts"
export { createMemoryStore } from "./memory-store.ts"
export type { MemoryStore, MemoryStoreOptions } from "./memory-store.ts"
export type { KeptMemory, MemoryEntry } from "./keeping.ts"
export type { MemoryAddress } from "./forgetting.ts"
export type { Sealed } from "./seal.ts"
export { createPostgresVault } from "./postgres-vault.ts"
export { openFolderVault } from "./folder-vault.ts"
export type { FolderVault } from "./folder-vault.ts"
export type { MemoryVault, Transaction } from "./vault.ts"
export { termsOf } from "./terms.ts"
export type { Validity } from "./timeline.ts"
