/** A proxy of `node:http` and nothing else: what a gateway in this language could reach at most. */
import { Agent, createServer, request } from "node:http"
import type { AddressInfo } from "node:net"

const { upstream } = JSON.parse(process.argv[2] ?? "{}") as { upstream: string }
const { hostname, port } = new URL(upstream)
const agent = new Agent({ keepAlive: true, maxSockets: 1_000 })
const server = createServer((incoming, outgoing) => {
  const { host: _, connection: __, ...headers } = incoming.headers
  const onward = request({ hostname, port, agent, method: incoming.method, path: incoming.url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on("error", () => outgoing.destroy())
  outgoing.on("close", () => { if (!outgoing.writableFinished) onward.destroy() })
  incoming.pipe(onward)
})
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`))
