/** The tables of a store that a backup holds. */
import type { ClientBase } from "pg"

export interface TableFacts {
  readonly schema: string
  readonly name: string
  /** Columns in the order of the rows' texts. */
  readonly columns: readonly string[]
  /** Names of tables that its rows point at, itself among them. */
  readonly needs: readonly string[]
}

export const fullName = ({ schema, name }: Pick<TableFacts, "schema" | "name">): string => `${quoted(schema)}.${quoted(name)}`
export const quoted = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`

/** All tables of these schemas, and none of others in the same database; those first that others point at. */
export async function readTables(client: ClientBase, schemas: readonly string[]): Promise<readonly TableFacts[]> {
  const { rows } = await client.query<TableFacts>(`
    select n.nspname as schema, c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      array(select distinct fn.nspname || '.' || f.relname from pg_constraint k
        join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        where k.conrelid = c.oid and k.contype = 'f') as needs
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any($1) order by 1, 2`, [schemas])
  const placed: TableFacts[] = []
  const has = (name: string) => placed.some((table) => `${table.schema}.${table.name}` === name)
  for (let left: readonly TableFacts[] = rows; left.length > 0;) {
    const ready = left.filter(({ schema, name, needs }) => needs.every((need) => need === `${schema}.${name}` || has(need)))
    if (ready.length === 0) throw new Error("tables that point at each other in a circle")
    placed.push(...ready)
    left = left.filter((table) => !ready.includes(table))
  }
  return placed
}

/** Schemas with the checksums of their migrations: equal only where both sides mean the same by a row. */
export async function readVersions(client: ClientBase, schemas: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await client.query<{ schema: string; checksums: string[] }>(
    "select schema, array_agg(checksum order by number) as checksums from daydream.migration where schema = any($1) group by schema order by schema",
    [schemas])
  return Object.fromEntries(rows.map((row) => [row.schema, row.checksums]))
}
