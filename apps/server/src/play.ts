/** Dreams in this server: sessions on its store, played over HTTP and WebSocket, models from its own gateway. */
import { createHmac } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import { openDreamLibrary, shippedDreams } from "@daydream/dream/bundle"
import { createPlayService } from "@daydream/dream/service"
import { createSessions } from "@daydream/dream/session"
import type { Store } from "@daydream/engine/storage"
import type { ConfigurationSource } from "@daydream/fabric/configuration"
import type { Log } from "@daydream/fabric/observability"
import { openVault } from "@daydream/fabric/secrets"
import type { Secrets } from "@daydream/fabric/secrets"
import type { Tenancy } from "@daydream/fabric/tenancy"
import type { InnerKeys } from "./inner-keys.ts"
import { createPlayAccounts } from "./play-accounts.ts"
import { createPlayModels } from "./play-model.ts"
import type { TurnModel } from "./play-model.ts"

export interface PlayParts {
  readonly store: Store
  readonly secrets: Secrets
  readonly tenancy: Tenancy
  readonly keys: InnerKeys
  readonly configuration: ConfigurationSource
  readonly localKey: string
  readonly state: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly address: () => string
  readonly log: Log
}

export interface Play {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Lets turns under way be finished for so long, then ends everything. */
  close(graceMs: number): Promise<void>
}

const mostSessions = 10_000

/** With what each session's turn is played now. */
function createTurnModels() {
  const bySession = new Map<string, TurnModel>()
  return {
    set: (session: string, model: TurnModel) => {
      bySession.delete(session)
      bySession.set(session, model)
      for (const oldest of bySession.keys()) if (bySession.size > mostSessions) bySession.delete(oldest)
    },
    of: (session: string): TurnModel => {
      const model = bySession.get(session)
      if (model === undefined) throw new Error(`nobody is known who plays the session ${session}`)
      return model
    },
  }
}

export async function openPlay(parts: PlayParts): Promise<Play> {
  const { store, secrets, tenancy, keys, configuration, localKey, state, environment, address, log } = parts
  const { pepper } = await openVault(store, secrets)
  const accounts = createPlayAccounts({ authenticator: keys.authenticator, tenancy, localKey })
  const library = openDreamLibrary({ folders: [join(state, "dreams"), shippedDreams] })
  const models = createPlayModels({ accounts, keys, configuration, library, environment, address, log })
  const turnModels = createTurnModels()
  const sessions = await createSessions(store, {
    dreams: library,
    ports: (session) => {
      const { ports, prepare } = turnModels.of(session.id)
      prepare?.(session)
      return ports
    },
    onFailure: (err) => log.error({ err }, "a turn failed by a mistake of the program"),
  })
  const origins = (environment["DAYDREAM_PLAY_ORIGINS"] ?? "")
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "")
  const service = createPlayService(sessions, {
    authenticate: accounts.authenticate,
    accountOf: accounts.accountOf,
    tokenSecret: createHmac("sha256", pepper).update("daydream play tokens").digest(),
    dreams: async () => (await library.list()).flatMap(({ dream }) => (dream === undefined ? [] : [dream])),
    modelOf: (account) => models.modelOf(account),
    onTurn: async (session, account) =>
      turnModels.set(session, models.turnModelOf(account, await models.modelOf(account))),
    operates: ({ namespace }) => namespace === "root",
    producer: environment["DAYDREAM_OPERATOR"] ?? "Daydream",
    origins,
    log,
    now: Date.now,
  })
  return {
    handle: (request, response) => service.handle(request, response),
    upgrade: (request, socket, head) => {
      if (service.upgrade(request, socket, head)) return
      socket.on("error", () => undefined)
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    },
    close: async (graceMs) => {
      await service.close({ graceMs })
      await models.close()
      await sessions.close()
    },
  }
}
