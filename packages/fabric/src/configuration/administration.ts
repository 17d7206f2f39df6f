/** What the operator may do with pools, routes, prices, credentials and networks: an administrator of root alone. */
import type { DatedPrice } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import type { Actor } from "../tenancy/index.ts"
import type { Pool, Retention } from "./configuration.ts"
import type { PoolInput, PriceKey, RouteInput } from "./inputs.ts"

export interface CredentialView {
  readonly name: string
  readonly setAt: Date
  /** Pools that send it. */
  readonly usedBy: readonly string[]
}

/** Every act checks the actor's rights and stands in the audit log in the same transaction. Setting what is set already does nothing. */
export interface Configuration {
  /** Throws `bad_configuration`, `no_such_credential`, `models_in_use`. */
  setPool(actor: Actor, pool: PoolInput): Promise<Pool>
  /** Throws `no_such_pool`, `pool_in_use`. */
  removePool(actor: Actor, name: string): Promise<void>
  pools(actor: Actor): Promise<readonly Pool[]>
  /** Throws `bad_configuration`, `no_such_pool`, `no_such_model_in_pool`. */
  setRoute(actor: Actor, route: RouteInput): Promise<Route>
  removeRoute(actor: Actor, name: string): Promise<void>
  routes(actor: Actor): Promise<readonly Route[]>
  setPrice(actor: Actor, price: DatedPrice): Promise<DatedPrice>
  removePrice(actor: Actor, price: PriceKey): Promise<void>
  prices(actor: Actor): Promise<readonly DatedPrice[]>
  /** A new credential, or a new secret under its name, which all processes send within a second. */
  setCredential(actor: Actor, credential: { readonly name: string; readonly secret: string }): Promise<void>
  /** Throws `credential_in_use` while a pool has it. */
  removeCredential(actor: Actor, name: string): Promise<void>
  credentials(actor: Actor): Promise<readonly CredentialView[]>
  setAllowedNetworks(actor: Actor, networks: readonly string[]): Promise<void>
  allowedNetworks(actor: Actor): Promise<readonly string[]>
  setRetention(actor: Actor, retention: Retention): Promise<void>
  retention(actor: Actor): Promise<Retention>
  /** Throws `currency_in_use` while there are prices in another. */
  setCurrency(actor: Actor, currency: string): Promise<void>
  currency(actor: Actor): Promise<string>
}
