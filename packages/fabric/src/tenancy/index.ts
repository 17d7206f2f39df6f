export type {
  Actor, ApiKey, AuditEntry, Authenticator, NewKey, Principal, QuotaRule, Scope, Tenancy, Tenant, TenantChange,
} from "./tenancy.ts"
