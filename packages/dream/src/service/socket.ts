/** One open socket: what its player hears, and what it asks. */
import type { Language } from "@daydream/engine/language"
import type { WebSocket } from "ws"
import { protocolVersion, requests } from "../protocol/index.ts"
import type { ClientMessage, ServerMessage, SessionState } from "../protocol/index.ts"
import type { Caller } from "./caller.ts"
import { readBy } from "./check.ts"
import type { Service } from "./endpoint.ts"
import { interrupt } from "./endpoints/index.ts"
import { serviceErrors } from "./errors.ts"
import { follow } from "./follow.ts"
import { errorEvent, outward, outwardState } from "./outward.ts"
import { parseJson } from "./read-body.ts"
import { playTurn, retryTurn } from "./turn-stream.ts"

/** Close codes (RFC 6455, 7.4): what a client may do about it stands in the guide. */
export const closeCodes = { goingAway: 1001, policy: 1008, mistake: 1011, tryLater: 1013 } as const

export interface SocketPlace {
  readonly service: Service
  readonly caller: Caller
  readonly language: Language
  readonly session: string
  /** Aborts when the service stops. */
  readonly closing: AbortSignal
}

export class PlaySocket {
  readonly #socket: WebSocket
  readonly #place: SocketPlace
  /** Of what is heard now: another cursor begins anew. */
  #hearing = new AbortController()
  #isAlive = true

  constructor(socket: WebSocket, place: SocketPlace) {
    this.#socket = socket
    this.#place = place
  }

  /** Serves until the socket closes. */
  async serve(state: SessionState, cursor: number | undefined): Promise<void> {
    const {
      service: { limits },
      closing,
    } = this.#place
    const socket = this.#socket
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.on("error", () => undefined)
    socket.on("pong", () => {
      this.#isAlive = true
    })
    socket.on("message", (data, isBinary) => void this.#receive(data as Buffer, isBinary))
    const heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs)
    const stop = () => socket.close(closeCodes.goingAway, "the server is stopping")
    closing.addEventListener("abort", stop, { once: true })
    socket.once("close", () => {
      this.#hearing.abort()
      clearInterval(heartbeat)
      closing.removeEventListener("abort", stop)
      resolve()
    })
    await this.#send({
      type: "welcome",
      protocol: protocolVersion,
      state: outwardState(state, this.#place.caller.account),
    })
    this.#hear(cursor ?? state.cursor)
    await promise
  }

  /** A peer that does not answer is gone. */
  #beat(): void {
    if (!this.#isAlive) return this.#socket.terminate()
    this.#isAlive = false
    this.#socket.ping()
  }

  /** Resolves when the message has left this process; a client that takes nothing for long is cut off. */
  async #send(message: ServerMessage): Promise<void> {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return
    const { limits } = this.#place.service
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => socket.terminate(), limits.stallMs)
    socket.send(JSON.stringify(message), () => resolve())
    // What is asked for faster than it is taken would pile up here.
    if (socket.bufferedAmount > limits.waitingBytes)
      socket.close(closeCodes.tryLater, "too slow: resume from your cursor")
    await promise
    clearTimeout(timer)
  }

  /** Sends what the player hears from `from` on. */
  #hear(from: number, request?: string): void {
    this.#hearing.abort()
    this.#hearing = new AbortController()
    void this.#pump(from, this.#hearing.signal, request)
  }

  async #pump(from: number, signal: AbortSignal, request: string | undefined): Promise<void> {
    const { service, caller, language, session } = this.#place
    try {
      const heard = follow(service.sessions, service.rooms, {
        session,
        player: caller.id,
        from,
        language,
        signal,
        lookMs: service.limits.lookMs,
      })
      for await (const event of heard) {
        if (signal.aborted) return
        await this.#send(
          event.type === "resumed"
            ? { ...event, ...(request === undefined ? {} : { request }) }
            : outward(event, caller.account)
        )
      }
    } catch (error) {
      if (signal.aborted) return
      await this.#fail(error, request)
      this.#socket.close(closeCodes.policy, "nothing can be heard from there")
    }
  }

  async #receive(data: Buffer, isBinary: boolean): Promise<void> {
    const { service, caller } = this.#place
    let request: string | undefined
    try {
      const wait = service.limiter.take(caller.id)
      if (wait > 0) throw serviceErrors.too_many_requests({ retryAfterMs: wait })
      if (isBinary) throw serviceErrors.play_body_not_json({})
      const json = parseJson(data)
      request = nameOf(json)
      await this.#answer(readBy<ClientMessage>(requests.clientMessage, json))
    } catch (error) {
      await this.#fail(error, request)
    }
  }

  async #answer(message: ClientMessage): Promise<void> {
    const { service, caller, session } = this.#place
    const named = message.request === undefined ? {} : { request: message.request }
    switch (message.type) {
      case "play": {
        const { type: _play, request: _name, ...asked } = message
        playTurn(service, caller, session, asked)
        return
      }
      case "retry": {
        const { type: _retry, request: _name, ...asked } = message
        retryTurn(service, caller, session, asked)
        return
      }
      case "interrupt":
        return this.#send({
          type: "interrupted",
          ...named,
          isInterrupted: await interrupt({ service, caller, params: { session } }),
        })
      case "state":
        return this.#send({
          type: "state",
          ...named,
          state: outwardState(await service.sessions.state(session, caller.id), caller.account),
        })
      case "resume":
        return this.#hear(message.cursor, message.request)
      case "ping":
        return this.#send({ type: "pong", ...named })
    }
  }

  async #fail(error: unknown, request: string | undefined): Promise<void> {
    const {
      language,
      caller: { account },
    } = this.#place
    await this.#send(errorEvent(error, { language, request, account }))
  }
}

/** The name of a message, also of one that is refused for something else. */
function nameOf(json: unknown): string | undefined {
  const request = typeof json === "object" && json !== null && "request" in json ? json.request : undefined
  return typeof request === "string" && request.length <= 64 ? request : undefined
}
