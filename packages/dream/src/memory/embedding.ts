/** Vectors of memories, made in the background and sealed under the memory's own key. */
import type { EmbeddingModel } from "@daydream/engine/model"
import type { Store } from "@daydream/engine/storage"
import { touchEach } from "./forgetting.ts"
import { takeAppendLock } from "./keeping.ts"
import type { Loaded } from "./loader.ts"
import { sealVector } from "./payload.ts"
import type { MemoryVault } from "./vault.ts"

/** Names the model whose vectors can be compared with each other. */
const spaceOf = (embedder: EmbeddingModel): string => `${embedder.provider}/${embedder.modelId}`

interface EmbedMissingOptions {
  readonly session: string
  readonly holder: string
  readonly embedder: EmbeddingModel
  readonly canEmbed: (text: string) => boolean
  readonly abortSignal: AbortSignal | undefined
}

/** A memory that was forgotten or edited while its text was embedded gets no vector: its key is another by then. */
export async function embedMissing(store: Store, vault: MemoryVault, loaded: Loaded, options: EmbedMissingOptions): Promise<number> {
  const { session, holder, embedder, canEmbed, abortSignal } = options
  const space = spaceOf(embedder)
  const missing = loaded.memory.withoutVector(space).filter(({ text }) => canEmbed(text))
    .map(({ id, text }) => ({ id, text, keyId: loaded.keyIds.get(id) ?? "" }))
  const batch = Math.min(await embedder.maxEmbeddingsPerCall ?? 32, 256)
  let made = 0
  for (let start = 0; start < missing.length; start += batch) {
    abortSignal?.throwIfAborted()
    const due = missing.slice(start, start + batch)
    const { embeddings } = await embedder.doEmbed({
      values: due.map(({ text }) => text), ...(abortSignal === undefined ? {} : { abortSignal }),
    })
    const keys = await vault.read(due.map(({ keyId }) => keyId))
    const sealed = due.flatMap(({ id, keyId }, index) => {
      const key = keys.get(keyId)
      const vector = embeddings[index]
      return key === undefined || vector === undefined ? [] : [{ id, keyId, vector: sealVector(key, keyId, vector) }]
    })
    await store.transaction(async (transaction) => {
      await takeAppendLock(transaction)
      await touchEach(transaction, sealed.map(({ id }) => ({ session, holder, id })), ({ changed }) => transaction.query(
        `update dream_memory.memory m set vector = made.vector, vector_space = $3, changed = $4
         from unnest($5::text[], $6::uuid[], $7::bytea[]) as made (id, key_id, vector)
         where m.session = $1 and m.holder = $2 and m.id = made.id and m.key_id = made.key_id`,
        [session, holder, space, changed, sealed.map(({ id }) => id), sealed.map(({ keyId }) => keyId), sealed.map(({ vector }) => vector)]))
    })
    made += sealed.length
  }
  return made
}
