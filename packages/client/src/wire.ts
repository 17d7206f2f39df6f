/** Requests to one server. */
import { DreamClientError, errorOf, networkError } from "./error.ts"
import type { Language } from "./protocol.ts"

export interface ClientOptions {
  /** Where the server is, e.g. "http://127.0.0.1:7777". */
  readonly address: string
  /** A player's token, or (on your own server only) an API key. */
  readonly token: string
  /** For whom a key acts; of a token: nobody else. */
  readonly player?: string
  /** Of errors, and of the dreams' names. */
  readonly language?: Language
  readonly fetch?: typeof fetch
  /** For runtimes without a WebSocket of their own. */
  readonly WebSocket?: typeof WebSocket
  /** Milliseconds to wait before trying again; 250, doubled each time up to 8,000. */
  readonly retryMs?: number
}

export const protocolVersion = 1

/** How often, and how many seconds, a server that is asked too often is waited for. */
const mostWaits = 3
const longestWait = 10

export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE"
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

export class Wire {
  readonly options: ClientOptions

  constructor(options: ClientOptions) {
    this.options = { ...options, address: options.address.replace(/\/+$/, "") }
  }

  url(path: string, query: Ask["query"] = {}): string {
    const given = Object.entries(query).filter((one): one is [string, string] => one[1] !== undefined)
    return `${this.options.address}${path}${given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`}`
  }

  /** The answer; throws {@link DreamClientError} where it refuses, or none comes. Where it says so, waits and asks again. */
  async send(ask: Ask): Promise<Response> {
    for (let waits = 0; ; waits++) {
      const response = await this.#fetch(ask)
      if (response.ok) return response
      const seconds = Number(response.headers.get("retry-after") ?? "0")
      if (response.status !== 429 || waits >= mostWaits || !(seconds > 0 && seconds <= longestWait))
        throw await errorOf(response)
      await response.body?.cancel()
      await sleep(seconds * 1_000, ask.signal)
    }
  }

  async #fetch({ method, path, query, body, headers = {}, signal }: Ask): Promise<Response> {
    const { token, player, language, fetch = globalThis.fetch } = this.options
    const isLines = typeof body === "string" || body instanceof Uint8Array
    try {
      return await fetch(this.url(path, query), {
        method,
        signal: signal ?? null,
        headers: {
          authorization: `Bearer ${token}`,
          "daydream-protocol": String(protocolVersion),
          ...(player === undefined ? {} : { "daydream-player": player }),
          ...(language === undefined ? {} : { "accept-language": language }),
          ...(body === undefined ? {} : { "content-type": isLines ? "application/jsonl" : "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isLines ? (body as string) : JSON.stringify(body) }),
      })
    } catch (error) {
      throw networkError(error)
    }
  }

  async json<T>(ask: Ask): Promise<T> {
    const response = await this.send(ask)
    try {
      return (response.status === 204 ? undefined : await response.json()) as T
    } catch (error) {
      throw networkError(error)
    }
  }
}

/** Ends early with the signal. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    const stop = () => {
      clearTimeout(timer)
      resolve()
    }
    signal?.addEventListener("abort", stop, { once: true })
  })
}

/** A pause before the attempt of this number, longer each time; ends early with the signal. */
export const pause = (
  attempt: number,
  { retryMs = 250 }: Pick<ClientOptions, "retryMs">,
  signal?: AbortSignal
): Promise<void> =>
  // A part by chance, so that not all clients of a server that was away come back at once.
  sleep(Math.min(8_000, retryMs * 2 ** attempt) * (0.5 + Math.random() / 2), signal)

export const isNetwork = (error: unknown): boolean =>
  error instanceof DreamClientError
  && (error.code === "network"
    || error.code === "play_closing"
    || (error.status === 502 && error.code === "not_a_daydream_server"))
