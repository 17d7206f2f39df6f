/** The play service: sessions of dreams over HTTP and WebSocket. It opens no port: a server hands it requests. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import type { Duplex } from "node:stream"
import type { Sessions } from "../session/index.ts"
import type { Service } from "./endpoint.ts"
import { handle, isPlayPath, pathOf } from "./handle.ts"
import { createLimiter } from "./limiter.ts"
import { defaultPlayLimits } from "./options.ts"
import type { PlayServiceOptions } from "./options.ts"
import { createRooms } from "./room.ts"
import { createStreams } from "./streams.ts"
import { createTokens } from "./token.ts"
import { createUpgrader } from "./upgrade.ts"

export interface PlayService {
  /** Answers requests of play; false, with nothing touched, for all others. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Opens sockets of play; false, with nothing touched, for all others. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Takes no new turns, lets those under way finish for `graceMs`, then stops them and ends every stream. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

export function createPlayService(sessions: Sessions, options: PlayServiceOptions): PlayService {
  const limits = { ...defaultPlayLimits, ...options.limits }
  const service: Service = {
    sessions,
    options,
    limits,
    rooms: createRooms(),
    tokens: createTokens(options.tokenSecret, options.now),
    limiter: createLimiter({ burst: limits.burst, perSecond: limits.perSecond, now: options.now }),
    streams: createStreams(limits.streams),
  }
  const closing = new AbortController()
  const upgrader = createUpgrader(service, closing.signal)
  return {
    handle: async (request, response) => {
      if (!isPlayPath(pathOf(request.url ?? ""))) return false
      await handle(service, request, response, closing.signal)
      return true
    },
    upgrade: (request, socket, head) => upgrader.upgrade(request, socket, head),
    close: async ({ graceMs = 10_000 } = {}) => {
      service.rooms.close()
      await Promise.race([service.rooms.quiet(), sleep(graceMs, undefined, { ref: false })])
      for (const { session } of service.rooms.running()) sessions.interrupt(session)
      await service.rooms.quiet()
      closing.abort()
      // What was sent last gets a moment to leave.
      await sleep(50)
      upgrader.close()
    },
  }
}
