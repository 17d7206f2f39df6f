/** Which addresses are called: checked when they are configured, and again at each connection, after the name was resolved. */
import { lookup } from "node:dns"
import type { LookupFunction } from "node:net"
import { buildConnector } from "undici"
import { errors } from "./errors.ts"
import { parseIp, parseNetwork, refusalOf } from "./networks.ts"
import type { Network } from "./networks.ts"

const metadataNames = /^(metadata|metadata\.google\.internal|metadata\.goog|instance-data|instance-data\.ec2\.internal)\.?$/i

/** Thrown by a connection to an address that is refused. */
export class RefusedAddress extends Error {
  readonly code = "DAYDREAM_ADDRESS_REFUSED"
}

const bareHost = (host: string) => host.replace(/^\[|\]$/g, "")

/**
 * Reads a base address and checks what can be checked without a network: spelling, scheme, and the address itself where it
 * is a number in any spelling (decimal, octal, hexadecimal: `URL` knows them all). Names are checked when they are resolved.
 * Throws `upstream_address_refused`, `bad_network`.
 */
export function checkAddress(text: string, allowedNetworks: readonly string[]): URL {
  const shown = text.replace(/\/\/[^/]*@/, "//…@").slice(0, 100)
  const refuse = (reason: Parameters<typeof errors.upstream_address_refused>[0]["reason"]) =>
    errors.upstream_address_refused({ address: shown, reason })
  if (!URL.canParse(text)) throw refuse("not-an-address")
  const url = new URL(text)
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("scheme")
  if (url.username !== "" || url.password !== "") throw refuse("credentials")
  if (url.search !== "" || url.hash !== "") throw refuse("query")
  if (metadataNames.test(url.hostname)) throw refuse("metadata")
  const ip = parseIp(bareHost(url.hostname))
  const refusal = ip === null ? null : refusalOf(ip, allowedNetworks.map(parseNetwork))
  if (refusal !== null) throw refuse(refusal)
  return url
}

/** Resolves a name, as `dns.lookup` with `all`. */
export type ResolveAll = (host: string, done: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void) => void

const bySystem: ResolveAll = (host, done) => lookup(host, { all: true }, done)

/**
 * A lookup that leaves out what is refused. The socket dials what this gave it and asks no second time: a name whose
 * answer changes between check and use slips past nowhere.
 */
export const checkedLookup = (allowed: readonly Network[], resolve: ResolveAll): LookupFunction => (host, options, done) => {
  resolve(host, (error, addresses) => {
    if (error !== null) return done(error, [])
    const fit = addresses.filter(({ address }) => {
      const ip = parseIp(address)
      return ip !== null && refusalOf(ip, allowed) === null
    })
    const [first] = fit
    if (first === undefined) return done(new RefusedAddress("the name leads to a refused address"), [])
    if (options.all === true) done(null, [...fit])
    else done(null, first.address, first.family)
  })
}

/** How connections are made. */
export interface ConnectorOptions {
  readonly allowedNetworks: readonly string[]
  readonly resolve?: ResolveAll
  /** Certificates that are trusted beside the system's own. */
  readonly certificateAuthority?: string
}

/** Makes connections to checked addresses alone; certificates are always checked. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const allowed = options.allowedNetworks.map(parseNetwork)
  const connect = buildConnector({
    allowH2: false, rejectUnauthorized: true, lookup: checkedLookup(allowed, options.resolve ?? bySystem),
    // Deadlines are the caller's; this one only keeps a socket from waiting for ever.
    timeout: 15_000,
    ...(options.certificateAuthority === undefined ? {} : { ca: options.certificateAuthority }),
  })
  return (target, done) => {
    const host = bareHost(target.hostname)
    const ip = parseIp(host)
    if (metadataNames.test(host) || (ip !== null && refusalOf(ip, allowed) !== null)) {
      return done(new RefusedAddress("the address is refused"), null)
    }
    connect(target, done)
  }
}
