/** Many streams at once, each followed by the next, read by bare sockets. */
import { connect } from "node:net"
import type { Socket } from "node:net"
import type { LoadTask } from "./load-process.ts"

export interface HeldStreams {
  /** Lets no more begin, waits for those under way. */
  stop(): Promise<{ readonly completed: number; readonly broken: number; readonly tokens: number }>
}

export function holdStreams(task: Pick<LoadTask, "url" | "path" | "headers" | "body">, count: number): HeldStreams {
  const { hostname, port } = new URL(task.url)
  const head = [`POST ${task.path} HTTP/1.1`, `host: ${hostname}:${port}`, "content-type: application/json",
    `content-length: ${Buffer.byteLength(task.body)}`, ...Object.entries(task.headers).map(([name, value]) => `${name}: ${value}`)]
  const message = `${head.join("\r\n")}\r\n\r\n${task.body}`
  const counts = { completed: 0, broken: 0, tokens: 0 }
  let isStopping = false
  const follow = (): Promise<void> => new Promise((resolve) => {
    const socket: Socket = connect({ host: hostname, port: Number(port) })
    let tail = ""
    socket.on("connect", () => socket.write(message))
    socket.on("error", () => undefined)
    socket.on("data", (data) => {
      const text = tail + data.toString("latin1")
      counts.tokens += data.toString("latin1").split("data: ").length - 1
      tail = text.slice(-40)
      if (!text.includes("\r\n0\r\n\r\n")) return
      if (text.includes("[DONE]")) counts.completed++
      else counts.broken++
      tail = ""
      if (isStopping) socket.end()
      else socket.write(message)
    })
    socket.on("close", () => {
      if (isStopping) return resolve()
      counts.broken++
      setTimeout(() => void follow().then(resolve), 100)
    })
  })
  const all = Promise.all(Array.from({ length: count }, follow))
  return {
    stop: async () => {
      isStopping = true
      await all
      return counts
    },
  }
}
