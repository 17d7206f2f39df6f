/** Budgets and prepaid credit. */
import { z } from "@hono/zod-openapi"
import { defineEndpoint } from "./endpoint.ts"
import type { AdminParts } from "./parts.ts"
import { moneyAct, requireReader } from "./rights.ts"
import { budgetChangeSchema, budgetsSchema, creditChangeSchema, creditSchema, periodSchema } from "./schemas.ts"

const params = { tenant: z.string() }
const ofPeriod = { ...params, period: periodSchema }

/** ISO 4217. Read without an actor's rights: every answer with an amount names it. */
export async function currencyOf(parts: AdminParts): Promise<string> {
  const [row] = await parts.store.query<{ currency: string }>("select currency from fabric_configuration.version")
  return row?.currency ?? "USD"
}

async function budgetsOf(parts: AdminParts, tenant: string): Promise<z.input<typeof budgetsSchema>> {
  const budgets = await parts.budgets.budgets(tenant)
  return {
    currency: await currencyOf(parts),
    budgets: budgets.map((one) => ({
      tenant: one.tenant, period: one.period, limit: one.limit.toString(), alertsAt: [...one.alertsAt],
      spent: one.spent.toString(), reserved: one.reserved.toString(), resetsAt: one.resetsAt?.toISOString() ?? null,
    })),
  }
}

export const moneyEndpoints = [
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}/budgets", id: "listBudgets", tag: "Money", scope: "usage",
    summary: "Budgets of a tenant and what is left of them", params, result: budgetsSchema,
    handle: async ({ parts, actor, params: { tenant } }) => {
      await requireReader(parts, actor, tenant, "budget.list")
      return budgetsOf(parts, tenant)
    },
  }),
  defineEndpoint({
    method: "put", path: "/tenants/{tenant}/budgets/{period}", id: "setBudget", tag: "Money",
    summary: "Set a tenant's budget of a period", details: "Set from above the tenant. It holds at once, for all replicas.",
    params: ofPeriod, body: budgetChangeSchema, result: budgetsSchema,
    handle: async ({ parts, actor, params: { tenant, period }, body }) => {
      const setting = { tenant, period, limit: BigInt(body.limit), alertsAt: body.alertsAt ?? [] }
      const entry = { act: "budget.set", tenantId: tenant, subject: period, facts: { limit: body.limit, alertsAt: setting.alertsAt } }
      await moneyAct(parts, actor, entry, (budgets) => budgets.setBudget(setting))
      return budgetsOf(parts, tenant)
    },
  }),
  defineEndpoint({
    method: "delete", path: "/tenants/{tenant}/budgets/{period}", id: "removeBudget", tag: "Money",
    summary: "Remove a tenant's budget of a period", params: ofPeriod,
    handle: ({ parts, actor, params: { tenant, period } }) =>
      moneyAct(parts, actor, { act: "budget.remove", tenantId: tenant, subject: period, facts: {} },
        (budgets) => budgets.removeBudget(tenant, period)),
  }),
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}/credit", id: "getCredit", tag: "Money", scope: "usage",
    summary: "Prepaid credit that a tenant has left", params, result: creditSchema,
    handle: async ({ parts, actor, params: { tenant } }) => {
      await requireReader(parts, actor, tenant, "credit.show")
      return { currency: await currencyOf(parts), balance: (await parts.budgets.balance(tenant)).toString() }
    },
  }),
  defineEndpoint({
    method: "post", path: "/tenants/{tenant}/credit", id: "addCredit", tag: "Money",
    summary: "Add prepaid credit, or take some back (a negative amount)", details: "Set from above the tenant.",
    params, body: creditChangeSchema, result: creditSchema,
    handle: async ({ parts, actor, params: { tenant }, body }) => {
      const credit = { tenant, amount: BigInt(body.amount), id: body.id, note: body.note ?? "" }
      const entry = { act: "credit.add", tenantId: tenant, subject: body.id, facts: { amount: body.amount, note: credit.note } }
      const balance = await moneyAct(parts, actor, entry, (budgets) => budgets.addCredit(credit))
      return { currency: await currencyOf(parts), balance: balance.toString() }
    },
  }),
]
