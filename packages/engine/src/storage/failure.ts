/** Turns what PostgreSQL and the network report into errors that a user can act on. */
import { isDaydreamError } from "../errors/index.ts"
import { errors } from "./errors.ts"

interface Address {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

/** `host:port/database` without the password. */
const addressText = (address: Address) => `${address.host}:${address.port}/${address.database}`

/** Splits a connection address; refuses what is not one. */
export function parseAddress(url: string): Address {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (error) {
    throw errors.database_url_invalid({ reason: "it is not a URL" }, error)
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol))
    throw errors.database_url_invalid({ reason: `it begins with "${parsed.protocol}"` })
  const user = decodeURIComponent(parsed.username) || "postgres"
  return {
    host: parsed.hostname || parsed.searchParams.get("host") || "localhost",
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || user,
    user,
  }
}

const codeOf = (error: unknown): string | undefined => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code
  return undefined
}

const unreachable = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH",
  "ECONNRESET", "EPIPE", "ENOENT", "57P01", "57P02", "57P03", "08006", "08001", "53300"])

/** The error of ours for `error`, or `error` itself where it is not about the connection or the disk. */
export function explainFailure(error: unknown, url: string): unknown {
  if (isDaydreamError(error)) return error
  const address = parseAddress(url)
  const at = addressText(address)
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === "28P01" || code === "28000" || /password/i.test(message) && /SASL|SCRAM|must be a string/.test(message))
    return errors.database_password_wrong({ at, user: address.user }, error)
  if (code === "3D000") return errors.database_missing({ at, database: address.database }, error)
  if (code === "53100") return errors.database_disk_full({ at }, error)
  if (code !== undefined && unreachable.has(code) || /timeout|terminated/i.test(message))
    return errors.database_unreachable({ at, reason: message || code || "no answer" }, error)
  return error
}
