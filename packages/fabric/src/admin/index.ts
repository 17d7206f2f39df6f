export { createAdmin, isLocalRequest } from "./admin.ts"
export { adminBase, createAdminApp } from "./app.ts"
export { openAdminParts } from "./create-parts.ts"
export { adminDocument } from "./document.ts"
export type { AdminApp, AdminBindings } from "./endpoint.ts"
export { adminErrors } from "./errors.ts"
export type { AdminParts, AdminServing, ApplyRequest } from "./parts.ts"
export { readTime } from "./time-range.ts"
export type {
  AlertsDocument, AuditDocument, BudgetsDocument, CredentialsDocument, CreditDocument, HealthDocument, KeyDocument, PoolDocument, PricesDocument,
  RouteDocument, TenantDocument, UsageDocument,
} from "./schemas.ts"
export type { EntryDocument, EntryPageDocument, WholeEntryDocument } from "./ledger-schemas.ts"
export type { RetentionDocument } from "./retention.ts"
export type { WebhookDocument, WebhookSetDocument, WebhookTestDocument } from "./alerts.ts"
export type { AppliedDocument } from "./service.ts"
