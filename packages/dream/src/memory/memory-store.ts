/** The store edge of memory: sealed rows in the store, keys in a vault, indexes in this process. */
import { randomUUID } from "node:crypto"
import type { EmbeddingModel } from "@daydream/engine/model"
import type { Store } from "@daydream/engine/storage"
import { branch, rewind } from "./branching.ts"
import { editMemory, pinMemory } from "./changing.ts"
import { embedMissing } from "./embedding.ts"
import type { MemoryEdit } from "./event.ts"
import { doom, doomedOf, forgetAll, settle } from "./forgetting.ts"
import type { InForgetting, MemoryAddress } from "./forgetting.ts"
import type { HolderMemoryView } from "./holder-memory.ts"
import { keep } from "./keeping.ts"
import type { KeptMemory, MemoryEntry } from "./keeping.ts"
import { createLoader } from "./loader.ts"
import { createPostgresVault } from "./postgres-vault.ts"
import type { Recalled, RecallQuery } from "./recall.ts"
import { migrations, schemaName } from "./schema.ts"
import { createKey, openBytes, sealBytes } from "./seal.ts"
import type { Sealed } from "./seal.ts"
import type { MemoryVault, Transaction } from "./vault.ts"

export interface MemoryStoreOptions {
  /** Where keys are kept; by default in the store. */
  readonly vault?: MemoryVault
  /** Compares meanings. Without one, recall goes by words and the rest. */
  readonly embedder?: EmbeddingModel
  /**
   * Which texts the embedder understands; by default all. One that reads English only makes Chinese recall worse than
   * none: give it `(text) => !/\p{Script=Han}/u.test(text)`.
   */
  readonly canEmbed?: (text: string) => boolean
  /** Holders whose indexes stay in this process; by default 256. */
  readonly capacity?: number
  /** Hears that the query could not be embedded; recall goes on without. */
  readonly onEmbedderFailure?: (error: unknown) => void
  /**
   * Hears what was forgotten or edited, before the promise of `forget` or `edit` resolves: whoever keeps something made
   * from memories (a model's saved state, a cached prompt, a refusal) drops it here.
   */
  readonly onForget?: (forgotten: readonly MemoryAddress[]) => void | Promise<void>
}

/** The memories of all characters of all sessions. */
export interface MemoryStore {
  /**
   * Keeps events in the caller's transaction. An id that its holder knows, or has forgotten, is left out, and so is what
   * rests on something forgotten: a replay remembers nothing twice and nothing again. Gives what was kept, as a journal
   * may hold it. Throws `memory_invalid`. No model is called.
   */
  append(transaction: Transaction, session: string, entries: readonly MemoryEntry[]): Promise<KeptMemory[]>
  /** The holder's memory as it is committed now. It moves on with the next call for this holder. */
  view(session: string, holder: string): Promise<HolderMemoryView>
  /** What comes to the holder's mind; embeds the query where there is an embedder and `vector` is not given. */
  recall(session: string, holder: string, query: RecallQuery, options?: { abortSignal?: AbortSignal }): Promise<Recalled[]>
  /** Gives vectors to the holder's memories that have none; for the background, after a turn. Gives how many it made. */
  embed(session: string, holder: string, options?: { abortSignal?: AbortSignal }): Promise<number>
  pin(session: string, holder: string, id: string, isPinned: boolean): Promise<void>
  /** Changes a memory, in every branch that shares it; the old words are destroyed, and what rested on them. Gives what was forgotten. */
  edit(session: string, holder: string, id: string, edit: MemoryEdit, also?: InForgetting): Promise<MemoryAddress[]>
  /**
   * Forgets for good: the keys are destroyed, in every branch; rows, vectors, facts and reflections that rest on them go.
   * With a holder, only what that one remembers; else every holder's memory of these ids. Gives what was forgotten.
   */
  forget(session: string, ids: readonly string[], holder?: string, also?: InForgetting): Promise<MemoryAddress[]>
  /** Takes back, in the caller's transaction, what came after a journal index; −1 takes all of the session. */
  rewind(transaction: Transaction, session: string, journalIndex: number): Promise<void>
  /** Copies the memories of a session up to a journal index to a new one. They share keys, so that forgetting reaches both. */
  branch(transaction: Transaction, from: string, to: string, journalIndex: number): Promise<void>
  /** Seals a text for the journal under a key of its own; name the key in `sealedKeys` of the memories that hold the same words. */
  seal(transaction: Transaction, text: string): Promise<Sealed>
  /** The text, or null where it was forgotten. Throws `memory_damaged`. */
  unseal(sealed: Sealed): Promise<string | null>
  /** Several texts with one look into the vault, in their order; null where one was forgotten. Throws `memory_damaged`. */
  unsealAll(sealed: readonly Sealed[]): Promise<(string | null)[]>
  /** Destroys keys of sealed texts, in the caller's transaction; `settle` after its commit where the vault is apart. */
  destroySeals(transaction: Transaction, keyIds: readonly string[]): Promise<void>
  /** Finishes what a killed process left: called by createMemoryStore, and after `rewind` has committed where the vault is apart. */
  settle(): Promise<void>
}

export async function createMemoryStore(store: Store, options: MemoryStoreOptions = {}): Promise<MemoryStore> {
  await store.migrate(schemaName, migrations)
  const vault = options.vault ?? await createPostgresVault(store)
  const { embedder, canEmbed = () => true } = options
  const { load, loadWithin } = createLoader(store, vault, options.capacity ?? 256)
  await settle(store, vault)

  const told = async (addresses: readonly MemoryAddress[]) => {
    // Indexes of this process drop them now, not when next asked.
    const holders = new Map(addresses.map((one) => [JSON.stringify([one.session, one.holder]), one]))
    for (const { session, holder } of holders.values()) await load(session, holder)
    if (addresses.length > 0) await options.onForget?.(addresses)
  }
  const vectorOf = async (text: string, abortSignal: AbortSignal | undefined): Promise<readonly number[] | undefined> => {
    if (embedder === undefined || text.trim() === "" || !canEmbed(text)) return undefined
    try {
      const { embeddings } = await embedder.doEmbed({ values: [text], ...(abortSignal === undefined ? {} : { abortSignal }) })
      return embeddings[0]
    } catch (error) {
      abortSignal?.throwIfAborted()
      options.onEmbedderFailure?.(error)
      return undefined
    }
  }
  const unsealAll = async (sealed: readonly Sealed[]): Promise<(string | null)[]> => {
    const keyIds = sealed.map(({ keyId }) => keyId)
    const keys = keyIds.length === 0 ? new Map<string, Uint8Array>() : await vault.read(keyIds)
    for (const keyId of await doomedOf(store, vault, keyIds)) keys.delete(keyId)
    return sealed.map(({ keyId, content }) => {
      const key = keys.get(keyId)
      return key === undefined ? null : openBytes(key, keyId, "text", content).toString("utf8")
    })
  }
  return {
    append: (transaction, session, entries) => keep(vault, transaction, session, entries),
    view: async (session, holder) => (await load(session, holder)).memory,
    recall: async (session, holder, query, { abortSignal } = {}) => {
      const vector = query.vector ?? await vectorOf(query.text, abortSignal)
      const { memory } = await load(session, holder)
      return memory.recall({ ...query, ...(vector === undefined ? {} : { vector }) })
    },
    embed: async (session, holder, { abortSignal } = {}) =>
      embedder === undefined ? 0 : embedMissing(store, vault, await load(session, holder), { session, holder, embedder, canEmbed, abortSignal }),
    pin: (session, holder, id, isPinned) => pinMemory(store, { session, holder, id }, isPinned),
    edit: async (session, holder, id, edit, also) => {
      const { changed, forgotten } = await editMemory(store, vault, loadWithin, { session, holder, id }, edit, also)
      await told([...changed, ...forgotten])
      return forgotten
    },
    forget: async (session, ids, holder, also) => {
      const forgotten = await forgetAll(store, vault, loadWithin, session, ids, holder, also)
      await told(forgotten)
      return forgotten
    },
    rewind: (transaction, session, journalIndex) => rewind(vault, transaction, session, journalIndex),
    branch,
    seal: async (transaction, text) => {
      const keyId = randomUUID()
      const key = createKey()
      await vault.keep(new Map([[keyId, key]]), transaction)
      return { keyId, content: sealBytes(key, keyId, "text", Buffer.from(text)) }
    },
    unseal: async (sealed) => (await unsealAll([sealed]))[0] ?? null,
    unsealAll,
    destroySeals: (transaction, keyIds) => doom(vault, transaction, keyIds),
    settle: () => settle(store, vault),
  }
}
