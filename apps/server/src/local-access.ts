/** Who administers over HTTP: whoever has a key, and this machine's own user by the local key. */
import type { AdminServing } from "@daydream/fabric/admin"
import { machineActor, tenancyErrors } from "@daydream/fabric/tenancy"
import type { Authenticator } from "@daydream/fabric/tenancy"
import { isLocalKey } from "./state-folder.ts"

/** The local key acts as `cli`, on connections from this machine alone; elsewhere it is as good as any unknown key. */
export const actorsOf = (authenticator: Authenticator, localKey: string): AdminServing["actorOf"] =>
  async (secret, { isLocal }) => {
    if (isLocalKey(secret, localKey)) {
      if (isLocal) return machineActor("cli")
      throw tenancyErrors.invalid_api_key({})
    }
    const { keyId, tenant, scopes } = await authenticator.authenticate(secret)
    return { id: keyId, tenantId: tenant.id, scopes }
  }
