/**
 * Keys with which parts of this process call its own gateway, so that their model calls are reserved, routed and metered
 * as those of the account for which they are made. They are good in this process alone, and only from this machine.
 */
import { randomBytes } from "node:crypto"
import type { Authenticator, Principal } from "@daydream/fabric/tenancy"

export interface InnerKeys {
  /** Knows keys of tenants and inner keys. */
  readonly authenticator: Authenticator
  /** The inner key that stands for the account which `principalOf` finds; the same one for the same name. */
  readonly keyFor: (name: string, principalOf: () => Promise<Principal>) => string
}

const prefix = "dd-inner-"
const mostKeys = 10_000

export function createInnerKeys(authenticator: Authenticator): InnerKeys {
  const byName = new Map<string, { readonly key: string; readonly principalOf: () => Promise<Principal> }>()
  const byKey = new Map<string, () => Promise<Principal>>()
  return {
    authenticator: {
      ...authenticator,
      authenticate: async (secret) => {
        const principalOf = secret.startsWith(prefix) ? byKey.get(secret) : undefined
        if (principalOf === undefined) return authenticator.authenticate(secret)
        const principal = await principalOf()
        // Whoever may play has the server call models, and none by itself.
        return { ...principal, scopes: new Set([...principal.scopes, "inference" as const]) }
      },
    },
    keyFor: (name, principalOf) => {
      const known = byName.get(name)
      if (known !== undefined) return known.key
      const key = `${prefix}${randomBytes(32).toString("base64url")}`
      byName.set(name, { key, principalOf })
      byKey.set(key, principalOf)
      for (const [oldest, { key: gone }] of byName) {
        if (byName.size <= mostKeys) break
        byName.delete(oldest)
        byKey.delete(gone)
      }
      return key
    },
  }
}
