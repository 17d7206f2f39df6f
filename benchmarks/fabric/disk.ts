/** How fast a disk is: what a commit has to wait for. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"

export function probeDisk(folder: string, writes = 200): { readonly p50: number; readonly p99: number } {
  const file = join(folder, `probe-${process.pid}`)
  const descriptor = openSync(file, "w")
  const block = Buffer.alloc(8192)
  const times: number[] = []
  for (let index = 0; index < writes; index++) {
    const since = performance.now()
    writeSync(descriptor, block, 0, block.length, (index % 64) * block.length)
    fdatasyncSync(descriptor)
    times.push(performance.now() - since)
  }
  closeSync(descriptor)
  rmSync(file)
  const sorted = times.toSorted((a, b) => a - b)
  return { p50: sorted[Math.floor(writes * 0.5)] ?? 0, p99: sorted[Math.floor(writes * 0.99)] ?? 0 }
}
