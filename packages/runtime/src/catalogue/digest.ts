/** The identity of a file. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"

/** Hex SHA-256 of the file at `path`. `onBytes` hears how much was read so far. */
export async function sha256Of(
  path: string,
  options: { readonly onBytes?: (bytes: number) => void; readonly abortSignal?: AbortSignal } = {},
): Promise<string> {
  const hash = createHash("sha256")
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    options.abortSignal?.throwIfAborted()
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).byteLength
    options.onBytes?.(bytes)
  }
  return hash.digest("hex")
}
