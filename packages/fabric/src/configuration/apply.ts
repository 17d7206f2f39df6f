/** Makes the store be as a file wants it: all in one transaction, or nothing. */
import type { ClientBase } from "pg"
import type { Store } from "@daydream/engine/storage"
import type { BudgetAdministration } from "../ledger/index.ts"
import { queriesOn } from "../secrets/index.ts"
import type { Secrets, Vault } from "../secrets/index.ts"
import { machineActor, onClient, openKeyMaker, tenancyOn } from "../tenancy/index.ts"
import type { Actor, ApiKey, SetBilling } from "../tenancy/index.ts"
import { applyBudgets, applyChange } from "./apply-change.ts"
import { configurationOn, openConfigurationVault } from "./create.ts"
import { diffConfiguration } from "./diff.ts"
import type { Change } from "./diff.ts"
import { configurationErrors } from "./errors.ts"
import { readState, secretMark } from "./state.ts"
import { readConfigurationFile } from "./wanted.ts"
import type { ConfigurationState, WantedConfiguration } from "./wanted.ts"

export interface ApplyOptions {
  /** Text of the `fabric.yaml`. */
  readonly text: string
  /** Where `secretFrom: env:NAME` looks; default: the variables of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Removes what the file does not name, in the sections that it has; also where the file says `prune: true`. */
  readonly prune?: boolean
  /** Does and checks everything, then takes it back. */
  readonly dryRun?: boolean
  /** Budgets over a store, which may be one transaction of it: must work by its `query` and `transaction` alone. */
  readonly budgets: (store: Store) => BudgetAdministration | Promise<BudgetAdministration>
  /** Default: `file`, an act on the machine itself. */
  readonly actor?: Actor
  readonly now?: () => Date
}

export interface Applied {
  /** Empty where the store was so already. */
  readonly changes: readonly Change[]
  /** Keys that were made. The secrets are in this answer and nowhere else; none after a dry run. */
  readonly keys: readonly { readonly key: ApiKey; readonly secret: string }[]
}

/** Thrown to take a dry run back. */
class TakenBack extends Error {}

/** Applies a `fabric.yaml` to `store`. A second time it changes nothing. */
export async function applyConfiguration(store: Store, secrets: Secrets, options: ApplyOptions): Promise<Applied> {
  const file = readConfigurationFile(options.text)
  const wanted = { ...file, prune: options.prune ?? file.prune }
  const fresh = secretsOf(wanted, options.environment ?? process.env)
  const maker = await openKeyMaker(store, secrets)
  const vault = await openConfigurationVault(store, secrets)
  const actor = options.actor ?? machineActor("file")
  // A first question makes its schema, which could not be made in the transaction.
  await (await options.budgets(store)).budgets("root")
  let applied: Applied = { changes: [], keys: [] }
  try {
    await store.transaction(async (client) => {
      await lockAll(client)
      const on = onClient(store, client)
      const budgets = await options.budgets(on)
      const setBilling: SetBilling = (_, tenant, billing) => budgets.setBilling(tenant, billing)
      const parts = {
        queries: queriesOn(client), vault, actor, budgets, tenancy: tenancyOn(on, maker, { setBilling }),
        configuration: configurationOn(on, vault),
      }
      const named = new Set(wanted.tenants?.map((tenant) => tenant.id))
      const current = await readState(parts, (id) => named.has(id), options.now?.() ?? new Date())
      checkParents(current, wanted)
      checkSecrets(current, wanted)
      const changes = diffConfiguration(current, wanted, marks(vault, fresh))
      const keys = []
      const applying = { ...parts, current, wanted, fresh }
      const isBudgetSet = (change: Change) => change.kind === "budget" && change.action !== "remove"
      for (const change of changes) if (!isBudgetSet(change)) keys.push(...await applyChange(change, applying))
      await applyBudgets(changes.filter(({ kind }) => kind === "budget"), { ...applying, client })
      // While routes moved, pools had their old models as well: now they have just what is wanted.
      for (const { kind, action, name } of changes) {
        const pool = kind === "pool" && action === "change" ? wanted.pools?.get(name) : undefined
        if (pool !== undefined) await parts.configuration.setPool(actor, pool)
      }
      applied = { changes, keys: options.dryRun === true ? [] : keys }
      if (options.dryRun === true) throw new TakenBack()
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  }
  return applied
}

/** In the order in which single acts take these locks. */
async function lockAll(client: ClientBase): Promise<void> {
  await client.query("select number from fabric_tenancy.version for update")
  await client.query("select number from fabric_configuration.version for update")
}

/** Secrets that the file brings, by credential. Throws `credential_variable_missing`. */
function secretsOf(
  wanted: WantedConfiguration, environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>()
  for (const [credential, variable] of wanted.credentials ?? []) {
    if (variable === undefined) continue
    const secret = environment[variable]?.trim()
    if (secret === undefined || secret === "")
      throw configurationErrors.credential_variable_missing({ credential, variable })
    secrets.set(credential, secret)
  }
  return secrets
}

const marks = (vault: Vault, secrets: ReadonlyMap<string, string>) =>
  new Map([...secrets].map(([name, secret]) => [name, secretMark(vault, secret)]))

function checkParents(current: ConfigurationState, wanted: WantedConfiguration): void {
  for (const { id, parent } of wanted.tenants ?? []) {
    const held = current.tenants.get(id)?.tenant.parentId
    if (parent !== undefined && held !== undefined && held !== null && held !== parent)
      throw configurationErrors.tenant_parent_fixed({ tenant: id, parent: held, wanted: parent })
  }
}

/** A credential without `secretFrom` must be stored already. */
function checkSecrets(current: ConfigurationState, wanted: WantedConfiguration): void {
  for (const [credential, variable] of wanted.credentials ?? [])
    if (variable === undefined && !current.credentials.has(credential))
      throw configurationErrors.no_such_credential({ credential })
}
