/** Which addresses are called at all: a plan or a setting from elsewhere must not reach a cloud's metadata service. */
import { lookup } from "node:dns/promises"
import { BlockList, isIP } from "node:net"
import { modelErrors } from "./errors.ts"

// Metadata services hand out credentials. Private networks are fine: model servers stand there.
const refused = new BlockList()
refused.addSubnet("169.254.0.0", 16, "ipv4")
refused.addAddress("100.100.100.200", "ipv4")
refused.addAddress("168.63.129.16", "ipv4")
refused.addSubnet("fe80::", 10, "ipv6")
refused.addAddress("fd00:ec2::254", "ipv6")

/** True for link-local addresses and the metadata services of clouds. */
export function isMetadataAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && refused.check(address, family === 6 ? "ipv6" : "ipv4")
}

const METADATA_NAMES = /^(metadata|metadata\.google\.internal|metadata\.goog|instance-data)\.?$/i

/** The address without what must not be shown. */
const shown = (url: URL) => `${url.protocol}//${url.host}`

/** Reads the address of a server. Throws `address_refused` for what is not http(s), holds credentials, or is refused. */
export function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw modelErrors.address_refused({ address: text.slice(0, 100), reason: "it is not a web address" })
  const refuse = (reason: string) => modelErrors.address_refused({ address: shown(url), reason })
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("only http and https are allowed")
  if (url.username !== "" || url.password !== "") throw refuse("it holds a user name or password; give the key separately")
  const host = url.hostname.replace(/^\[|\]$/g, "")
  if (METADATA_NAMES.test(host) || isMetadataAddress(host)) throw refuse("it belongs to a cloud's metadata service")
  return url
}

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** By the operating system. A name that cannot be resolved gives none: the call itself then says so. */
export const resolveByName: Resolve = async (host) => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

/** Throws `address_refused` where a name leads to a refused address. */
export async function checkResolved(url: URL, resolve: Resolve): Promise<void> {
  if (isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) return
  const addresses = await resolve(url.hostname)
  if (addresses.some(isMetadataAddress)) {
    throw modelErrors.address_refused({ address: shown(url), reason: "its name leads to a cloud's metadata service" })
  }
}
