/** Which endpoint a request is for. The raw path decides, as it was sent: nothing is decoded, joined or tidied. */
import type { Api } from "../call/index.ts"

export type Endpoint =
  | { readonly kind: "call"; readonly api: Exclude<Api, "count-tokens" | "function"> }
  | { readonly kind: "count-tokens" }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly id: string }
  | { readonly kind: "health" | "ready" | "metrics" }

interface Entry {
  readonly method: "GET" | "POST"
  readonly endpoint: Endpoint
}

const call = (api: Extract<Endpoint, { kind: "call" }>["api"]): Entry => ({ method: "POST", endpoint: { kind: "call", api } })

const exact = new Map<string, Entry>([
  ["/v1/chat/completions", call("chat")],
  ["/v1/responses", call("responses")],
  ["/v1/embeddings", call("embeddings")],
  ["/v1/messages", call("messages")],
  ["/v1/messages/count_tokens", { method: "POST", endpoint: { kind: "count-tokens" } }],
  ["/v1/models", { method: "GET", endpoint: { kind: "models" } }],
  ["/healthz", { method: "GET", endpoint: { kind: "health" } }],
  ["/readyz", { method: "GET", endpoint: { kind: "ready" } }],
  ["/metrics", { method: "GET", endpoint: { kind: "metrics" } }],
])

const functionPath = "/v1/functions/"
const modelPath = "/v1/models/"
const functionName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

/** The path without its query. */
export const pathOf = (url: string): string => {
  const query = url.indexOf("?")
  return query < 0 ? url : url.slice(0, query)
}

export type Match = Endpoint | { readonly kind: "none" } | { readonly kind: "wrong-method"; readonly allowed: string }

/** The endpoint of a method and a raw path. */
export function matchEndpoint(method: string, path: string): Match {
  const entry = exact.get(path) ?? matchNamed(path)
  if (entry === undefined) return { kind: "none" }
  if (entry.method === method || (entry.method === "GET" && method === "HEAD")) return entry.endpoint
  return { kind: "wrong-method", allowed: entry.method }
}

function matchNamed(path: string): Entry | undefined {
  if (path.startsWith(functionPath)) {
    const name = path.slice(functionPath.length)
    return functionName.test(name) ? { method: "POST", endpoint: { kind: "function", name } } : undefined
  }
  if (!path.startsWith(modelPath)) return undefined
  try {
    // Ids hold slashes, which clients encode. Decoded once, and only ever compared with names of models.
    const id = decodeURIComponent(path.slice(modelPath.length))
    return id === "" ? undefined : { method: "GET", endpoint: { kind: "model", id } }
  } catch {
    return undefined
  }
}
