/** The parts of the administration of one store. */
import type { Store } from "@daydream/engine/storage"
import { openWebhooks } from "../alerts/index.ts"
import { applyConfiguration, createConfiguration, exportConfiguration } from "../configuration/index.ts"
import { createBudgetAdministration, queryUsage, readEntry, searchEntries } from "../ledger/index.ts"
import { rotateMasterKey } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { grantorOf, openKeyMaker, requireRootAdmin, tenancyOn } from "../tenancy/index.ts"
import { checkFileAddresses } from "./addresses.ts"
import type { AdminParts } from "./parts.ts"

/** Opens the administration of `store`, all schemas up to date. Throws `master_key_wrong`, `master_key_missing`. */
export async function openAdminParts(store: Store, secrets: Secrets): Promise<AdminParts> {
  const maker = await openKeyMaker(store, secrets)
  const configuration = await createConfiguration(store, secrets)
  const budgets = createBudgetAdministration(store)
  const tenancy = tenancyOn(store, maker, {
    setBilling: (on, tenant, billing) => createBudgetAdministration(on).setBilling(tenant, billing),
  })
  // Asked once, so that the schema of the ledger is there: in a transaction it could not be made.
  await budgets.balance("root")
  const webhooks = await openWebhooks(store, secrets)
  return {
    store, webhooks, tenancy, budgets, budgetsOn: createBudgetAdministration, configuration,
    usage: (query) => queryUsage(store, query),
    entries: (query) => searchEntries(store, query),
    entry: (of) => readEntry(store, of),
    apply: async (actor, { text, variables, prune, dryRun }) => {
      await checkFileAddresses(text, () => configuration.allowedNetworks(actor))
      return applyConfiguration(store, secrets, {
        text, environment: variables, dryRun, actor, budgets: createBudgetAdministration, ...(prune === undefined ? {} : { prune }),
      })
    },
    exportText: async (actor) => {
      requireRootAdmin(await grantorOf(store, actor), "configuration.export")
      return exportConfiguration(store, secrets, { budgets, actor })
    },
    rotateMasterKey: () => rotateMasterKey(store, secrets),
  }
}
