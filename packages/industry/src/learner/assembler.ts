/** Writes the bytes of a small WebAssembly module by hand: just the instructions that the kernel needs. */

/** Bytes of one or more instructions. */
export type Code = readonly number[]

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const byte = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? byte : byte | 0x80)
  } while (rest !== 0)
  return bytes
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const byte = rest & 0x7f
    rest >>= 7
    const isLast = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)
    bytes.push(isLast ? byte : byte | 0x80)
    if (isLast) return bytes
  }
}

/** Instructions by name, as in the WebAssembly text format. Addresses are aligned to 4 bytes. */
export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a] as Code,
  subtract: [0x6b] as Code,
  multiply: [0x6c] as Code,
  shiftLeft: [0x74] as Code,
  lessThan: [0x49] as Code,
  loadInteger: [0x28, 0x02, 0x00] as Code,
  loadFloat: [0x2a, 0x02, 0x00] as Code,
  loadVector: (offset: number): Code => [0xfd, 0x00, 0x02, ...unsigned(offset)],
  storeVector: (offset: number): Code => [0xfd, 0x0b, 0x02, ...unsigned(offset)],
  zeroVector: [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)] as Code,
  splat: [0xfd, 0x13] as Code,
  addVectors: [0xfd, 0xe4, 0x01] as Code,
  multiplyVectors: [0xfd, 0xe6, 0x01] as Code,
  /** Runs `body` while `condition` (a test that leaves 0 or 1) holds. */
  while: (condition: Code, body: Code): Code => [
    0x03, 0x40,
    ...condition, 0x04, 0x40, ...body, 0x0c, 0x01, 0x0b,
    0x0b,
  ],
} as const

export const i32 = 0x7f
export const v128 = 0x7b

/** A function that takes only 32-bit integers and returns nothing. */
export interface FunctionSource {
  readonly name: string
  readonly parameters: number
  readonly locals: readonly { readonly count: number; readonly type: number }[]
  readonly body: Code
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content]
const text = (value: string): number[] => [...unsigned(value.length), ...Buffer.from(value, "ascii")]

/** A module that imports `env.memory` and exports the functions. */
export function assembleModule(functions: readonly FunctionSource[]): Uint8Array {
  const types = functions.map((f) => [0x60, ...vector(Array.from({ length: f.parameters }, () => [i32])), 0x00])
  const exports = functions.map((f, index) => [...text(f.name), 0x00, ...unsigned(index)])
  const bodies = functions.map((f) => {
    const locals = vector(f.locals.map((local) => [...unsigned(local.count), local.type]))
    const body = [...locals, ...f.body, 0x0b]
    return [...unsigned(body.length), ...body]
  })
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, vector(types)),
    ...section(2, vector([[...text("env"), ...text("memory"), 0x02, 0x00, 0x00]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exports)),
    ...section(10, vector(bodies)),
  ])
}
