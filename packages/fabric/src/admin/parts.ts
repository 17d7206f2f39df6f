/** What the admin API is made of. */
import type { Store } from "@daydream/engine/storage"
import type { Webhooks } from "../alerts/index.ts"
import type { Applied, Configuration } from "../configuration/index.ts"
import type { BudgetAdministration, EntryPage, EntryQuery, UsageQuery, UsageRow, WholeEntry } from "../ledger/index.ts"
import type { Log } from "../observability/index.ts"
import type { TargetHealth } from "../routing/index.ts"
import type { MasterRotation } from "../secrets/index.ts"
import type { Actor, Tenancy } from "../tenancy/index.ts"

/** A `fabric.yaml`, and what to do with it. */
export interface ApplyRequest {
  readonly text: string
  /** Values of the variables that the file names as `env:NAME`. */
  readonly variables: Readonly<Record<string, string>>
  readonly prune?: boolean
  readonly dryRun: boolean
}

export interface AdminParts {
  readonly store: Store
  /** With the ledger told of how tenants pay. */
  readonly tenancy: Tenancy
  readonly budgets: BudgetAdministration
  /** The same over one transaction. */
  readonly budgetsOn: (store: Store) => BudgetAdministration
  readonly configuration: Configuration
  readonly usage: (query: UsageQuery) => Promise<readonly UsageRow[]>
  readonly entries: (query: EntryQuery) => Promise<EntryPage>
  /** A request of the tenant or of one below it. */
  readonly entry: (of: { readonly requestId: string; readonly tenant: string }) => Promise<WholeEntry | undefined>
  readonly apply: (actor: Actor, request: ApplyRequest) => Promise<Applied>
  /** The configuration as the text of a `fabric.yaml`. */
  readonly exportText: (actor: Actor) => Promise<string>
  readonly webhooks: Webhooks
  /** Seals everything under a new master key. */
  readonly rotateMasterKey: () => Promise<MasterRotation>
}

/** What only a server has. */
export interface AdminServing {
  /** Checks a key that was sent; throws `invalid_api_key`. `isLocal`: the connection comes from this machine itself. */
  readonly actorOf: (secret: string, connection: { readonly isLocal: boolean }) => Promise<Actor>
  /** Targets as this process knows them. */
  readonly health?: () => ReadonlyMap<string, TargetHealth>
  /** Calls of this process at its pools. */
  readonly queues?: () => Iterable<{ readonly pool: string; readonly waiting: number; readonly running: number }>
  readonly log: Log
  /** Milliseconds since epoch. */
  readonly now: () => number
}
