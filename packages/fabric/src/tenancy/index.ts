export { createAuthenticator } from "./authenticator.ts"
export type { AuthenticatorOptions } from "./authenticator.ts"
export { grantorOf, onClient } from "./acts.ts"
export type { ActStore } from "./acts.ts"
export { differences, recordAct, recordActs } from "./audit.ts"
export { check } from "./check.ts"
export { createTenancy, ensureRoot, machineActor, openKeyMaker, tenancyOn } from "./create.ts"
export type { TenancyOptions } from "./create.ts"
export { tenancyErrors } from "./errors.ts"
export {
  keyChangeSchema, modelsSchema, quotaSchema, quotasSchema, scopesSchema, tenantChangeSchema, tenantIdSchema, titleSchema,
} from "./inputs.ts"
export { keysOfTenants } from "./keys.ts"
export { parseKey } from "./key-text.ts"
export type { KeyMaker } from "./key-text.ts"
export { actorOf, bucketOf } from "./principal.ts"
export { formatQuota, parseQuota } from "./quota-text.ts"
export { requireAdmin, requireRootAdmin } from "./rights.ts"
export type { SetBilling } from "./tenants.ts"
export { scopes } from "./tenancy.ts"
export type {
  Actor, ApiKey, AuditEntry, Authenticator, KeyChange, NewKey, Principal, QuotaRule, Scope, Tenancy, Tenant, TenantChange,
} from "./tenancy.ts"
export { tenancyMigrations, tenancySchema } from "./migrations.ts"
