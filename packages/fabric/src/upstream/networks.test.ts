import { BlockList } from "node:net"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkAddress, checkedLookup } from "./address.ts"
import { contains, parseIp, parseNetwork, refusalOf } from "./networks.ts"

const refused = (address: string, allowed: readonly string[] = []) => {
  const ip = parseIp(address)
  return ip === null ? "no address" : refusalOf(ip, allowed.map(parseNetwork))
}

describe("server-side request forgery through a configured address", () => {
  test.each([
    ["loopback", "http://127.0.0.1/v1", "http://127.8.8.8:80/", "http://[::1]:8000/v1"],
    ["loopback in odd spellings: decimal, octal, hexadecimal, short, with a dot at its end",
      "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.1/", "http://0x7f000001/", "http://127.1/", "http://127.0.0.1./"],
    ["0.0.0.0, which is this machine", "http://0.0.0.0:8000/v1", "http://0/", "http://[::]/"],
    ["private networks", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://[fd12::1]/"],
    ["link-local addresses", "http://169.254.1.1/", "http://[fe80::1]/"],
    ["metadata services of clouds", "http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "http://100.100.100.200/",
      "http://metadata.google.internal/", "http://METADATA/", "http://metadata.goog./"],
    ["IPv4 inside IPv6: mapped, compatible, NAT64, 6to4", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
      "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/"],
    ["multicast, broadcast and reserved", "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://[ff02::1]/"],
    ["schemes that are not the web", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)", "ftp://example.com/"],
    ["credentials, queries and fragments inside the address", "http://user:pass@example.com/", "https://example.com/v1?x=1", "https://example.com/#a"],
    ["no address at all", "", "example.com/v1", "http://", "http://256.1.1.1/"],
  ])("%s", (_, ...urls) => {
    for (const url of urls) {
      expect(() => checkAddress(url, [])).toThrow(expect.objectContaining({ code: "upstream_address_refused" }))
    }
  })

  test("an error never shows a password that stood in the address", () => {
    expect(() => checkAddress("http://user:hunter2@example.com/", [])).toThrow(expect.objectContaining({
      message: expect.not.stringContaining("hunter2") as string,
    }))
  })

  test("public addresses and names are called, private ones where the operator allows their network", () => {
    for (const url of ["https://api.openai.com/v1", "http://8.8.8.8/v1", "http://[2606:4700::1111]/v1", "http://[64:ff9b::8.8.8.8]/v1"]) {
      expect(checkAddress(url, []).href).toContain("/v1")
    }
    expect(checkAddress("http://10.0.0.5:8000/v1", ["10.0.0.0/8"]).port).toBe("8000")
    expect(checkAddress("http://[::ffff:10.0.0.5]/v1", ["10.0.0.0/8"]).pathname).toBe("/v1")
    expect(refused("10.0.0.5", ["10.0.0.0/30"])).toBe("private")
    expect(refused("64:ff9b::10.0.0.5", ["10.0.0.0/8"])).toBe("private")
  })

  test("a metadata service inside an allowed network stays refused", () => {
    expect(refused("100.64.0.9", ["100.64.0.0/10"])).toBeNull()
    expect(refused("100.100.100.200", ["100.64.0.0/10"])).toBe("metadata")
    expect(refused("169.254.169.254", ["0.0.0.0/0"])).toBe("metadata")
    expect(refused("fd00:ec2::254", ["fd00::/8"])).toBe("metadata")
  })

  test("a name that leads to private addresses gives none of them; of several only those that are allowed", async () => {
    const look = (answers: readonly string[], allowed: readonly string[]) => new Promise<unknown>((resolve) => {
      const lookup = checkedLookup(allowed.map(parseNetwork), (_, done) => done(null, answers.map((address) => ({ address, family: 4 }))))
      lookup("name", { all: true }, (error, given) => resolve(error ?? given))
    })
    expect(await look(["127.0.0.1"], [])).toMatchObject({ code: "DAYDREAM_ADDRESS_REFUSED" })
    expect(await look(["10.0.0.1", "8.8.8.8"], [])).toEqual([{ address: "8.8.8.8", family: 4 }])
    expect(await look(["127.0.0.1", "10.0.0.1"], ["127.0.0.1/32"])).toEqual([{ address: "127.0.0.1", family: 4 }])
  })
})

describe("networks", () => {
  test("a network that is none is said to be none", () => {
    for (const text of ["10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1", "::ffff:1.2.3.4/90"]) {
      expect(() => parseNetwork(text)).toThrow(expect.objectContaining({ code: "bad_network" }))
    }
  })

  test("whether an address lies in a network is what Node's own block list says", () => {
    const check = (family: "ipv4" | "ipv6", bits: number) => fc.property(
      family === "ipv4" ? fc.ipV4() : fc.ipV6(), family === "ipv4" ? fc.ipV4() : fc.ipV6(), fc.integer({ min: 1, max: bits }),
      (network, address, prefix) => {
        const ip = parseIp(address)
        // Node has its own mind about IPv4 inside IPv6.
        if (ip === null || parseIp(network)?.family !== (bits === 32 ? 4 : 6) || ip.family !== (bits === 32 ? 4 : 6)) return
        const list = new BlockList()
        list.addSubnet(network, prefix, family)
        expect(contains(parseNetwork(`${network}/${prefix}`), ip)).toBe(list.check(address, family))
      },
    )
    fc.assert(check("ipv4", 32))
    fc.assert(check("ipv6", 128))
  })
})
