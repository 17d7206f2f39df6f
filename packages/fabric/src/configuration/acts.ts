/** One act of the operator: rights, change, version, audit, all in one transaction, one act at a time. */
import type { ClientBase } from "pg"
import { queriesOn } from "../secrets/index.ts"
import { grantorOf, recordAct, requireRootAdmin } from "../tenancy/index.ts"
import type { Actor, ActStore } from "../tenancy/index.ts"
import { configurationChannel } from "./migrations.ts"
import { readRows } from "./rows.ts"
import type { ConfigurationRows } from "./rows.ts"

export interface ConfigurationAct {
  readonly client: ClientBase
  /** All that is set now; nobody changes it before this act ends. */
  readonly rows: ConfigurationRows
  /** Runs the statement, makes the change known to all processes and writes it down. */
  readonly change: (
    subject: string, facts: Readonly<Record<string, unknown>>, sql: string, values: readonly unknown[],
  ) => Promise<void>
}

export function configurationAct<T>(
  store: ActStore, actor: Actor, name: string, work: (act: ConfigurationAct) => Promise<T>,
): Promise<T> {
  return store.transaction(async (client) => {
    await client.query("select number from fabric_configuration.version for update")
    const queries = queriesOn(client)
    requireRootAdmin(await grantorOf(queries, actor), name)
    return work({
      client,
      rows: await readRows(queries),
      change: async (subject, facts, sql, values) => {
        await client.query(sql, [...values])
        await client.query(
          `with next as (update fabric_configuration.version set number = number + 1 returning number)
           select pg_notify('${configurationChannel}', number::text) from next`)
        await recordAct(client, { actor: actor.id, tenantId: "root", act: name, subject, facts })
      },
    })
  })
}
