/** Who plays: accounts of keys with the scope `play`, and this machine's own user by the local key. */
import type { IncomingMessage } from "node:http"
import type { Account, PlayServiceOptions } from "@daydream/dream/service"
import { isLocalRequest } from "@daydream/fabric/admin"
import { gatewayErrors } from "@daydream/fabric/gateway"
import { bucketOf, machineActor, tenancyErrors } from "@daydream/fabric/tenancy"
import type { Authenticator, Principal, Tenancy } from "@daydream/fabric/tenancy"
import { isLocalKey } from "./state-folder.ts"

/** Names the local key in players' tokens: a new local key at each start is the same account. */
const machineKey = "machine"

export interface PlayAccounts extends Pick<PlayServiceOptions, "authenticate" | "accountOf"> {
  /** Who pays for the account's model calls. */
  principalOf(account: Account): Promise<Principal>
}

export interface PlayAccountsOptions {
  readonly authenticator: Authenticator
  readonly tenancy: Pick<Tenancy, "tenant">
  readonly localKey: string
}

const accountOf = ({ keyId, tenant, scopes }: Principal): Account => {
  if (!scopes.has("play")) throw gatewayErrors.scope_missing({ scope: "play" })
  return { namespace: tenant.id, key: keyId }
}

export function createPlayAccounts({ authenticator, tenancy, localKey }: PlayAccountsOptions): PlayAccounts {
  const machine: Account = { namespace: "root", key: machineKey }
  const principalOf = async ({ key }: Account): Promise<Principal> => {
    if (key !== machineKey) return authenticator.principalOf(key)
    const actor = machineActor("cli")
    const tenant = await tenancy.tenant(actor, "root")
    return {
      keyId: "cli",
      tenant,
      tenantPath: ["root"],
      scopes: actor.scopes,
      requestClass: "interactive",
      mayUse: () => true,
      quotas: tenant.quotas.map((rule) => ({ ...rule, bucket: bucketOf("tenant:root", rule) })),
    }
  }
  return {
    principalOf,
    accountOf: async (key) => (key === machineKey ? machine : accountOf(await authenticator.principalOf(key))),
    authenticate: async (secret: string | null, request: IncomingMessage) => {
      if (secret === null) throw gatewayErrors.missing_api_key({})
      if (!isLocalKey(secret, localKey)) return accountOf(await authenticator.authenticate(secret))
      if (isLocalRequest(request)) return machine
      throw tenancyErrors.invalid_api_key({})
    },
  }
}
