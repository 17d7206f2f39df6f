/** IP addresses as numbers, the networks that are not the public internet, and which of them an operator allows. Pure. */
import { isIP } from "node:net"
import { errors } from "./errors.ts"

/** An address: 32 or 128 bits. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** Addresses that begin with the same `prefix` bits. */
export interface Network extends IpAddress {
  readonly prefix: number
}

const ipv4Value = (text: string): bigint => text.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n)

function ipv6Value(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted !== null) {
    const last = ipv4Value(dotted[2] as string)
    return ipv6Value(`${dotted[1]}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`)
  }
  const [head = "", tail] = text.split("::")
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => BigInt(`0x${group}`)))
  const [before, after] = [groups(head), groups(tail ?? "")]
  const all = [...before, ...Array<bigint>(8 - before.length - after.length).fill(0n), ...after]
  return all.reduce((value, group) => (value << 16n) | group, 0n)
}

/** Reads an address in its usual spelling, a zone left out. An IPv4 address that is written as IPv6 (`::ffff:…`) is IPv4. */
export function parseIp(text: string): IpAddress | null {
  const bare = text.split("%")[0] as string
  const family = isIP(bare)
  if (family === 0) return null
  if (family === 4) return { family, value: ipv4Value(bare) }
  const value = ipv6Value(bare)
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value }
}

const bitsOf = (family: 4 | 6) => (family === 4 ? 32 : 128)

/** Reads a network as CIDR; an address alone is the network of that one. Throws `bad_network`. */
export function parseNetwork(text: string): Network {
  const [address = "", length, ...rest] = text.split("/")
  const bits = isIP(address) === 6 ? 128 : 32
  const given = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1
  const ip = parseIp(address)
  if (ip === null || rest.length > 0 || given < 0 || given > bits) throw errors.bad_network({ network: text.slice(0, 100) })
  // A network of IPv4 that is written as IPv6 loses the 96 bits that say so.
  const prefix = ip.family === 4 && bits === 128 ? given - 96 : given
  if (prefix < 0) throw errors.bad_network({ network: text.slice(0, 100) })
  return { ...ip, prefix }
}

/** True where the address lies in the network. */
export function contains(network: Network, ip: IpAddress): boolean {
  if (network.family !== ip.family) return false
  const shift = BigInt(bitsOf(ip.family) - network.prefix)
  return network.value >> shift === ip.value >> shift
}

const list = (...texts: readonly string[]): readonly Network[] => texts.map(parseNetwork)

/** Hands out the machine's own credentials; never a model server, also inside networks that are allowed (100.64.0.0/10). */
const metadata = list("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "168.63.129.16", "192.0.0.192",
  "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254")

/** IANA's special-purpose registries: this host, private, shared, loopback, link-local, protocol, documentation, multicast, reserved. */
const specialIpv4 = list("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
  "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
  "224.0.0.0/4", "240.0.0.0/4")

/** Of IPv6 only this part is the public internet, and of it not these. */
const publicIpv6 = parseNetwork("2000::/3")
const specialIpv6 = list("2001::/23", "2001:db8::/32", "3fff::/20")

/** Networks whose addresses carry an IPv4 address, and how far it stands from the right. */
const carriers: readonly (readonly [Network, bigint])[] = [
  [parseNetwork("64:ff9b::/96"), 0n], [parseNetwork("64:ff9b:1::/48"), 0n], [parseNetwork("::/96"), 0n], [parseNetwork("2002::/16"), 80n],
]

/** The IPv4 address inside a NAT64, 6to4 or compatible address. */
function carried(ip: IpAddress): IpAddress | null {
  const carrier = carriers.find(([network]) => contains(network, ip))
  return carrier === undefined ? null : { family: 4, value: (ip.value >> carrier[1]) & 0xffffffffn }
}

function isPublic(ip: IpAddress): boolean {
  if (ip.family === 4) return !specialIpv4.some((network) => contains(network, ip))
  const inner = carried(ip)
  if (inner !== null) return isPublic(inner) && !contains(carriers[2]![0], ip)
  return contains(publicIpv6, ip) && !specialIpv6.some((network) => contains(network, ip))
}

const isMetadata = (ip: IpAddress): boolean => {
  const inner = carried(ip)
  return metadata.some((network) => contains(network, ip)) || (inner !== null && isMetadata(inner))
}

/** Why an address is not called, or null where it is: public, or inside an allowed network. */
export function refusalOf(ip: IpAddress, allowed: readonly Network[]): "metadata" | "private" | null {
  if (isMetadata(ip)) return "metadata"
  return isPublic(ip) || allowed.some((network) => contains(network, ip)) ? null : "private"
}
