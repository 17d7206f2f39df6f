/**
 * The two inner loops of every learner here, as a hand-assembled WebAssembly SIMD module (4 floats at a time):
 * `score`: out = Σⱼ valueⱼ · W[indexⱼ], and `update`: W[indexⱼ] += valueⱼ · delta for all j. A row of W holds one float a
 * class, padded to a multiple of 4. Sums run in a fixed order without fused multiply-add, so results are the same on
 * every machine.
 */
import { assembleModule, i32, op, v128 } from "./assembler.ts"
import type { Code, FunctionSource } from "./assembler.ts"

const [indices, values, count, weights, vector, vectors] = [0, 1, 2, 3, 4, 5]
const [stride, cursor, end, row, splat] = [6, 7, 8, 9, 10]
const accumulator = (i: number) => 11 + i

const range = (length: number) => Array.from({ length }, (_, i) => i)
const addTo = (local: number, amount: Code): Code => [...op.get(local), ...amount, ...op.add, ...op.set(local)]

/** Runs `body` once for each j, with `row` at the weights of its feature and `splat` four copies of its value. */
const forEachEntry = (body: Code): Code => [
  ...op.constant(0),
  ...op.set(cursor),
  ...op.while([...op.get(cursor), ...op.get(end), ...op.lessThan], [
    ...op.get(indices), ...op.get(cursor), ...op.add, ...op.loadInteger, ...op.get(stride), ...op.multiply,
    ...op.get(weights), ...op.add, ...op.set(row),
    ...op.get(values), ...op.get(cursor), ...op.add, ...op.loadFloat, ...op.splat, ...op.set(splat),
    ...body,
    ...addTo(cursor, op.constant(4)),
  ]),
]

/** Works through the classes in blocks that fit in registers: 32 classes, then 16, 8, 4. */
const blockwise = (block: (width: number) => Code): Code => [
  ...op.get(vectors), ...op.constant(4), ...op.shiftLeft, ...op.set(stride),
  ...op.get(count), ...op.constant(2), ...op.shiftLeft, ...op.set(end),
  ...[8, 4, 2, 1].flatMap((width) =>
    op.while([...op.constant(width - 1), ...op.get(vectors), ...op.lessThan], [
      ...block(width),
      ...addTo(weights, op.constant(16 * width)),
      ...addTo(vector, op.constant(16 * width)),
      ...op.get(vectors), ...op.constant(width), ...op.subtract, ...op.set(vectors),
    ]),
  ),
]

const score = blockwise((width) => [
  ...range(width).flatMap((i) => [...op.zeroVector, ...op.set(accumulator(i))]),
  ...forEachEntry(
    range(width).flatMap((i) => [
      ...op.get(accumulator(i)), ...op.get(splat), ...op.get(row), ...op.loadVector(16 * i),
      ...op.multiplyVectors, ...op.addVectors, ...op.set(accumulator(i)),
    ]),
  ),
  ...range(width).flatMap((i) => [...op.get(vector), ...op.get(accumulator(i)), ...op.storeVector(16 * i)]),
])

const update = blockwise((width) => [
  ...range(width).flatMap((i) => [...op.get(vector), ...op.loadVector(16 * i), ...op.set(accumulator(i))]),
  ...forEachEntry(
    range(width).flatMap((i) => [
      ...op.get(row), ...op.get(row), ...op.loadVector(16 * i),
      ...op.get(splat), ...op.get(accumulator(i)), ...op.multiplyVectors, ...op.addVectors,
      ...op.storeVector(16 * i),
    ]),
  ),
])

const source = (name: string, body: Code): FunctionSource => {
  const locals = [{ count: 4, type: i32 }, { count: 9, type: v128 }]
  return { name, parameters: 6, locals, body }
}

/** Byte addresses in the kernel's memory, except `count` (entries) and `vectors` (classes / 4). */
type KernelFunction = (
  indices: number,
  values: number,
  count: number,
  weights: number,
  vector: number,
  vectors: number,
) => void

/** The kernel over a memory of its own. */
export interface Kernel {
  readonly buffer: ArrayBuffer
  readonly score: KernelFunction
  readonly update: KernelFunction
}

// The type library without DOM does not name WebAssembly; this is the part that is used.
interface WebAssemblyPart {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyPart }

let compiled: object | undefined

/** A kernel with at least `bytes` of memory, all zero. */
export function createKernel(bytes: number): Kernel {
  compiled ??= new WebAssembly.Module(assembleModule([source("score", score), source("update", update)]))
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / 65_536)) })
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  const functions = instance.exports as { readonly score: KernelFunction; readonly update: KernelFunction }
  return { buffer: memory.buffer, score: functions.score, update: functions.update }
}
