/** The calling side of an embedder's worker thread. */
import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import type { WorkerAnswer, WorkerSettings } from "./messages.ts"

/** Vectors of a request, row after row. */
export interface Embedded {
  readonly vectors: Float32Array
  readonly tokens: number
}

/** A worker thread that embeds. */
export interface EmbeddingWorker {
  embed(texts: readonly string[]): Promise<Embedded>
  close(): Promise<void>
}

interface Waiting {
  resolve(embedded: Embedded): void
  reject(error: Error): void
}

/** Starts the thread; resolves when the model is loaded. */
export async function startWorker(settings: WorkerSettings): Promise<EmbeddingWorker> {
  // The worker lies beside this file, as TypeScript in the source tree and as JavaScript in a built package.
  const file = new URL(`./embedding-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
  const worker = new Worker(file, { workerData: settings })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  const ready = Promise.withResolvers<void>()
  const failAll = (error: Error) => {
    ready.reject(error)
    for (const one of waiting.values()) one.reject(error)
    waiting.clear()
    worker.unref()
  }
  worker.on("message", (message: WorkerAnswer) => {
    if (message.kind === "ready") return ready.resolve()
    if (message.kind === "failed" && message.id === undefined) return failAll(new Error(message.reason))
    const id = message.id as number
    const one = waiting.get(id)
    waiting.delete(id)
    // An idle worker does not keep the process alive.
    if (waiting.size === 0) worker.unref()
    if (message.kind === "embedded") one?.resolve(message)
    else one?.reject(new Error(message.reason))
  })
  worker.on("error", failAll)
  worker.on("exit", (code) => failAll(new Error(`the worker thread ended with code ${code}`)))
  await ready.promise
  worker.unref()
  return {
    embed: (texts) => {
      const id = ++lastId
      const answer = Promise.withResolvers<Embedded>()
      waiting.set(id, answer)
      worker.ref()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage({ id, texts })
      return answer.promise
    },
    close: async () => {
      await worker.terminate()
    },
  }
}
