/** Wheels made on the spot, and a package index that hands them out, for tests. */
import { mkdtemp, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { crc32, deflateRawSync } from "node:zlib"
import type { PackageIndex } from "./pip.ts"

/** A ZIP archive with one member. */
export function zipOf(name: string, bytes: Buffer, compress = true): Buffer {
  const body = compress ? deflateRawSync(bytes) : bytes
  const nameBytes = Buffer.from(name)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  const fields = (buffer: Buffer, at: number) => {
    buffer.writeUInt16LE(compress ? 8 : 0, at)
    buffer.writeUInt32LE(crc32(bytes), at + 6)
    buffer.writeUInt32LE(body.length, at + 10)
    buffer.writeUInt32LE(bytes.length, at + 14)
    buffer.writeUInt16LE(nameBytes.length, at + 18)
  }
  fields(local, 8)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  fields(central, 10)
  const start = local.length + nameBytes.length + body.length
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length + nameBytes.length, 12)
  end.writeUInt32LE(start, 16)
  return Buffer.concat([local, nameBytes, body, central, nameBytes, end])
}

/** A package index with these members by package name; `asked` lists what was downloaded. */
export function indexOf(packages: Record<string, { name: string; bytes: Buffer }>, asked: string[] = []): PackageIndex {
  return {
    download: async (request) => {
      asked.push(request.package)
      const found = packages[request.package]
      if (found === undefined) throw new Error(`no package ${request.package}`)
      const wheel = join(await mkdtemp(join(request.folder, "pip-")), "part.whl")
      await writeFile(wheel, zipOf(found.name, found.bytes))
      request.onBytes(10)
      return wheel
    },
  }
}
