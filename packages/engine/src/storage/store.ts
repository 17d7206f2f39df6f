/** The store: PostgreSQL always, one of the user's (`DATABASE_URL`) or the embedded one under `./.daydream/postgres`. */
import { Kysely, PostgresDialect } from "kysely"
import { DatabaseError, Pool } from "pg"
import type { ClientBase, PoolClient, QueryResult, QueryResultRow } from "pg"
import { isDaydreamError } from "../errors/index.ts"
import { claim } from "./claim.ts"
import type { ClaimOptions } from "./claim.ts"
import { enterEmbedded } from "./embedded.ts"
import { explainFailure, parseAddress } from "./failure.ts"
import { migrate } from "./migrate.ts"
import type { Migration } from "./migrate.ts"

export interface StoreOptions {
  /** Address of a PostgreSQL (postgres://user:password@host:port/database); default: the variable DATABASE_URL. */
  readonly url?: string
  /** Folder of the embedded database where there is no address; default `./.daydream/postgres`. */
  readonly folder?: string
  /** Most connections of this process; default 10. */
  readonly connections?: number
}

/** An open store. */
export interface Store {
  readonly kind: "embedded" | "external"
  /** The address with its password: what another process on this machine needs to open the same store. */
  readonly url: string
  /** Where the data of an embedded store really lies. */
  readonly folder?: string
  /** The store as `Tables` of one package's schema. Closed with the store. */
  database<Tables>(schema: string): Kysely<Tables>
  /** Brings a package's schema to its newest version; see {@link Migration}. */
  migrate(schema: string, migrations: readonly Migration[]): Promise<number>
  /** Runs `work` on one connection in one transaction: all of it is kept, or nothing. */
  transaction<T>(work: (client: ClientBase) => Promise<T>): Promise<T>
  /** Rows of the statement; of all statements in turn, where `sql` holds several. */
  query<R extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>
  /**
   * Claims `name` for this process until released, or until it dies; `store_in_use` where another has it. Where the
   * database was away, the claim is taken again as soon as it is back.
   */
  claim(name: string, options?: ClaimOptions): Promise<() => Promise<void>>
  /** Closes all connections; the last process to leave an embedded store stops its server. */
  close(): Promise<void>
}

/** Opens the store; the caller closes it. */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const address = options.url ?? process.env["DATABASE_URL"]
  if (address !== undefined && address !== "") return connect("external", address, options.connections)
  const embedded = await enterEmbedded(options.folder ?? ".daydream/postgres")
  try {
    return await connect("embedded", embedded.url, options.connections, embedded.place, embedded.leave)
  } catch (error) {
    await embedded.leave().catch(() => undefined)
    throw error
  }
}

async function connect(
  kind: Store["kind"], url: string, connections = 10, folder?: string, leave?: () => Promise<void>,
): Promise<Store> {
  parseAddress(url)
  const pool = new Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 15_000,
    application_name: "daydream", keepAlive: true })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined)
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explainFailure(error, url)
    }
  }
  const onClient = <T>(work: (client: PoolClient) => Promise<T>) =>
    explained(async () => {
      const client = await pool.connect()
      let broken = false
      try {
        return await work(client)
      } catch (error) {
        broken = !(error instanceof DatabaseError || isDaydreamError(error))
        throw error
      } finally {
        client.release(broken)
      }
    })
  try {
    await onClient((client) => client.query("select 1"))
  } catch (error) {
    await pool.end()
    throw error
  }
  let closing: Promise<void> | undefined
  return {
    kind,
    url,
    ...(folder === undefined ? {} : { folder }),
    database: <Tables>(schema: string) =>
      new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(schema),
    migrate: (schema, migrations) => onClient((client) => migrate(client, schema, migrations)),
    transaction: (work) => onClient((client) => inTransaction(client, work)),
    query: async <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
      const results: QueryResult<R> | QueryResult<R>[] = await explained(() => pool.query<R>(sql, [...values]))
      // Several statements in one text give one result each; node-postgres does not type that.
      return [results].flat().flatMap((result) => result.rows)
    },
    claim: (name, options) => explained(() => claim(url, name, options)),
    close: () => (closing ??= pool.end().then(() => leave?.())),
  }
}

async function inTransaction<T>(client: PoolClient, work: (client: ClientBase) => Promise<T>): Promise<T> {
  await client.query("begin")
  try {
    const result = await work(client)
    await client.query("commit")
    return result
  } catch (error) {
    await client.query("rollback").catch(() => undefined)
    throw error
  }
}
