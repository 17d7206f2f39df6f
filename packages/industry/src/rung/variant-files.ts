/** Reads and writes the plain files of a variant: JSON and little-endian binary. */
import type { VariantFiles } from "@daydream/engine/function"
import { rungErrors } from "./errors.ts"

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function swapWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const swapped = Uint8Array.from(bytes)
  for (let i = 0; i < swapped.length; i += 4) swapped.subarray(i, i + 4).reverse()
  return swapped
}

/** The bytes of an array of 32-bit numbers, little-endian. */
export function wordBytes(array: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return isLittleEndian ? Uint8Array.from(bytes) : swapWords(bytes)
}

export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`)

/** The bytes of a file. Throws `damaged_variant` where it is missing. */
export function fileOf(files: VariantFiles, name: string): Uint8Array {
  const bytes = Object.hasOwn(files, name) ? files[name] : undefined
  if (bytes === undefined) throw rungErrors.damaged_variant({ file: name, problem: "is missing" })
  return bytes
}

function wordsOf(files: VariantFiles, name: string, length: number): ArrayBuffer {
  const bytes = fileOf(files, name)
  if (bytes.length !== length * 4) throw rungErrors.damaged_variant({ file: name, problem: "has another length" })
  return (isLittleEndian ? Uint8Array.from(bytes) : swapWords(bytes)).buffer
}

/** `length` 32-bit floats of a file. Throws `damaged_variant`. */
export const floatsOf = (files: VariantFiles, name: string, length: number): Float32Array<ArrayBuffer> =>
  new Float32Array(wordsOf(files, name, length))

/** `length` 32-bit integers of a file. Throws `damaged_variant`. */
export const integersOf = (files: VariantFiles, name: string, length: number): Int32Array<ArrayBuffer> =>
  new Int32Array(wordsOf(files, name, length))

/** The value of a JSON file; its writer is this package, so its shape is trusted. Throws `damaged_variant`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what its own writer wrote
export function jsonOf<T>(files: VariantFiles, name: string): T {
  try {
    return JSON.parse(Buffer.from(fileOf(files, name)).toString()) as T
  } catch (error) {
    if (error instanceof SyntaxError) throw rungErrors.damaged_variant({ file: name, problem: "is not JSON" }, error)
    throw error
  }
}

/** What every `variant.json` begins with. */
export interface VariantHead {
  readonly kind: string
  readonly formatVersion: number
  readonly classes: readonly string[]
}

/** Reads `variant.json` and checks that it is of this kind and version, for these classes. Throws `damaged_variant`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what its own writer wrote
export function headOf<T extends VariantHead>(files: VariantFiles, expected: VariantHead): T {
  const head = jsonOf<T>(files, "variant.json")
  const file = "variant.json"
  if (head.kind !== expected.kind) throw rungErrors.damaged_variant({ file, problem: `is of kind "${head.kind}"` })
  if (head.formatVersion !== expected.formatVersion) {
    throw rungErrors.damaged_variant({ file, problem: `has format version ${head.formatVersion}` })
  }
  if (JSON.stringify(head.classes) !== JSON.stringify(expected.classes)) {
    throw rungErrors.damaged_variant({ file, problem: "has other classes" })
  }
  return head
}
