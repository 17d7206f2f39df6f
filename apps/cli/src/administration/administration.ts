/** Administration of the fabric, wherever it is carried out: one interface, one API, two ways to reach it. */
import { DaydreamError } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"
import { administrationErrors } from "./errors.ts"

export interface Administration extends AsyncDisposable {
  /** Asks the admin API: `path` is below /admin/v1. Gives the JSON of the answer; throws the API's errors as ours. */
  ask<T>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T>
  /** Where it is carried out: the server's address, or null for this very process. */
  readonly server: string | null
}

/** Carries a request to the admin API. */
export type Carry = (request: Request) => Promise<Response>

export interface AdministrationOptions {
  readonly base: string
  readonly server: string | null
  readonly key: string | null
  readonly language: Language
  readonly abortSignal: AbortSignal
  readonly close: () => Promise<void>
}

interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null }
}

const isErrorDocument = (value: unknown): value is ErrorDocument =>
  typeof value === "object" && value !== null && "error" in value && typeof value.error === "object" && value.error !== null &&
  "code" in value.error && "message" in value.error

/** Asks through `carry`. */
export function administrationOver(carry: Carry, options: AdministrationOptions): Administration {
  const { base, language, abortSignal } = options
  const shown = options.server ?? "this machine"
  return {
    server: options.server,
    ask: async <T>(method: string, path: string, body?: unknown) => {
      const request = new Request(`${base}/admin/v1${path}`, {
        method, signal: abortSignal, redirect: "error",
        headers: {
          "accept-language": language, "content-type": "application/json",
          ...(options.key === null ? {} : { authorization: `Bearer ${options.key}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const response = await carry(request)
      const text = await response.text()
      if (response.status === 204) return undefined as T
      const answer = parsed(text)
      if (response.ok && answer !== undefined) return answer as T
      if (!isErrorDocument(answer)) throw administrationErrors.unexpected_answer({ server: shown, status: response.status })
      throw errorOf(answer, response.status)
    },
    [Symbol.asyncDispose]: () => options.close(),
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The text came in the user's language: it stands for both. */
function errorOf({ error }: ErrorDocument, status: number): DaydreamError {
  const text = { message: error.message, ...(error.hint === null ? {} : { hint: error.hint }) }
  return new DaydreamError({
    code: error.code, facts: { status }, texts: { en: text, zh: text }, isRetryable: status >= 500, exitCode: status < 500 ? 2 : 1,
  })
}
