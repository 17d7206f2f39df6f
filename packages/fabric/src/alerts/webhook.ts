/** The webhook that alerts are delivered to: its address, and its secret in the vault. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { Migration, Store } from "@daydream/engine/storage"
import { openVault, queriesOn } from "../secrets/index.ts"
import type { Queries, SealedPlace, Secrets, Vault } from "../secrets/index.ts"
import { grantorOf, recordAct, requireRootAdmin } from "../tenancy/index.ts"
import type { Actor } from "../tenancy/index.ts"
import { checkAddress } from "../upstream/index.ts"
import type { AddressRefusal } from "../upstream/index.ts"
import { alertErrors } from "./errors.ts"
import type { Webhook } from "./send.ts"
import { isSigningSecret, newSigningSecret } from "./signing.ts"

export const alertsSchema = "fabric_alerts"
export const alertsMigrations: readonly Migration[] = [{
  name: "webhook",
  sql: `create table webhook (
    is_only boolean primary key default true check (is_only), address text not null,
    -- Alerts from then on are delivered; older ones are not.
    since timestamptz not null default clock_timestamp())`,
}]

const secretPlace: SealedPlace = { name: "webhook/alerts", field: "secret" }

export interface WebhookView {
  readonly address: string
  readonly since: Date
  /** Alerts that are still tried, and that were given up. */
  readonly waiting: number
  readonly givenUp: number
}

export interface WebhookSetting {
  readonly address: string
  /** Kept where one is set already and `isNewSecret` is not said; else a new one is made. */
  readonly secret?: string
  readonly isNewSecret?: boolean
}

/** Administration of the webhook, for administrators of root; every change stands in the audit log. */
export interface Webhooks {
  /** The secret where a new one was made: in this answer and nowhere else. */
  set(actor: Actor, setting: WebhookSetting, allowedNetworks: readonly string[]): Promise<{ readonly secret: string | null }>
  remove(actor: Actor): Promise<void>
  view(actor: Actor): Promise<WebhookView | null>
  /** For whoever sends; null where none is set. */
  current(): Promise<(Webhook & { readonly since: Date }) | null>
}

function checked(address: string, allowedNetworks: readonly string[]): string {
  try {
    return checkAddress(address, allowedNetworks).href
  } catch (error) {
    if (isDaydreamError(error) && error.code === "upstream_address_refused")
      throw alertErrors.webhook_address_refused({ reason: error.facts["reason"] as AddressRefusal })
    throw error
  }
}

const readView = async (queries: Queries): Promise<WebhookView | null> => (await queries.query<WebhookView>(
  `select w.address, w.since, count(a.id) filter (where a.given_up_at is null)::int as waiting, count(a.given_up_at)::int as "givenUp"
   from fabric_alerts.webhook w left join fabric_ledger.alert a on a.at >= w.since and a.delivered_at is null group by w.address, w.since`))[0] ?? null

/** Opens it on a store that has the schema of the ledger. */
export async function openWebhooks(store: Store, secrets: Secrets): Promise<Webhooks> {
  await store.migrate(alertsSchema, alertsMigrations)
  return webhooksOn(store, await openVault(store, secrets))
}

const webhooksOn = (store: Store, vault: Vault): Webhooks => ({
  set: async (actor, { address, secret, isNewSecret = false }, allowedNetworks) => {
    const href = checked(address, allowedNetworks)
    if (secret !== undefined && !isSigningSecret(secret)) throw alertErrors.webhook_secret_wrong({})
    return store.transaction(async (client) => {
      const queries = queriesOn(client)
      requireRootAdmin(await grantorOf(queries, actor), "webhook.set")
      await client.query("lock table fabric_alerts.webhook in share row exclusive mode")
      const held = await vault.get(queries, secretPlace).catch(() => undefined)
      const made = secret === undefined && (held === undefined || isNewSecret) ? newSigningSecret() : null
      if (made !== null || secret !== undefined) await vault.put(client, secretPlace, made ?? secret ?? "")
      await client.query(
        "insert into fabric_alerts.webhook (address) values ($1) on conflict (is_only) do update set address = excluded.address", [href])
      // What could not be delivered so far is tried anew.
      await client.query(
        `update fabric_ledger.alert set next_at = clock_timestamp(), given_up_at = null, attempts = 0
         where delivered_at is null and at >= (select since from fabric_alerts.webhook)`)
      // The path of an address may be a secret of its own.
      await recordAct(client, { actor: actor.id, tenantId: "root", act: "webhook.set", subject: new URL(href).origin, facts: { isNewSecret: made !== null || secret !== undefined } })
      return { secret: made }
    })
  },
  remove: (actor) => store.transaction(async (client) => {
    requireRootAdmin(await grantorOf(queriesOn(client), actor), "webhook.remove")
    const { rows: [gone] } = await client.query<{ address: string }>("delete from fabric_alerts.webhook returning address")
    if (gone === undefined) throw alertErrors.no_webhook({})
    await vault.remove(client, secretPlace)
    await recordAct(client, { actor: actor.id, tenantId: "root", act: "webhook.remove", subject: new URL(gone.address).origin, facts: {} })
  }),
  view: async (actor) => {
    requireRootAdmin(await grantorOf(store, actor), "webhook.show")
    return readView(store)
  },
  current: async () => {
    const [row] = await store.query<{ address: string; since: Date }>("select address, since from fabric_alerts.webhook")
    const secret = row === undefined ? undefined : await vault.get(store, secretPlace)
    return row === undefined || secret === undefined ? null : { ...row, secret }
  },
})
