/** HTTP statuses of errors that only administration meets; the rest are those of the gateway. */
import { isDaydreamError } from "@daydream/engine/errors"
import { statusOf } from "../wire/index.ts"

const statuses: Readonly<Record<string, number>> = {
  bad_admin_request: 400, admin_body_not_json: 400, bad_configuration: 400, configuration_not_yaml: 400, bad_amount: 400,
  other_currency: 400, credential_variable_missing: 400, bad_budget: 400, bad_quota: 400,
  admin_key_missing: 401, admin_scope_missing: 403,
  webhook_address_refused: 400, webhook_secret_wrong: 400,
  no_such_endpoint: 404, no_webhook: 404, no_such_pool: 404, no_such_model_in_pool: 404, no_such_route: 404, no_such_price: 404,
  no_such_credential: 404, no_such_budget: 404, no_such_entry: 404,
  pool_in_use: 409, models_in_use: 409, credential_in_use: 409, currency_in_use: 409, tenant_parent_fixed: 409,
  master_key_single: 409, credit_below_zero: 409, request_not_closed: 409, adjustment_below_zero: 409, adjustment_id_taken: 409,
  admin_body_too_large: 413,
}

/** The status of any error; 500 for what nobody foresaw. */
export const adminStatusOf = (error: unknown): number =>
  (isDaydreamError(error) && Object.hasOwn(statuses, error.code) ? statuses[error.code] : undefined) ?? statusOf(error)
