/** Pools, routes, prices, networks, credentials: root's administrators alone. */
import { z } from "@hono/zod-openapi"
import { defineEndpoint } from "./endpoint.ts"
import {
  credentialChangeSchema, credentialsSchema, currencySchema, networksSchema, poolChangeSchema, poolSchema, priceKeySchema,
  priceSchema, pricesSchema, routeChangeSchema, routeSchema,
} from "./schemas.ts"
import { checkAddresses } from "./addresses.ts"
import { currencyOf } from "./money.ts"
import { given, priceOf, priceView } from "./views.ts"

const params = { name: z.string() }
const tag = "Configuration"
// What the contracts hold as read-only arrays, the document's types hold as plain ones.
type Pool = z.input<typeof poolSchema>
type Route = z.input<typeof routeSchema>

const poolEndpoints = [
  defineEndpoint({
    method: "get", path: "/pools", id: "listPools", tag, summary: "All pools", result: z.strictObject({ pools: z.array(poolSchema) }),
    handle: async ({ parts, actor }) => ({ pools: (await parts.configuration.pools(actor)) as Pool[] }),
  }),
  defineEndpoint({
    method: "put", path: "/pools/{name}", id: "setPool", tag, summary: "Set a pool: interchangeable servers of some models",
    params, body: poolChangeSchema, result: poolSchema,
    handle: async ({ parts, actor, params: { name }, body }) => {
      checkAddresses(body.addresses ?? [], await parts.configuration.allowedNetworks(actor))
      return (await parts.configuration.setPool(actor, { name, ...given(body) })) as Pool
    },
  }),
  defineEndpoint({
    method: "delete", path: "/pools/{name}", id: "removePool", tag, summary: "Remove a pool", params,
    handle: ({ parts, actor, params: { name } }) => parts.configuration.removePool(actor, name),
  }),
]

const routeEndpoints = [
  defineEndpoint({
    method: "get", path: "/routes", id: "listRoutes", tag, summary: "All routes", result: z.strictObject({ routes: z.array(routeSchema) }),
    handle: async ({ parts, actor }) => ({ routes: (await parts.configuration.routes(actor)) as Route[] }),
  }),
  defineEndpoint({
    method: "put", path: "/routes/{name}", id: "setRoute", tag, summary: "Set a route: how a model name is served",
    details: "The name may hold slashes, encoded as %2F.", params, body: routeChangeSchema, result: routeSchema,
    handle: async ({ parts, actor, params: { name }, body }) => {
      const timeouts = body.timeouts === undefined ? undefined : given(body.timeouts)
      return (await parts.configuration.setRoute(actor, given({ name, ...body, timeouts, targets: body.targets.map(given) }))) as Route
    },
  }),
  defineEndpoint({
    method: "delete", path: "/routes/{name}", id: "removeRoute", tag, summary: "Remove a route", params,
    handle: ({ parts, actor, params: { name } }) => parts.configuration.removeRoute(actor, name),
  }),
]

const priceEndpoints = [
  defineEndpoint({
    method: "get", path: "/prices", id: "listPrices", tag, summary: "All prices, past and to come", result: pricesSchema,
    handle: async ({ parts, actor }) => ({
      currency: await parts.configuration.currency(actor), prices: (await parts.configuration.prices(actor)).map(priceView),
    }),
  }),
  defineEndpoint({
    method: "put", path: "/prices", id: "setPrice", tag, summary: "Set a price that is valid from a moment on",
    details: "Amounts are for a million tokens; a class without a price costs what input or output costs.",
    body: priceSchema, result: priceSchema,
    handle: async ({ parts, actor, body }) => priceView(await parts.configuration.setPrice(actor, priceOf(body))),
  }),
  defineEndpoint({
    method: "delete", path: "/prices", id: "removePrice", tag, summary: "Remove a price", query: priceKeySchema,
    handle: ({ parts, actor, query: { side, subject, validFrom } }) =>
      parts.configuration.removePrice(actor, { side, subject, validFrom: new Date(validFrom) }),
  }),
  defineEndpoint({
    method: "get", path: "/currency", id: "getCurrency", tag, scope: "usage", summary: "The currency of all amounts", result: currencySchema,
    handle: async ({ parts }) => ({ currency: await currencyOf(parts) }),
  }),
  defineEndpoint({
    method: "put", path: "/currency", id: "setCurrency", tag, summary: "Set the currency of all amounts, while there are no prices",
    body: currencySchema, result: currencySchema,
    handle: async ({ parts, actor, body: { currency } }) => {
      await parts.configuration.setCurrency(actor, currency)
      return { currency }
    },
  }),
]

const networkEndpoints = [
  defineEndpoint({
    method: "get", path: "/networks", id: "listNetworks", tag, summary: "Private networks that pools may lie in", result: networksSchema,
    handle: async ({ parts, actor }) => ({ networks: [...(await parts.configuration.allowedNetworks(actor))] }),
  }),
  defineEndpoint({
    method: "put", path: "/networks", id: "setNetworks", tag, summary: "Set the private networks that pools may lie in",
    details: "As 10.0.0.0/8 or 127.0.0.1/32. All other private, loopback and link-local addresses are refused.",
    body: networksSchema, result: networksSchema,
    handle: async ({ parts, actor, body: { networks } }) => {
      await parts.configuration.setAllowedNetworks(actor, networks)
      return { networks }
    },
  }),
]

const credentialEndpoints = [
  defineEndpoint({
    method: "get", path: "/credentials", id: "listCredentials", tag, summary: "Names of credentials, never their secrets", result: credentialsSchema,
    handle: async ({ parts, actor }) => ({
      credentials: (await parts.configuration.credentials(actor)).map(({ name, setAt, usedBy }) => ({ name, setAt: setAt.toISOString(), usedBy: [...usedBy] })),
    }),
  }),
  defineEndpoint({
    method: "put", path: "/credentials/{name}", id: "setCredential", tag, summary: "Set a credential, or give it a new secret",
    details: "All replicas send the new secret within a second; calls that are under way end with the old one.",
    params, body: credentialChangeSchema,
    handle: ({ parts, actor, params: { name }, body: { secret } }) => parts.configuration.setCredential(actor, { name, secret }),
  }),
  defineEndpoint({
    method: "delete", path: "/credentials/{name}", id: "removeCredential", tag, summary: "Remove a credential that no pool uses", params,
    handle: ({ parts, actor, params: { name } }) => parts.configuration.removeCredential(actor, name),
  }),
]

export const configurationEndpoints = [
  ...poolEndpoints, ...routeEndpoints, ...priceEndpoints, ...networkEndpoints, ...credentialEndpoints,
]
