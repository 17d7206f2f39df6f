/** What a server refused, or what went wrong on the way to it. */
export class DreamClientError extends Error {
  /** The server's, or `network`, `not_a_daydream_server`. */
  readonly code: string
  readonly hint: string | null
  readonly isRetryable: boolean
  /** HTTP status; null where no answer came. */
  readonly status: number | null

  constructor(facts: {
    readonly code: string
    readonly message: string
    readonly hint?: string | null
    readonly isRetryable?: boolean
    readonly status?: number | null
    readonly cause?: unknown
  }) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = "DreamClientError"
    this.code = facts.code
    this.hint = facts.hint ?? null
    this.isRetryable = facts.isRetryable ?? false
    this.status = facts.status ?? null
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code?: unknown
    readonly message?: unknown
    readonly hint?: unknown
    readonly isRetryable?: unknown
  }
}

/** The error of an answer that refuses. */
export async function errorOf(response: Response): Promise<DreamClientError> {
  const text = await response.text().catch(() => "")
  const { status } = response
  try {
    const { error } = JSON.parse(text) as ErrorBody
    if (typeof error?.code === "string") {
      return new DreamClientError({
        code: error.code,
        message: String(error.message),
        hint: typeof error.hint === "string" ? error.hint : null,
        isRetryable: error.isRetryable === true,
        status,
      })
    }
  } catch {
    // Told below.
  }
  return new DreamClientError({
    code: "not_a_daydream_server",
    message: `The server answered ${status} in a form that is not Daydream's.`,
    status,
    isRetryable: status >= 500,
  })
}

/** The error of a connection that failed; what the caller aborted stays as it is. */
export const networkError = (cause: unknown): unknown =>
  cause instanceof Error && cause.name === "AbortError"
    ? cause
    : new DreamClientError({
        code: "network",
        message: "The server cannot be reached, or the connection broke.",
        isRetryable: true,
        cause,
      })
