/** One embedder in memory: tokenizer and ONNX graph. It computes on the calling thread; the worker owns it. */
import { readFile } from "node:fs/promises"
import { Tokenizer } from "@huggingface/tokenizers"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { batchByLength } from "./batches.ts"
import type { WorkerSettings } from "./messages.ts"
import { meanPool } from "./pooling.ts"

/** Limits of one run of the graph, measured: see `benchmarks/runtime`. */
const batchLimits = { maximumTexts: 16, maximumTokens: 256 }

/** An open embedder. */
export interface EmbeddingSession {
  embed(texts: readonly string[]): Promise<{ readonly vectors: Float32Array; readonly tokens: number }>
}

/** Keeps the beginning of a text and the token that marks its end. */
function truncate(ids: readonly number[], maximumTokens: number): readonly number[] {
  return ids.length <= maximumTokens ? ids : [...ids.slice(0, maximumTokens - 1), ids.at(-1) as number]
}

/** A very long text is cut before tokenisation too: no token is that long, and the rest would be thrown away. */
const charactersPerToken = 40

async function openTokenizer(settings: WorkerSettings): Promise<(text: string) => readonly number[]> {
  const definition = JSON.parse(await readFile(settings.tokenizerPath, "utf8")) as object
  const tokenizer = new Tokenizer(definition, {})
  const longest = settings.maximumTokens * charactersPerToken
  return (text) => truncate(tokenizer.encode((settings.prefix + text).slice(0, longest)).ids, settings.maximumTokens)
}

/** The inputs that a graph of the BERT family wants for one padded batch. Padding is id 0 under a mask of 0. */
function inputsOf(rows: readonly (readonly number[])[], names: readonly string[]): Record<string, Tensor> {
  const columns = rows.reduce((longest, row) => Math.max(longest, row.length), 0)
  const shape = [rows.length, columns]
  const ids = new BigInt64Array(rows.length * columns)
  const mask = new BigInt64Array(rows.length * columns)
  for (const [index, row] of rows.entries()) {
    for (const [column, id] of row.entries()) {
      ids[index * columns + column] = BigInt(id)
      mask[index * columns + column] = 1n
    }
  }
  const all: Record<string, () => Tensor> = {
    input_ids: () => new Tensor("int64", ids, shape),
    attention_mask: () => new Tensor("int64", mask, shape),
    token_type_ids: () => new Tensor("int64", new BigInt64Array(rows.length * columns), shape),
  }
  return Object.fromEntries(names.map((name) => [name, (all[name] as () => Tensor)()]))
}

/** Opens the graph and the tokenizer. */
export async function openSession(settings: WorkerSettings): Promise<EmbeddingSession> {
  const encode = await openTokenizer(settings)
  const graph = await InferenceSession.create(settings.modelPath, {
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Threads that spin while they wait take the cores from each other: with other work on the machine, spinning made
    // this 2.5 times slower at twice the CPU time.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  })
  const output = graph.outputNames.find((name) => name === "last_hidden_state") ?? (graph.outputNames[0] as string)
  const width = settings.dimensions
  return {
    embed: async (texts) => {
      const rows = texts.map(encode)
      const vectors = new Float32Array(texts.length * width)
      for (const batch of batchByLength(rows.map((row) => row.length), batchLimits)) {
        const batchRows = batch.map((position) => rows[position] as readonly number[])
        const result = await graph.run(inputsOf(batchRows, graph.inputNames), [output])
        const tensor = result[output] as Tensor
        const states = { data: tensor.data as Float32Array, columns: tensor.dims[1] as number, width }
        for (const [row, position] of batch.entries()) {
          meanPool(states, row, (batchRows[row] as readonly number[]).length, vectors, position * width)
        }
      }
      return { vectors, tokens: rows.reduce((sum, row) => sum + row.length, 0) }
    },
  }
}
