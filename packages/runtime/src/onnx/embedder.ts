/** An ONNX embedder as an AI SDK embedding model. */
import { availableParallelism } from "node:os"
import type { EmbeddingModel } from "@daydream/engine/model"
import type { EmbedderEntry, InstalledModel } from "../catalogue/index.ts"
import { errors } from "./errors.ts"
import { startWorker } from "./worker-client.ts"
import type { EmbeddingWorker } from "./worker-client.ts"

/** Texts of one message to the worker: few enough that an abort or another caller waits about a second at most. */
const textsPerMessage = 256

/** How to open an embedder. */
export interface OnnxEmbedderOptions {
  /** Where its files lie, from `locateModel` or `pullModel`. */
  readonly installed: InstalledModel & { readonly entry: EmbedderEntry }
  /** Threads that compute; by default one a core. */
  readonly threads?: number
}

/** An embedder in memory. */
export type OnnxEmbedder = EmbeddingModel & { close(): Promise<void> }

interface Usage {
  tokens: number
}

/** Embeds `values` piece by piece, so that an abort is noticed between pieces. */
async function embedAll(
  worker: EmbeddingWorker,
  values: readonly string[],
  dimensions: number,
  usage: Usage,
  abortSignal: AbortSignal | undefined,
): Promise<number[][]> {
  const embeddings: number[][] = []
  for (let start = 0; start < values.length; start += textsPerMessage) {
    abortSignal?.throwIfAborted()
    const { vectors, tokens } = await worker.embed(values.slice(start, start + textsPerMessage))
    usage.tokens += tokens
    for (let at = 0; at < vectors.length; at += dimensions) {
      embeddings.push(Array.from(vectors.subarray(at, at + dimensions)))
    }
  }
  abortSignal?.throwIfAborted()
  return embeddings
}

/**
 * Opens an embedder. Vectors have length 1. Texts of a call are sorted by length and embedded in batches on a thread of
 * their own, so the caller's thread stays free. Throws `embedder_unusable`.
 */
export async function createOnnxEmbedder(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
  const { entry, files } = options.installed
  const worker = await startWorker({
    modelPath: files["model.onnx"] ?? "",
    tokenizerPath: files["tokenizer.json"] ?? "",
    threads: options.threads ?? availableParallelism(),
    maximumTokens: entry.maximumTokens,
    prefix: entry.prefix,
    dimensions: entry.dimensions,
  }).catch((error: Error) => {
    throw errors.embedder_unusable({ modelId: entry.id, reason: error.message }, error)
  })
  let isClosed = false
  return {
    specificationVersion: "v4",
    provider: "daydream.onnx",
    modelId: entry.id,
    maxEmbeddingsPerCall: 2048,
    supportsParallelCalls: true,
    doEmbed: async ({ values, abortSignal, dimensions }) => {
      if (isClosed) throw errors.embedder_closed({ modelId: entry.id })
      const usage = { tokens: 0 }
      const embeddings = await embedAll(worker, values, entry.dimensions, usage, abortSignal)
      const isUnsupported = dimensions !== undefined && dimensions !== entry.dimensions
      return {
        embeddings,
        usage,
        warnings: isUnsupported
          ? [{ type: "unsupported", feature: "dimensions", details: `${entry.id} has ${entry.dimensions}` }]
          : [],
      }
    },
    close: async () => {
      isClosed = true
      await worker.close()
    },
  }
}
