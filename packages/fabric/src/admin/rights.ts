/** Rights of acts on money and usage, and their place in the audit log. */
import type { ClientBase } from "pg"
import { queriesOn } from "../secrets/index.ts"
import { grantorOf, onClient, recordAct, requireAdmin, tenancyErrors } from "../tenancy/index.ts"
import type { Actor, AuditEntry } from "../tenancy/index.ts"
import type { AdminParts } from "./parts.ts"

/** What a client sent, as it may be told back. */
export const toldBack = (text: string): string => text.slice(0, 80).replaceAll(/[^ -~]/g, "?")

/** Throws `no_such_tenant` unless the tenant is at or below the actor's. */
async function requireTenant({ store }: AdminParts, actor: Actor, id: string): Promise<void> {
  const rows = await store.query(
    "select 1 from fabric_tenancy.tenant where id = $1 and path @> array[$2::text]", [id, actor.tenantId])
  if (rows.length === 0) throw tenancyErrors.no_such_tenant({ tenant: toldBack(id) })
}

/** For reading: the actor's key must still be in force, and the tenant be at or below its own. */
export async function requireReader(parts: AdminParts, actor: Actor, id: string, act: string): Promise<void> {
  const grantor = await grantorOf(parts.store, actor)
  if (!grantor.scopes.has("usage")) requireAdmin(grantor, act)
  await requireTenant(parts, actor, id)
}

/**
 * An act on a tenant that those above it may do (root's by root), never the tenant itself. Written down with the change;
 * an act that turns out to be done already (`false`) is not written down again.
 */
export async function actAbove<T>(
  parts: AdminParts, actor: Actor, entry: Omit<AuditEntry, "at" | "actor">, work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  await requireTenant(parts, actor, entry.tenantId)
  return parts.store.transaction(async (client) => {
    requireAdmin(await grantorOf(queriesOn(client), actor), entry.act)
    if (entry.tenantId === actor.tenantId && actor.tenantId !== "root")
      throw tenancyErrors.not_allowed({ act: entry.act, needs: "an administrator of an account above" })
    const result = await work(client)
    if (result !== false) await recordAct(client, { ...entry, actor: actor.id })
    return result
  })
}

/** Money of a tenant is set by those above it. */
export const moneyAct = <T>(
  parts: AdminParts, actor: Actor, entry: Omit<AuditEntry, "at" | "actor">, work: (budgets: AdminParts["budgets"]) => Promise<T>,
): Promise<T> => actAbove(parts, actor, entry, (client) => work(parts.budgetsOn(onClient(parts.store, client))))
