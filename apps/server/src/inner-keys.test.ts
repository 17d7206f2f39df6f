import { tenancyErrors } from "@daydream/fabric/tenancy"
import type { Authenticator, Principal, Scope } from "@daydream/fabric/tenancy"
import { expect, test } from "vitest"
import { createInnerKeys } from "./inner-keys.ts"

const principal = (keyId: string, ...scopes: Scope[]): Principal => ({
  keyId,
  tenantPath: ["acme", "root"],
  scopes: new Set(scopes),
  requestClass: "interactive",
  quotas: [],
  mayUse: (model) => model === "chat",
  tenant: {
    id: "acme",
    parentId: "root",
    title: "",
    isSuspended: false,
    billing: "postpaid",
    quotas: [],
    models: null,
    recordsContent: false,
    responseCacheSeconds: null,
    weight: 1,
  },
})

const tenants: Authenticator = {
  authenticate: async (secret) => {
    if (secret !== "dd-tenant") throw tenancyErrors.invalid_api_key({})
    return principal("tenant", "inference")
  },
  principalOf: async (keyId) => principal(keyId, "play"),
  close: async () => undefined,
}

test("an inner key calls models as the account that it stands for, with that account's limits, and only as long as it is good", async () => {
  const { authenticator, keyFor } = createInnerKeys(tenants)
  let isGood = true
  const key = keyFor("play/a", async () => {
    if (!isGood) throw tenancyErrors.invalid_api_key({})
    return principal("a", "play")
  })
  const found = await authenticator.authenticate(key)
  expect([
    found.keyId,
    [...found.scopes].toSorted((a, b) => (a < b ? -1 : 1)),
    found.mayUse("chat"),
    found.mayUse("other"),
  ]).toEqual(["a", ["inference", "play"], true, false])
  isGood = false
  await expect(authenticator.authenticate(key)).rejects.toMatchObject({ code: "invalid_api_key" })
})

test("keys of tenants stay what they are, and a made-up inner key is none", async () => {
  const { authenticator, keyFor } = createInnerKeys(tenants)
  expect((await authenticator.authenticate("dd-tenant")).scopes).toEqual(new Set(["inference"]))
  const key = keyFor("play/a", () => tenants.principalOf("a"))
  expect(keyFor("play/a", () => tenants.principalOf("b"))).toBe(key)
  expect(keyFor("play/b", () => tenants.principalOf("b"))).not.toBe(key)
  for (const made of [`${key}x`, key.slice(0, -1), "dd-inner-", "dd-inner-toString"])
    await expect(authenticator.authenticate(made)).rejects.toMatchObject({ code: "invalid_api_key" })
})
