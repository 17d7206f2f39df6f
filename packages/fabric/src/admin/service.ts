/** The configuration as one file, the master key, and how targets stand. */
import { z } from "@hono/zod-openapi"
import { formatChange } from "../configuration/index.ts"
import { grantorOf, recordAct, requireRootAdmin } from "../tenancy/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import { healthSchema, keySchema } from "./schemas.ts"
import { keyView } from "./views.ts"

const applySchema = z.strictObject({
  file: z.string().openapi({ description: "Text of the fabric.yaml (or the same as JSON). Amounts stand there as people write them." }),
  variables: z.record(z.string(), z.string()).optional().openapi({ description: "Values of the variables that credentials name as env:NAME. The server's own environment is not read." }),
  prune: z.boolean().optional().openapi({ description: "Remove what the file does not name, in the sections that it has." }),
  dryRun: z.boolean().optional().openapi({ description: "Check everything and tell what would change, and change nothing." }),
}).openapi("Apply")

const appliedSchema = z.strictObject({
  dryRun: z.boolean(),
  changes: z.array(z.strictObject({
    action: z.enum(["add", "change", "remove"]), kind: z.string(), name: z.string(),
    fields: z.array(z.strictObject({ field: z.string(), from: z.string(), to: z.string() })),
    text: z.string().openapi({ description: "The change as one line for people." }),
  })),
  keys: z.array(z.strictObject({ key: keySchema, secret: z.string() })),
}).openapi("Applied")
export type AppliedDocument = z.output<typeof appliedSchema>

export const serviceEndpoints = [
  defineEndpoint({
    method: "post", path: "/configuration/apply", id: "applyConfiguration", tag: "Configuration",
    summary: "Make everything be as a file says, in one step; a second time it changes nothing", body: applySchema, result: appliedSchema,
    handle: async ({ parts, actor, body }) => {
      requireRootAdmin(await grantorOf(parts.store, actor), "configuration.apply")
      const dryRun = body.dryRun === true
      const prune = body.prune === undefined ? {} : { prune: body.prune }
      const applied = await parts.apply(actor, { text: body.file, variables: body.variables ?? {}, dryRun, ...prune })
      return {
        dryRun,
        changes: applied.changes.map((change) => ({
          ...change, fields: change.fields.map((field) => ({ ...field })), text: formatChange(change),
        })),
        keys: applied.keys.map(({ key, secret }) => ({ key: keyView(key), secret })),
      }
    },
  }),
  defineEndpoint({
    method: "get", path: "/configuration", id: "exportConfiguration", tag: "Configuration",
    summary: "Everything as the text of a fabric.yaml, without secrets", result: z.strictObject({ file: z.string() }),
    handle: async ({ parts, actor }) => ({ file: await parts.exportText(actor) }),
  }),
  defineEndpoint({
    method: "post", path: "/master-key/rotate", id: "rotateMasterKey", tag: "Configuration",
    summary: "Seal all secrets under a new master key, while everything runs", body: z.strictObject({}),
    result: z.strictObject({ version: z.number().int(), rewrapped: z.number().int() }),
    handle: async ({ parts, actor }) => {
      requireRootAdmin(await grantorOf(parts.store, actor), "master-key.rotate")
      const rotation = await parts.rotateMasterKey()
      await parts.store.transaction((client) => recordAct(client, {
        actor: actor.id, tenantId: "root", act: "master-key.rotate", subject: String(rotation.version), facts: { ...rotation },
      }))
      return { ...rotation }
    },
  }),
  defineEndpoint({
    method: "get", path: "/health", id: "getHealth", tag: "Service", summary: "How pools and their targets stand, as this replica knows", result: healthSchema,
    handle: async ({ parts, actor, serving }) => {
      requireRootAdmin(await grantorOf(parts.store, actor), "health.show")
      const targets = [...(serving.health?.() ?? [])].map(([target, one]) => ({
        target, breaker: one.breaker, notBefore: one.notBefore > 0 ? new Date(one.notBefore).toISOString() : null,
        firstTokenP95Ms: one.firstTokenP95Ms, inFlight: one.inFlight, isSaturated: one.isSaturated,
      })).toSorted((a, b) => (a.target < b.target ? -1 : 1))
      const queues = new Map([...(serving.queues?.() ?? [])].map((queue) => [queue.pool, queue]))
      const pools = (await parts.configuration.pools(actor)).map(({ name, concurrency }) => ({
        pool: name, state: stateOf(targets.filter(({ target }) => target.startsWith(`${name}/`))), concurrency,
        running: queues.get(name)?.running ?? 0, waiting: queues.get(name)?.waiting ?? 0,
      }))
      return { isServing: serving.health !== undefined, pools, targets }
    },
  }),
]

/** How a pool stands by its targets that were ever called. */
function stateOf(targets: readonly { readonly breaker: string }[]): "up" | "partly" | "down" | "untried" {
  if (targets.length === 0) return "untried"
  const down = targets.filter(({ breaker }) => breaker !== "closed").length
  return down === 0 ? "up" : down === targets.length ? "down" : "partly"
}
