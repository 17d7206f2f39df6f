/** Signatures of webhooks as Standard Webhooks has them (standardwebhooks.com), so that receivers check them with any of its libraries. */
import { createHmac, randomBytes } from "node:crypto"

const prefix = "whsec_"
const secretBytes = 32

/** A new secret, in the form that receivers take. */
export const newSigningSecret = (): string => prefix + randomBytes(secretBytes).toString("base64")

/** True for a secret of 24 to 64 bytes in that form. */
export function isSigningSecret(text: string): boolean {
  const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : ""
  const key = Buffer.from(encoded, "base64")
  return /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && key.length >= 24 && key.length <= 64
}

export interface SignedEvent {
  readonly id: string
  /** Seconds since epoch at which it is sent: receivers refuse what is much older. */
  readonly timestamp: number
  readonly body: string
}

/** HMAC-SHA256 over id, time and body. */
export function signatureOf(secret: string, { id, timestamp, body }: SignedEvent): string {
  const key = Buffer.from(secret.slice(prefix.length), "base64")
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`
}

/** The headers of an event. */
export const signedHeaders = (secret: string, event: SignedEvent): Record<string, string> => ({
  "content-type": "application/json", "user-agent": "daydream-fabric",
  "webhook-id": event.id, "webhook-timestamp": String(event.timestamp), "webhook-signature": signatureOf(secret, event),
})
