/** llama.cpp, loaded once a process. */
import { getLlama, LlamaLogLevel } from "node-llama-cpp"
import type { Llama } from "node-llama-cpp"

let shared: Promise<Llama> | undefined
let lastComplaint = ""

/** The native library. Nothing is built or downloaded: what the installed packages bring is used. */
export function sharedLlama(): Promise<Llama> {
  shared ??= getLlama({
    build: "never",
    skipDownload: true,
    progressLogs: false,
    // No limit here: each context sets its own number of threads.
    maxThreads: 0,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => {
      lastComplaint = message.trim()
    },
  })
  // A failed load is not kept: the next call tries again.
  shared.catch(() => (shared = undefined))
  return shared
}

/** What llama.cpp said last, which explains a failure better than the error does. */
export const complaint = (): string => lastComplaint
