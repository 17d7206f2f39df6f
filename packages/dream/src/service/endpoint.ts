/** What an endpoint of play is: data for the document, and one function. */
import type { IncomingMessage } from "node:http"
import type { Language } from "@daydream/engine/language"
import type { z } from "zod"
import type { Sessions } from "../session/index.ts"
import type { Caller } from "./caller.ts"
import type { Limiter } from "./limiter.ts"
import type { PlayLimits, PlayServiceOptions } from "./options.ts"
import type { Wire } from "./reply.ts"
import type { Rooms } from "./room.ts"
import type { Streams } from "./streams.ts"
import type { Tokens } from "./token.ts"

/** What every endpoint works with. */
export interface Service {
  readonly sessions: Sessions
  readonly options: PlayServiceOptions
  readonly limits: PlayLimits
  readonly rooms: Rooms
  readonly tokens: Tokens
  readonly limiter: Limiter
  readonly streams: Streams
}

/** One request, read and checked. */
export interface Call<B, Q> {
  readonly service: Service
  readonly caller: Caller
  readonly language: Language
  readonly request: IncomingMessage
  readonly wire: Wire
  /** Of the path. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Q
  readonly body: B
}

type Fields = Record<string, z.ZodType>

export interface Endpoint<B extends z.ZodType, Q extends Fields> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE"
  /** Parameters as `{name}`. */
  readonly path: string
  readonly id: string
  readonly tag: "Dreams" | "Sessions" | "Play" | "Memory" | "Players"
  readonly summary: string
  readonly details?: string
  /** `key`: not for players with tokens. */
  readonly who?: "key"
  /** Texts of the query, read by these; those that are absent are undefined. */
  readonly query?: Q
  readonly body?: B
  /** The body may be left out. */
  readonly isBodyOptional?: boolean
  /** The body is a file of JSON lines; `handle` reads it. */
  readonly takesLines?: boolean
  readonly takesKey?: boolean
  readonly status?: 200 | 201
  readonly result?: z.ZodType
  /** Other forms of the answer, by media type. */
  readonly streams?: Readonly<Record<string, string>>
  /** The answer as a value; `sent` where it has been written, undefined for an empty one. */
  readonly handle: (call: Call<z.output<B>, z.output<z.ZodObject<Q>>>) => Promise<unknown>
}

/** Returned by a `handle` that wrote its answer itself. */
export const sent = Symbol("sent")

// Endpoints of any types stand in one list; each reads its own before it is handled.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyEndpoint = Endpoint<any, any>

// No field at all: what an index type of `never` would say of every field.
// oxlint-disable-next-line typescript/no-generated-empty-object-type
type NoFields = Record<never, never>

/** Keeps the types of one endpoint. */
export const defineEndpoint = <B extends z.ZodType = z.ZodUndefined, Q extends Fields = NoFields>(
  endpoint: Endpoint<B, Q>
): AnyEndpoint => endpoint

const segment = /\{(\w+)\}/g

/** Parameters of a raw path, each decoded once; null where it is another path. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const names = [...pattern.matchAll(segment)].map(([, name]) => name ?? "")
  const match = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll(segment, "([^/]+)")}$`).exec(path)
  if (match === null) return null
  try {
    const values = match.slice(1).map(decodeURIComponent)
    if (values.some((value) => value.length > 200 || value.includes("\0"))) return null
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]))
  } catch {
    return null
  }
}
