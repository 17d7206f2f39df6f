/** A small hub of files over HTTP, for tests: honours ranges, and can cut a connection or refuse. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** How the hub behaves for one file. */
export interface HubFile {
  readonly bytes: Buffer
  /** Break the connection after this many bytes of the next answers; each number counts for one answer. */
  readonly cuts?: number[]
  readonly status?: number
}

/** A running hub. */
export interface TestHub extends AsyncDisposable {
  readonly url: string
  /** The `range` header of each request, in order. */
  readonly ranges: (string | undefined)[]
}

/** Starts a hub that serves `files` by the last part of the path. */
export async function startHub(files: Record<string, HubFile>): Promise<TestHub> {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    const file = files[(request.url ?? "").split("/").at(-1) ?? ""]
    if (file === undefined || file.status !== undefined) {
      response.writeHead(file?.status ?? 404).end()
      return
    }
    const from = Number(/bytes=(\d+)-/u.exec(request.headers.range ?? "")?.[1] ?? 0)
    const body = file.bytes.subarray(from)
    const head = { "content-length": body.length, ...(from > 0 ? { "content-range": `bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}` } : {}) }
    response.writeHead(from > 0 ? 206 : 200, head)
    const cut = file.cuts?.shift()
    if (cut === undefined) response.end(body)
    else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
