/** A tape archive (ustar), so that a backup can be looked into with everybody's tools. */

const block = 512
const sizeAt = 124
const sumAt = 148

const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`

/** Sum of the header's bytes, with its own field as spaces. */
function sumOf(header: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < block; at++) sum += at >= sumAt && at < sumAt + 8 ? 32 : (header[at] as number)
  return sum
}

/** One file of an archive: header, content, padding. Names have at most 100 bytes. */
export function tarEntry(name: string, content: Uint8Array, seconds: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`too long a name: ${name}`)
  const header = Buffer.alloc(block)
  header.write(name, 0)
  header.write(octal(0o600, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(content.length, 12), sizeAt)
  header.write(octal(seconds, 12), 136)
  header.write("0", 156)
  header.write("ustar\x0000", 257)
  header.write(`${sumOf(header).toString(8).padStart(6, "0")}\0 `, sumAt)
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)])
}

/** What ends an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * block)

export interface TarFile {
  readonly name: string
  readonly content: Buffer
}

/** Reads exactly so many bytes of a file at a place; fewer at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>

/** Files of an archive, one after another; undefined instead of one that is damaged or cut short, and then no more. */
export async function* tarFiles(readAt: ReadAt, mostBytes: number): AsyncIterable<TarFile | undefined> {
  for (let position = 0; ;) {
    const header = await readAt(position, block)
    if (header.length === block && header.every((byte) => byte === 0)) return
    const [size, sum] = [fieldOf(header, sizeAt, 12), fieldOf(header, sumAt, 8)]
    if (header.length < block || size === undefined || sum !== sumOf(header) || size > mostBytes) {
      yield undefined
      return
    }
    const content = await readAt(position + block, size)
    if (content.length < size) {
      yield undefined
      return
    }
    yield { name: header.subarray(0, 100).toString("utf8").replace(/\0.*$/su, ""), content }
    position += block + Math.ceil(size / block) * block
  }
}

function fieldOf(header: Buffer, at: number, length: number): number | undefined {
  const text = header.subarray(at, at + length).toString("latin1").replaceAll(/[\0 ]/g, "")
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : undefined
}
