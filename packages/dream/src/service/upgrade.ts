/** Requests for a socket: refused as HTTP, or opened. */
import { STATUS_CODES } from "node:http"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { isDaydreamError } from "@daydream/engine/errors"
import { languages } from "@daydream/engine/language"
import { WebSocketServer } from "ws"
import { z } from "zod"
import { protocolVersion, requests } from "../protocol/index.ts"
import { callerOf } from "./caller.ts"
import { readBy } from "./check.ts"
import { socketPath } from "./document.ts"
import { matchPath } from "./endpoint.ts"
import type { Service } from "./endpoint.ts"
import { serviceErrors } from "./errors.ts"
import { checkVersion, pathOf } from "./handle.ts"
import { languageOf } from "./language.ts"
import { checkOrigin } from "./origin.ts"
import { toldError } from "./outward.ts"
import { PlaySocket, closeCodes } from "./socket.ts"
import { statusOf } from "./status.ts"

export const socketProtocol = `daydream.play.v${protocolVersion}`

const queryOfSocket = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .exactOptional(),
  /** As the headers Daydream-Player and Accept-Language, for whoever can send none. */
  player: requests.playerId.exactOptional(),
  language: z.enum(languages).exactOptional(),
})

export interface Upgrader {
  /** Opens a socket or refuses it; false, with nothing touched, where the path is not of play. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Ends every socket. */
  close(): void
}

export function createUpgrader(service: Service, closing: AbortSignal): Upgrader {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: service.limits.messageBytes,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (protocols) => (protocols.has(socketProtocol) ? socketProtocol : false),
  })
  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer, session: string): Promise<void> => {
    const told = languageOf(request.headers["accept-language"])
    try {
      if (closing.aborted) throw serviceErrors.play_closing({})
      checkVersion(request)
      checkProtocols(request)
      checkOrigin(request, service.options)
      const { searchParams } = new URL(request.url ?? "", "http://host")
      const { cursor, player, language = told } = readBy(queryOfSocket, Object.fromEntries(searchParams))
      const caller = await callerOf(request, service, player)
      const wait = service.limiter.take(caller.id)
      if (wait > 0) throw serviceErrors.too_many_requests({ retryAfterMs: wait })
      const state = await service.sessions.state(session, caller.id)
      if (cursor !== undefined && Number(cursor) > state.cursor)
        throw serviceErrors.cursor_gone({ cursor: Number(cursor), latest: state.cursor })
      const leave = service.streams.enter(caller.id)
      socket.once("close", leave)
      if (socket.destroyed) return leave()
      server.handleUpgrade(request, socket, head, (opened) => {
        new PlaySocket(opened, { service, caller, language, session, closing })
          .serve(state, cursor === undefined ? undefined : Number(cursor))
          .catch((err: unknown) => {
            service.options.log.error({ err }, "a socket of play failed by a mistake of the program")
            opened.close(closeCodes.mistake)
          })
      })
    } catch (error) {
      if (statusOf(error) === 500) service.options.log.error({ err: error }, "a socket of play could not be opened")
      refuse(socket, error, told)
    }
  }
  return {
    upgrade: (request, socket, head) => {
      const params = matchPath(socketPath, pathOf(request.url ?? ""))
      if (params === null) return false
      socket.on("error", () => undefined)
      void open(request, socket, head, params["session"] ?? "")
      return true
    },
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

/** A client that names versions must name one that is spoken here. */
function checkProtocols({ headers }: IncomingMessage): void {
  const asked = (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one.startsWith("daydream.play."))
  if (asked.length > 0 && !asked.includes(socketProtocol))
    throw serviceErrors.protocol_unsupported({ asked: asked.join(", ").slice(0, 80) })
}

function refuse(socket: Duplex, error: unknown, language: "en" | "zh"): void {
  if (socket.destroyed) return
  const status = statusOf(error)
  const wait = isDaydreamError(error) ? error.facts["retryAfterMs"] : undefined
  const body = JSON.stringify({ error: toldError(error, language) })
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(typeof wait === "number" ? [`Retry-After: ${Math.max(1, Math.ceil(wait / 1_000))}`] : []),
      "Connection: close",
      "",
      body,
    ].join("\r\n")
  )
}
