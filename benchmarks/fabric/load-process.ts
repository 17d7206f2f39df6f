/**
 * Load from a process of its own, on bare sockets, so that the client costs the two cores as little as possible. Waits
 * for lines of JSON on its standard input, each a task of {@link LoadTask}, and answers each with one line.
 */
import { connect } from "node:net"
import type { Socket } from "node:net"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"

export interface LoadTask {
  /** `closed`: as many requests at once as connections. `open`: so many a second, whatever comes back. */
  readonly kind: "closed" | "open"
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connections: number
  readonly seconds: number
  /** Requests a second, for `open`. */
  readonly rate?: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly failed: number
  /** Milliseconds, sorted: every thousandth of the distribution. */
  readonly milliseconds: readonly number[]
}

const headEnd = Buffer.from("\r\n\r\n")

/** One keep-alive connection with one request under way. */
class Line {
  readonly #socket: Socket
  readonly #message: Buffer
  #held: Buffer = Buffer.alloc(0)
  #settle: ((isGood: boolean) => void) | null = null
  isOpen = true

  constructor(task: LoadTask) {
    const { hostname, port } = new URL(task.url)
    const body = Buffer.from(task.body)
    const lines = [`POST ${task.path} HTTP/1.1`, `host: ${hostname}:${port}`, "content-type: application/json", `content-length: ${body.length}`,
      ...Object.entries(task.headers).map(([name, value]) => `${name}: ${value}`)]
    this.#message = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body])
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on("data", (data) => this.#read(data))
    this.#socket.on("error", () => undefined)
    this.#socket.on("close", () => {
      this.isOpen = false
      this.#end(false)
    })
  }

  send(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = resolve
      if (this.isOpen) this.#socket.write(this.#message)
      else this.#end(false)
    })
  }

  close() { this.#socket.destroy() }

  #end(isGood: boolean) {
    const settle = this.#settle
    this.#settle = null
    settle?.(isGood)
  }

  #read(data: Buffer) {
    this.#held = this.#held.length === 0 ? data : Buffer.concat([this.#held, data])
    const end = this.#held.indexOf(headEnd)
    if (end < 0) return
    const head = this.#held.toString("latin1", 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const isWhole = length !== undefined ? this.#held.length >= end + 4 + Number(length)
      : this.#held.subarray(-7).toString("latin1") === "\r\n0\r\n\r\n" || this.#held.subarray(-5).toString("latin1") === "0\r\n\r\n"
    if (!isWhole) return
    const isGood = head.startsWith("HTTP/1.1 200") && !(length === undefined && this.#held.includes("event: error"))
    this.#held = Buffer.alloc(0)
    this.#end(isGood)
  }
}

/** Every thousandth of the sorted times. */
function thousandths(times: readonly number[]): number[] {
  const sorted = times.toSorted((a, b) => a - b)
  return Array.from({ length: 1001 }, (_, index) => sorted[Math.min(sorted.length - 1, Math.round(index / 1000 * (sorted.length - 1)))] ?? 0)
}

async function closedLoop(task: LoadTask): Promise<LoadResult> {
  const times: number[] = []
  let failed = 0
  const startedAt = performance.now()
  const until = startedAt + task.seconds * 1000
  await Promise.all(Array.from({ length: task.connections }, async () => {
    let line = new Line(task)
    while (performance.now() < until) {
      const since = performance.now()
      if (await line.send()) times.push(performance.now() - since)
      else {
        failed++
        if (!line.isOpen) {
          await sleep(20)
          line = new Line(task)
        }
      }
    }
    line.close()
  }))
  return { requests: times.length, seconds: (performance.now() - startedAt) / 1000, failed, milliseconds: thousandths(times) }
}

/** Requests begin at their planned times; a late start counts as waiting (no coordinated omission). */
async function openLoop(task: LoadTask): Promise<LoadResult> {
  const times: number[] = []
  let failed = 0
  const idle: Line[] = Array.from({ length: task.connections }, () => new Line(task))
  const rate = task.rate ?? 300
  const total = Math.round(rate * task.seconds)
  const startedAt = performance.now()
  const under = new Set<Promise<void>>()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor((performance.now() - startedAt) / 1000 * rate) + 1)
    for (; sent < due; sent++) {
      const planned = startedAt + sent * 1000 / rate
      const line = idle.pop() ?? new Line(task)
      const follow = async () => {
        if (await line.send()) times.push(performance.now() - planned)
        else failed++
        if (line.isOpen) idle.push(line)
        under.delete(one)
      }
      const one = follow()
      under.add(one)
    }
    await new Promise((resolve) => setImmediate(resolve))
    if (startedAt + sent * 1000 / rate - performance.now() > 1.5) await sleep(1)
  }
  await Promise.all(under)
  for (const line of idle) line.close()
  return { requests: times.length, seconds: (performance.now() - startedAt) / 1000, failed, milliseconds: thousandths(times) }
}

const stdin = createInterface({ input: process.stdin })
process.stdout.write("{}\n")
for await (const text of stdin) {
  const task = JSON.parse(text) as LoadTask
  const result = task.kind === "open" ? await openLoop(task) : await closedLoop(task)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
