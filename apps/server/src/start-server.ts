/** The server: every part opened in order, and closed in the reverse one. */
import { join } from "node:path"
import { defaultPrices } from "@daydream/engine/money"
import type { Store } from "@daydream/engine/storage"
import { startDeliverer } from "@daydream/fabric/alerts"
import { createAdmin, openAdminParts } from "@daydream/fabric/admin"
import { openConfigurationSource } from "@daydream/fabric/configuration"
import type { Retention } from "@daydream/fabric/configuration"
import { createGateway } from "@daydream/fabric/gateway"
import type { Gateway, GatewayLimits } from "@daydream/fabric/gateway"
import { createLedger } from "@daydream/fabric/ledger"
import type { BudgetAlert, Ledger } from "@daydream/fabric/ledger"
import { createLog, createMetrics } from "@daydream/fabric/observability"
import type { Log } from "@daydream/fabric/observability"
import { openReplies } from "@daydream/fabric/replies"
import { startKeeper } from "@daydream/fabric/retention"
import { shareHealth } from "@daydream/fabric/sharing"
import { createAuthenticator, ensureRoot, machineActor } from "@daydream/fabric/tenancy"
import type { SdkProvider } from "@daydream/fabric/upstream"
import { serverErrors } from "./errors.ts"
import { setUpEmbedded } from "./first-start.ts"
import { openFunctions } from "./functions.ts"
import { createInnerKeys } from "./inner-keys.ts"
import { actorsOf } from "./local-access.ts"
import { openModels } from "./models.ts"
import { openState } from "./open-state.ts"
import { openPlay } from "./play.ts"
import type { Play } from "./play.ts"
import { announce, newLocalKey, withdraw } from "./state-folder.ts"
import { openTracing } from "./tracing.ts"
import { createUpstreams } from "./upstreams.ts"

export interface ServerOptions {
  /** 127.0.0.1 unless set. */
  readonly host?: string
  /** 7777 unless set; 0: any that is free. */
  readonly port?: number
  /** `.daydream` unless set: store, master keys, functions. */
  readonly state?: string
  /** Folder of compiled functions, `<name>.plan` each; `functions` in the state folder unless set. */
  readonly functions?: string
  /** DATABASE_URL, DAYDREAM_*, OTEL_*; the process's own unless set. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** AI SDK providers for pools of the kind `sdk`, by the pool's name. */
  readonly providers?: Readonly<Record<string, SdkProvider>>
  /** JSON lines on standard output unless set. */
  readonly log?: Log
  readonly limits?: Partial<GatewayLimits>
  readonly metricsAccess?: "guarded" | "open"
  /** Sets how long entries are kept, before it serves; what is not named stays as it is set. Null: for ever. */
  readonly retention?: Partial<Retention>
  readonly version?: string
  /** Another process got an embedded store while its database was away: this server must end. */
  readonly onStoreLost?: () => void
}

export interface RunningServer {
  /** Where clients on this machine reach it. */
  readonly address: string
  readonly port: number
  readonly gateway: Gateway
  readonly storeKind: "embedded" | "external"
  /** The first administrator's key: only at the first start, and nowhere else. */
  readonly adminSecret: string | null
  /** Compiled functions that are served now. */
  functionNames(): readonly string[]
  poolNames(): readonly string[]
  /** Ids of the models of this process that pools name. */
  embeddedModels(): readonly string[]
  /** Lets calls finish for `graceMs` (30 s unless set), then ends what is left, and closes everything. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/** An address to connect to: a server that listens everywhere is reached on this machine. */
function addressOf(host: string, port: number): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`
}

const alertFacts = ({ tenant, period, threshold }: BudgetAlert) => ({ tenant, period, threshold })

/** Starts a server. Throws `port_in_use`, `store_in_use`, `master_key_wrong` and what the store throws. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack()
  const { play, ...server } = await open(options, opened)
  // Everything stands: from here on `close` disposes of it.
  const parts = opened.move()
  let closing: Promise<void> | undefined
  const close = async (graceMs: number) => {
    // Turns under way call models through the gateway: they end first.
    await play.close(graceMs)
    await server.gateway.shutdown({ graceMs })
    await parts.disposeAsync()
  }
  return { ...server, close: ({ graceMs = 30_000 } = {}) => (closing ??= close(graceMs)) }
}

interface OpenServer extends Omit<RunningServer, "close"> {
  readonly play: Play
}

async function open(options: ServerOptions, opened: AsyncDisposableStack): Promise<OpenServer> {
  const { host = "127.0.0.1", state = ".daydream", environment = process.env, log = createLog(), version = "0" } = options
  const { store, secrets } = opened.use(await openState({ state, environment, onLost: () => {
    log.error({}, "another process got the store while its database was away")
    options.onStoreLost?.()
  } }))
  const { adminSecret } = await ensureRoot(store, secrets)
  const admin = await openAdminParts(store, secrets)
  if (store.kind === "embedded" && await isUntouched(store)) await setUpEmbedded(admin.configuration)
  if (options.retention !== undefined) {
    const actor = machineActor("cli")
    await admin.configuration.setRetention(actor, { ...await admin.configuration.retention(actor), ...options.retention })
  }

  const tenantKeys = await createAuthenticator(store, secrets)
  opened.defer(() => tenantKeys.close())
  const keys = createInnerKeys(tenantKeys)
  const { authenticator } = keys
  const configuration = await openConfigurationSource(store, secrets)
  opened.defer(() => configuration.close())
  const ledger = await openLedger(store, log)
  // The gateway ends it where it came to be; this is for a start that fails before.
  opened.defer(() => ledger.shutdown())
  const models = opened.use(openModels(environment, log))
  const upstreams = opened.use(createUpstreams({
    configuration, models: models.runtime, providers: options.providers ?? {},
    onTrouble: (err, pool) => log.warn({ err, pool }, "a pool cannot be used"),
  }))
  const functions = opened.use(await openFunctions({
    folder: options.functions ?? join(state, "functions"), resources: models.forPlans, prices: defaultPrices, log,
  }))
  const replies = await openReplies(store, { holder: ledger.holder })
  opened.defer(() => replies.close())
  const keeper = startKeeper(store, {
    now: Date.now, onTrouble: (err) => log.warn({ err }, "old entries cannot be removed at the moment"),
    onRemoved: (removed) => log.info({ ...removed }, "entries were removed that are older than is kept"),
  })
  opened.defer(() => keeper.close())
  const deliverer = startDeliverer(store, {
    webhooks: admin.webhooks, allowedNetworks: () => configuration.current.allowedNetworks, now: Date.now, random: Math.random,
    onTrouble: (err) => log.warn({ err }, "alerts cannot be delivered at the moment"),
    onFailed: (delivered) => log.warn({ ...delivered }, "alerts could not be delivered"),
  })
  opened.defer(() => deliverer.close())
  const tracing = await openTracing(environment, version)
  opened.defer(() => tracing?.close())

  const localKey = newLocalKey()
  // Where this server listens is known only then, and needed only when a turn is played.
  const reached = { address: "" }
  const play = await openPlay({
    store, secrets, tenancy: admin.tenancy, keys, configuration, localKey, state, environment, log, address: () => reached.address,
  })
  opened.defer(() => play.close(0))
  // The gateway's board is made with it, and asked for only when a request comes.
  const administer = createAdmin(admin, {
    actorOf: actorsOf(authenticator, localKey), health: () => gateway.health.health, queues: () => gateway.queues(), log, now: Date.now,
  })
  const gateway: Gateway = createGateway({
    authenticator, ledger, configuration, upstreams: upstreams.of, functions, replies, metrics: createMetrics(), log,
    now: Date.now, random: Math.random, upgrade: (request, socket, head) => play.upgrade(request, socket, head),
    admin: async (request, response) => await administer(request, response) || play.handle(request, response),
    ...(tracing === null ? {} : { tracer: tracing.tracer }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.metricsAccess === undefined ? {} : { metricsAccess: options.metricsAccess }),
    isReady: () => store.query("select 1").then(() => true, () => false),
  })
  const sharing = await shareHealth(store, {
    board: gateway.health, onTrouble: (err) => log.warn({ err }, "breakers cannot be shared at the moment"),
  })
  opened.defer(() => sharing.close())

  const port = await listen(gateway, host, options.port ?? 7777)
  const place = { address: addressOf(host, port), pid: process.pid }
  reached.address = place.address
  await announce(state, place, localKey)
  opened.defer(() => withdraw(state, place))
  return {
    address: place.address, port, gateway, play, storeKind: store.kind, adminSecret,
    functionNames: () => functions.names(), poolNames: () => [...configuration.current.pools.keys()],
    embeddedModels: () => [...configuration.current.pools.values()].flatMap(({ kind, models: ids }) => (kind === "embedded" ? ids : [])),
  }
}

/** Nothing was ever configured in this store. */
async function isUntouched(store: Store): Promise<boolean> {
  const [row] = await store.query<{ number: string }>("select number from fabric_configuration.version")
  return row?.number === "1"
}

/** A ledger that is shut down once, whoever asks first. */
async function openLedger(store: Store, log: Log): Promise<Ledger> {
  const ledger = await createLedger(store, {
    onAlert: (alert) => log.warn(alertFacts(alert), "a budget reached a threshold"),
    onTrouble: (err) => log.warn({ err }, "the ledger tries again"),
  })
  let ending: Promise<void> | undefined
  return { ...ledger, shutdown: () => (ending ??= ledger.shutdown()) }
}

async function listen(gateway: Gateway, host: string, port: number): Promise<number> {
  try {
    return (await gateway.listen({ host, port })).port
  } catch (error) {
    await gateway.shutdown({ graceMs: 0 })
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    if (code === "EADDRINUSE") throw serverErrors.port_in_use({ host, port }, error)
    if (["EACCES", "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL"].includes(code))
      throw serverErrors.cannot_listen({ host, port, reason: code }, error)
    throw error
  }
}
