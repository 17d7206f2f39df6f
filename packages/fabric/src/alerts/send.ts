/** Sends one event: one POST to a checked address, without following redirects. */
import { Agent, request } from "undici"
import { createConnector } from "../upstream/index.ts"
import type { ConnectorOptions } from "../upstream/index.ts"
import { signedHeaders } from "./signing.ts"

export interface Webhook {
  readonly address: string
  readonly secret: string
}

export interface Sent {
  readonly isDelivered: boolean
  /** Null where nobody answered. */
  readonly status: number | null
  /** Null where it was delivered: `status 500`, `refused-address`, `timeout` or the network's own code. Never an address. */
  readonly problem: string | null
}

export interface SendingOptions extends ConnectorOptions {
  /** Milliseconds since epoch. */
  readonly now: () => number
  /** Milliseconds for all of it; 10 s unless set. */
  readonly timeoutMs?: number
}

const mostAnswerBytes = 64 << 10

/** Sends; whatever goes wrong is told in what it gives. */
export async function sendEvent(webhook: Webhook, event: { readonly id: string; readonly body: string }, options: SendingOptions): Promise<Sent> {
  const { timeoutMs = 10_000 } = options
  const agent = new Agent({ connect: createConnector(options), headersTimeout: timeoutMs, bodyTimeout: timeoutMs, allowH2: false })
  try {
    const timestamp = Math.floor(options.now() / 1_000)
    const answer = await request(webhook.address, {
      method: "POST", dispatcher: agent, body: event.body, signal: AbortSignal.timeout(timeoutMs),
      headers: signedHeaders(webhook.secret, { ...event, timestamp }),
    })
    const { statusCode: status } = answer
    await answer.body.dump({ limit: mostAnswerBytes }).catch(() => undefined)
    const isDelivered = status >= 200 && status < 300
    return { isDelivered, status, problem: isDelivered ? null : `status ${status}` }
  } catch (error) {
    return { isDelivered: false, status: null, problem: problemOf(error) }
  } finally {
    await agent.destroy().catch(() => undefined)
  }
}

function problemOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return "timeout"
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "failed"
  if (code === "DAYDREAM_ADDRESS_REFUSED") return "refused-address"
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return "timeout"
  return /^[A-Z0-9_]{1,60}$/.test(code) ? code : "failed"
}
