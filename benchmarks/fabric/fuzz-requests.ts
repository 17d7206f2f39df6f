/** Hostile requests as bytes. Seeded: the same seed gives the same bytes. */
import type { Random } from "@daydream/engine/random"
import { bodyText, mutate, valueFor } from "./fuzz-json.ts"
import type { Json } from "./fuzz-json.ts"

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T

export interface Hostile {
  readonly bytes: Buffer
  /** What it is, for the report. */
  readonly kind: string
  /** True where the request is whole and sound HTTP: then it must be answered. */
  readonly isSound: boolean
}

/** An endpoint of the admin API, from its own description. */
export interface AdminEndpoint {
  readonly method: string
  readonly path: string
  readonly body: Parameters<typeof valueFor>[0]
}

export interface Keys {
  readonly inference: string
  readonly usage: string
  /** An administrator of a tenant that nothing depends on. */
  readonly admin: string
}

const messages: Json = [{ role: "system", content: "Be short." }, { role: "user", content: [{ type: "text", text: "Hello" }] }, { role: "assistant", content: "Yes" }, { role: "user", content: "Go on" }]
const tool: Json = { type: "function", function: { name: "look_up", description: "Looks up.", parameters: { type: "object", properties: { word: { type: "string" } } } } }

const calls: readonly { readonly path: string; readonly body: Json }[] = [
  { path: "/v1/chat/completions", body: { model: "chat", messages, max_tokens: 16, stream: false, temperature: 0.5, tools: [tool], tool_choice: "auto", stop: ["x"], n: 1, seed: 1, metadata: { a: "b" } } },
  { path: "/v1/chat/completions", body: { model: "chat", messages, max_completion_tokens: 16, stream: true, stream_options: { include_usage: true }, response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "object" } } } } },
  { path: "/v1/messages", body: { model: "chat", max_tokens: 16, system: [{ type: "text", text: "Be short." }], messages: [{ role: "user", content: "Hello" }, { role: "assistant", content: [{ type: "text", text: "Yes" }] }, { role: "user", content: "More" }], stream: false, tools: [{ name: "look_up", input_schema: { type: "object" } }] } },
  { path: "/v1/messages", body: { model: "chat", max_tokens: 16, messages: [{ role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }] }], stream: true, thinking: { type: "enabled", budget_tokens: 1024 } } },
  { path: "/v1/messages/count_tokens", body: { model: "chat", messages: [{ role: "user", content: "Hello" }] } },
  { path: "/v1/responses", body: { model: "chat", input: [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }], instructions: "Be short.", max_output_tokens: 16, stream: false, tools: [{ type: "function", name: "f", parameters: {} }] } },
  { path: "/v1/responses", body: { model: "chat", input: "Hello", stream: true, text: { format: { type: "json_object" } }, reasoning: { effort: "low" } } },
  { path: "/v1/embeddings", body: { model: "chat", input: ["a", "b"], encoding_format: "float", dimensions: 8 } },
  { path: "/v1/functions/none", body: { inputs: { text: "a" } } },
]
const plainPaths = ["/", "/v1/models", "/v1/models/chat", "/v1/models/mock%2Fmock", "/v1/models/%", "/v1/models/%00", "/healthz", "/readyz", "/metrics", "/v1/chat/completions/", "//v1/chat/completions",
  "/v1/../v1/models", "/v1/%2e%2e/admin/v1/tenants", "/admin", "/admin/", "/admin/v1", "/admin/v1/openapi.json", "/admin/v1/tenants/../keys", "/admin//v1/tenants", "/v1/functions/", "/v1/functions/a%2fb", "/v1/functions/../models",
  "/v1/models?x=1&x=2", "/v1/models#frag", "/v1/chat/completions;x=1", "*", "http://evil.example/v1/models", "//evil.example/v1/models", "/\\evil", `/${"a".repeat(9_000)}`, "/v1/models/\u00e9"]
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY"]

const hosts = ["127.0.0.1", "localhost", "evil.example", "evil.example:99999", "[::1]", "", "a".repeat(500), "169.254.169.254", "127.0.0.1, evil.example"]

interface Draft {
  method: string
  path: string
  headers: [string, string][]
  body: Buffer | null
}

function authorization(keys: Keys, random: Random, wanted: keyof Keys): [string, string][] {
  switch (random.integer(14)) {
    case 0: return []
    case 1: return [["authorization", pick(random, ["Bearer", "Bearer ", "Basic eDp5", `Bearer ${"x".repeat(2_000)}`, "bearer\tx", "Bearer dd_x_y", "Bearer ' or 1=1 --"])]]
    case 2: return [["x-api-key", keys[wanted]]]
    case 3: return [["authorization", `Bearer ${pick(random, [keys.inference, keys.usage, keys.admin])}`]]
    case 4: return [["authorization", `Bearer ${keys[wanted].slice(0, -1)}`], ["x-api-key", keys[wanted]]]
    default: return [["authorization", `Bearer ${keys[wanted]}`]]
  }
}

const oddHeaders: readonly [string, string][] = [["x-forwarded-for", "127.0.0.1"], ["x-forwarded-host", "evil.example"], ["x-http-method-override", "DELETE"], ["expect", "100-continue"], ["expect", "201-nonsense"],
  ["connection", "upgrade"], ["upgrade", "websocket"], ["upgrade", "h2c"], ["accept-encoding", "gzip, br"], ["content-encoding", "gzip"], ["content-type", "text/plain"], ["accept", "nothing/at-all"], ["idempotency-key", "same"],
  ["idempotency-key", "k".repeat(3_000)], ["range", "bytes=0-1"], ["x-request-id", "chosen-by-a-client"], ["anthropic-version", "1"], ["openai-beta", "x".repeat(1_000)], ["traceparent", "00-zz-zz-01"], ["accept-language", "zh;q=x,en;q=,*;q=9"],
  ["cookie", "a=b; ".repeat(300)], ["te", "trailers"], ["trailer", "x"], ["keep-alive", "timeout=99999"], ["proxy-authorization", "Basic x"]]

function draft(keys: Keys, admin: readonly AdminEndpoint[], random: Random): { readonly draft: Draft; readonly kind: string } {
  const choice = random.integer(20)
  if (choice < 11 || admin.length === 0) {
    const call = pick(random, calls)
    let body = call.body
    for (let count = random.integer(4); count > 0; count--) body = mutate(body, random)
    return { kind: call.path, draft: { method: "POST", path: call.path, headers: authorization(keys, random, "inference"), body: bodyText(body, random) } }
  }
  if (choice < 16) {
    const endpoint = pick(random, admin)
    const path = endpoint.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(pick(random, ["fuzz", "fuzz-child", "root", "acme", "chat", "mock", "mock/mock", "../x", "%", "'", "a".repeat(300), "\u0000", "day", "charge"])))
    const query = random.integer(4) > 0 ? "" : pick(random, ["?limit=-1", "?limit=1e9", "?since=7d", "?from=x&to=y", "?tenant=root", "?tenant=%25", "?groupBy=day&groupBy=day", "?__proto__=1", "?%ff"])
    const body = endpoint.body === undefined ? null : bodyText(random.integer(3) === 0 ? mutate(valueFor(endpoint.body, random), random) : valueFor(endpoint.body, random), random)
    return { kind: "/admin", draft: { method: endpoint.method, path: `${path}${query}`, headers: authorization(keys, random, random.integer(4) === 0 ? "usage" : "admin"), body } }
  }
  const path = pick(random, [...plainPaths, ...calls.map((call) => call.path), ...admin.map((endpoint) => endpoint.path)])
  return { kind: "paths and methods", draft: { method: pick(random, methods), path, headers: authorization(keys, random, pick(random, ["inference", "usage"])), body: random.integer(2) === 0 ? null : bodyText(pick(random, calls).body, random) } }
}

const head = ({ method, path, headers }: Draft, host: string) =>
  Buffer.from([`${method} ${path} HTTP/1.1`, `host: ${host}`, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n"), "latin1")

const chunked = (body: Buffer, random: Random): Buffer => {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const size = 1 + random.integer(Math.max(1, Math.ceil(body.length / 3)))
    const piece = body.subarray(at, at + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}${random.integer(8) === 0 ? ";name=value" : ""}\r\n`), piece, Buffer.from("\r\n"))
    at += size
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")])
}

/** Bytes that are not HTTP, or two readings of it. */
function broken(one: Draft, random: Random): Buffer {
  const body = one.body ?? Buffer.from("{}")
  const smuggled = Buffer.from("GET /admin/v1/tenants HTTP/1.1\r\nhost: x\r\n\r\n")
  const withHeaders = (...headers: [string, string][]) => head({ ...one, headers: [...one.headers, ["content-type", "application/json"], ...headers] }, "127.0.0.1")
  switch (random.integer(14)) {
    case 0: return Buffer.concat([withHeaders(["content-length", String(body.length)], ["transfer-encoding", "chunked"]), chunked(body, random), smuggled])
    case 1: return Buffer.concat([withHeaders(["content-length", "0"], ["content-length", String(body.length)]), body])
    case 2: return Buffer.concat([withHeaders(["transfer-encoding", "chunked"], ["transfer-encoding", "identity"]), chunked(body, random)])
    case 3: return Buffer.concat([withHeaders(["transfer-encoding", pick(random, ["xchunked", " chunked", "chunked, gzip", "\tchunked", "CHUNKED,chunked"])]), chunked(body, random)])
    case 4: return Buffer.concat([withHeaders(["content-length", pick(random, ["-1", "+5", "0x10", "1e3", "99999999999999999999", "5 5", " 5"])]), body])
    case 5: return Buffer.concat([withHeaders(["transfer-encoding", "chunked"]), Buffer.from("zz\r\nabc\r\n0\r\n\r\n")])
    case 6: return Buffer.concat([withHeaders(["transfer-encoding", "chunked"]), Buffer.from("ffffffffffffffff\r\nabc")])
    case 7: return Buffer.from(`${one.method} ${one.path}\r\n\r\n`)
    case 8: return Buffer.from(`${one.method} ${one.path} HTTP/9.9\r\nhost: x\r\n\r\n`, "latin1")
    case 9: return Buffer.from(`GET / HTTP/1.1\r\nhost: x\r\n folded: yes\r\nbad header\r\n\r\n`)
    case 10: return Buffer.from(`GET /v1/models HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(40_000)}\r\n\r\n`)
    case 11: return Buffer.from(Array.from({ length: 1 + random.integer(400) }, () => random.integer(256)))
    case 12: return Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    default: return Buffer.concat([withHeaders(["content-length", String(body.length + 1 + random.integer(1_000))]), body])
  }
}

/** One request. */
export function hostileRequest(keys: Keys, admin: readonly AdminEndpoint[], random: Random): Hostile {
  const { draft: one, kind } = draft(keys, admin, random)
  if (random.integer(9) === 0) return { kind: "no HTTP", bytes: broken(one, random), isSound: false }
  if (one.body !== null && random.integer(12) > 0) one.headers.push(["content-type", "application/json"])
  const isPlain = random.integer(3) > 0
  if (!isPlain) for (let count = 1 + random.integer(2); count > 0; count--) one.headers.push(pick(random, oddHeaders))
  // Characters that must not stand in a request line or a value make it another kind of request.
  const isSound = isPlain && /^[\x21-\x7e]+$/.test(one.path) && !one.path.startsWith("*") && one.headers.every(([, value]) => /^[\x20-\x7e\t]*$/.test(value))
  const host = random.integer(6) === 0 ? pick(random, hosts) : "127.0.0.1"
  if (one.body === null) return { kind, bytes: head(one, host), isSound }
  if (random.integer(6) === 0) {
    one.headers.push(["transfer-encoding", "chunked"])
    return { kind, bytes: Buffer.concat([head(one, host), chunked(one.body, random)]), isSound }
  }
  one.headers.push(["content-length", String(one.body.length)])
  return { kind, bytes: Buffer.concat([head(one, host), one.body]), isSound }
}
