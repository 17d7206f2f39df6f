/**
 * A gateway as a process: `DATABASE_URL` names the store, the first argument its options as JSON. Writes
 * `{"url":…,"holder":…}` as one line, and serves until it is told to end.
 */
import { openStore } from "@daydream/engine/storage"
import { createAdmin, openAdminParts } from "@daydream/fabric/admin"
import { openConfigurationSource } from "@daydream/fabric/configuration"
import type { Pool } from "@daydream/fabric/configuration"
import { createGateway } from "@daydream/fabric/gateway"
import type { GatewayLimits } from "@daydream/fabric/gateway"
import { createLedger } from "@daydream/fabric/ledger"
import type { LedgerOptions } from "@daydream/fabric/ledger"
import { createLog, createMetrics } from "@daydream/fabric/observability"
import { openReplies } from "@daydream/fabric/replies"
import { openSecrets } from "@daydream/fabric/secrets"
import { createAuthenticator } from "@daydream/fabric/tenancy"
import { createHttpUpstream } from "@daydream/fabric/upstream"
import type { Upstream } from "@daydream/fabric/upstream"
import { masterKey } from "./assemble.ts"

export interface GatewayProcessOptions {
  readonly port: number
  readonly ledger: Pick<LedgerOptions, "leaseMs" | "renewMs" | "recoverMs" | "openTimeoutMs">
  readonly limits: Partial<GatewayLimits>
  readonly logLevel: "info" | "warn" | "error" | "silent"
}

export interface GatewayFacts {
  readonly url: string
  readonly holder: string
}

async function serve(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? "{}") as Partial<GatewayProcessOptions>
  const store = await openStore()
  const secrets = await openSecrets({ masterKey })
  const authenticator = await createAuthenticator(store, secrets)
  const configuration = await openConfigurationSource(store, secrets)
  const ledger = await createLedger(store, options.ledger)
  const replies = await openReplies(store, { holder: ledger.holder })
  const upstreams = new WeakMap<Pool, Upstream>()
  const upstreamOf = (pool: Pool) => {
    let upstream = upstreams.get(pool)
    if (upstream === undefined) {
      const { allowedNetworks } = configuration.current
      const secret = pool.credential === null ? async () => null : () => configuration.secretOf(pool.credential as string)
      upstream = createHttpUpstream({ pool, secret, allowedNetworks })
      upstreams.set(pool, upstream)
    }
    return upstream
  }
  const log = createLog({ level: options.logLevel ?? "error", destination: process.stderr })
  const admin = createAdmin(await openAdminParts(store, secrets), {
    log, now: Date.now,
    actorOf: async (secret) => {
      const { keyId, tenant, scopes } = await authenticator.authenticate(secret)
      return { id: keyId, tenantId: tenant.id, scopes }
    },
  })
  const gateway = createGateway({
    authenticator, ledger, configuration, upstreams: upstreamOf, replies, metrics: createMetrics(), log, admin,
    now: Date.now, random: Math.random, ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  const { port } = await gateway.listen({ host: "127.0.0.1", port: options.port ?? 0 })
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, holder: ledger.holder })}\n`)
  process.once("SIGTERM", () => {
    void gateway.shutdown({ graceMs: 2_000 }).then(async () => {
      await replies.close()
      await configuration.close()
      await authenticator.close()
      await store.close()
      process.exit(0)
    })
  })
}

await serve()
