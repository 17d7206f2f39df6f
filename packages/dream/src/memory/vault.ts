/** Where the keys of memories are kept. Forgetting is what a vault does to a key. */
import type { Store } from "@daydream/engine/storage"

type QueryResultRow = Record<string, unknown>

/** A connection inside a transaction of the store. */
export type Transaction = Parameters<Parameters<Store["transaction"]>[0]>[0]

export interface MemoryVault {
  /** True where keeping and destroying are part of the store's transaction; else they are durable when the promise resolves. */
  readonly joinsTransaction: boolean
  /** Keeps keys of 32 bytes by id (a UUID). */
  keep(keys: ReadonlyMap<string, Uint8Array>, transaction: Transaction): Promise<void>
  /** The keys that are there; destroyed and unknown ones are left out. */
  read(keyIds: readonly string[], transaction?: Transaction): Promise<Map<string, Uint8Array>>
  /** Destroys keys for good. Unknown ids are no error, so that it can be repeated after a crash. */
  destroy(keyIds: readonly string[], transaction?: Transaction): Promise<void>
}

/**
 * Rows of a statement, in the transaction where one is given: a transaction that waited for a second connection while
 * others wait for its locks with all the connections would wait for ever.
 */
export const queryOf = (store: Store, transaction: Transaction | undefined): Store["query"] =>
  transaction === undefined ? (sql, values) => store.query(sql, values)
    : async <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await transaction.query<R>(sql, [...values])).rows
