/** The thread in which an embedder computes, since a run of the ONNX graph holds up the thread that asks for it. */
import { parentPort, workerData } from "node:worker_threads"
import type { EmbedRequest, WorkerAnswer, WorkerSettings } from "./messages.ts"
import { openSession } from "./session.ts"

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function answer(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

async function serve(): Promise<void> {
  const session = await openSession(workerData as WorkerSettings)
  parentPort?.on("message", (request: EmbedRequest) => {
    session.embed(request.texts).then(
      ({ vectors, tokens }) =>
        answer({ kind: "embedded", id: request.id, vectors, tokens }, [vectors.buffer as ArrayBuffer]),
      (error: unknown) => answer({ kind: "failed", id: request.id, reason: reasonOf(error) }),
    )
  })
  answer({ kind: "ready" })
}

serve().catch((error: unknown) => answer({ kind: "failed", id: undefined, reason: reasonOf(error) }))
